/** The endpoints of a contract: from an authenticated request to a success, or a refusal thrown. */
import type { HttpBindings } from '@hono/node-server';
import { mediaTypeOf } from '../../contracts/codec.js';
import { encodingOf } from '../../contracts/encodings.js';
import { schemaOfExample } from '../../contracts/example.js';
import { bodyTypeOf, stepContentType } from '../../contracts/set-up.js';
import { isBlank } from '../../history/register.js';
import { ACCEPTED_PATH, acceptance, stateBody } from './accepted.js';
import type { Success } from './answers.js';
import { batch, type Received } from './batch.js';
import type { WriteRequest } from './behaviour.js';
import { ClientLeft, readBody, requireType } from './body.js';
import { Companions } from './companions.js';
import { create, type Desk, type Made } from './create.js';
import { createElsewhere } from './elsewhere.js';
import { heldBack, secondsHeldBack } from './lengthen.js';
import { List } from './list.js';
import { notFound, Refusal } from './problem.js';
import type { FieldProblem } from './problems.js';
import { connectionOf, onHangUp } from './protocols.js';
import { put } from './put.js';
import { entriesOf, isTerminal, phaseOf, type Resource } from './resource.js';
import type { Names, Route } from './routes.js';
import { stepsOf } from './set-up.js';
import { readFile } from './upload-body.js';
import { bodyProblems, keyProblem } from './validation.js';

interface Call extends Pick<HttpBindings, 'incoming' | 'outgoing'> {
  names: Names;
  query: string;
  signatures: string[];
}

/** Another key has acted on what was made for one write, or the key on something else. */
const ODD: FieldProblem = { field: '', keyword: 'setup', text: 'acts on what another key has used' };

export type Endpoint = (call: Call, credential: string) => Promise<Success>;

export function routesOf(desk: Desk): Route<Endpoint>[] {
  const { contract } = desk.world;
  const { create: write, get, cancel, effects, uploads, otherEndpoints, basePath } = contract;
  const endpoints = createEndpoints(desk);
  const route = (method: string, path: string, endpoint: Endpoint) => ({
    method,
    path: basePath + path,
    endpoint: (call: Call, credential: string) => {
      desk.setUp.mustKnow(call.names, desk.behaviour.ownerOf(credential));
      return endpoint(call, credential);
    },
  });
  return [
    route(write.method, write.path, endpoints.create),
    ...(effects.list !== null && desk.behaviour.hasList ? [route('GET', effects.list.path, endpoints.list)] : []),
    ...(contract.accepted === null ? [] : [route('GET', `${ACCEPTED_PATH}/{id}`, endpoints.status)]),
    ...(effects.counter === null ? [] : [route('GET', effects.counter.path, endpoints.count)]),
    ...(cancel === null ? [] : [route(cancel.method, cancel.path, endpoints.cancel)]),
    ...(uploads === null ? [] : [route(uploads.method, uploads.path, endpoints.upload)]),
    ...otherEndpoints.map(({ method, path }, n) => route(method, path, endpoints.elsewhere(n))),
    // Last, since its pattern fits most paths.
    ...(get === null ? [] : [route('GET', get.path, endpoints.get)]),
  ];
}

/** Those of set-up steps. */
export function setUpRoutesOf({ world: { contract, problems }, behaviour, setUp }: Desk): Route<Endpoint>[] {
  const { basePath } = contract;
  return stepsOf(contract).flatMap((step) => {
    const { method, path, cleanUp } = step;
    const make: Endpoint = async ({ names, incoming }, credential) => {
      requireType(stepContentType(step, contract), incoming.headers['content-type'], problems);
      const text = String(await readBody(incoming, problems));
      const encoding = encodingOf({ create: { body: bodyTypeOf(step, contract) } });
      const body = encoding.read(text, schemaOfExample(step.body ?? {}, [])) ?? null;
      return setUp.make(step, { names, headers: incoming.headers, body }, behaviour.ownerOf(credential));
    };
    const end: Endpoint = async ({ names }, credential) => setUp.cleanUp(names, behaviour.ownerOf(credential));
    return [
      { method, path: basePath + path, endpoint: make },
      ...(cleanUp === null ? [] : [{ method: cleanUp.method, path: basePath + cleanUp.path, endpoint: end }]),
    ];
  });
}

function createEndpoints(desk: Desk) {
  const { world, behaviour, resources, records, uploads, webhooks, setUp, now } = desk;
  const { contract, problems, presenter } = world;
  const { effects, accepted } = contract;
  const isDone = (one: Resource, at: number) => accepted === null || isTerminal(phaseOf(one, at));
  const companions = new Companions(contract, (template, text, credential) =>
    setUp.problem(template, text, behaviour.ownerOf(credential)),
  );
  const list = effects.list === null ? null : new List(effects.list, behaviour.list, contract.create.nonce);

  const receive = async (call: Call, credential: string, endpoint?: object): Promise<Received> => {
    const { incoming, outgoing, names, query, signatures } = call;
    requireType(mediaTypeOf(contract, endpoint), incoming.headers['content-type'], problems);
    // Before the body: once the client has left, there is none to ask for.
    const connection = connectionOf(incoming);
    const bytes = await readBody(incoming, problems).catch((error: unknown) => {
      const completed = error instanceof ClientLeft ? behaviour.onCut(error.received) : null;
      if (completed === null) throw error;
      return completed;
    });
    return {
      credential,
      bytes,
      headers: incoming.headers,
      query,
      segment: names.key,
      signatures,
      connection,
      port: connection.localPort ?? 0,
      at: now(),
      onHangUp: (listener) => onHangUp(outgoing, listener),
    };
  };

  const read = async (call: Call, credential: string, endpoint?: object): Promise<WriteRequest> => {
    const received = await receive(call, credential, endpoint);
    return { ...received, value: behaviour.parse(received.bytes, received.headers['content-type']) };
  };

  const show = async ({ incoming, outgoing }: Call, { view, resource }: Made): Promise<Success> => {
    const seconds = secondsHeldBack(incoming.headers, contract.create.lengthen);
    if (seconds > 0) await heldBack(resource, now, seconds, outgoing);
    const body = behaviour.present(resource, view, now());
    const success = {
      status: behaviour.statusOf(view),
      body,
      view,
      headers: behaviour.resourceHeaders(resource, view),
    };
    return accepted === null || resource.made !== 'create' || isTerminal(phaseOf(resource, now()))
      ? success
      : acceptance(success, resource, contract);
  };

  const refuse = (request: WriteRequest, problem: Refusal): never => {
    behaviour.onInvalid?.(request, records, () =>
      resources.create('create', behaviour.ownerOf(request.credential), behaviour.echoOf(request.value), now()),
    );
    throw problem;
  };

  const validate = (request: WriteRequest): void => {
    if (behaviour.requiresKey && world.key.raw(request) === null) refuse(request, new Refusal(problems.keyMissing()));
    const wrong = bodyProblems(request.value, world, behaviour);
    const wrongKey = wrong.length > 0 ? null : keyProblem(request, world, behaviour);
    if (wrongKey !== null) wrong.push(wrongKey);
    if (wrong.length === 0)
      wrong.push(...companions.problems(request, behaviour.keyOf(request)).filter((one) => !behaviour.overlooks(one)));
    if (wrong.length > 0) refuse(request, new Refusal(problems.invalid(wrong)));
  };

  const resourceOf = ({ names }: Call, credential: string): Resource => {
    const resource = resources.get(names.id ?? '');
    const isThere = resource !== undefined && setUp.isThere(resource.id, names);
    if (isThere && behaviour.gets(resource, behaviour.ownerOf(credential), now())) return resource;
    throw new Refusal(notFound(`There is no such ${contract.resource}.`));
  };

  return {
    create: async (call: Call, credential: string) => {
      const received = await receive(call, credential);
      const owner = behaviour.ownerOf(credential);
      const carryOut = async (request: WriteRequest) => {
        validate(request);
        const key = world.key.of(request);
        const act = setUp.act(call.names, companions.saved(request), isBlank(key) ? null : key);
        if (setUp.isOdd(act, owner)) throw new Refusal(problems.invalid([ODD]));
        const made = await create(desk, request);
        setUp.remember(act, owner, made.resource.id, call.names);
        const refusal = made.view === 'replayed' ? behaviour.refusesReplay(made.resource) : null;
        if (refusal) throw new Refusal(refusal);
        return show(call, made);
      };
      if (contract.batch !== null) return batch(received, contract.batch, { world, behaviour, carryOut });
      return carryOut({ ...received, value: behaviour.parse(received.bytes, received.headers['content-type']) });
    },

    list: async ({ query }: Call, credential: string): Promise<Success> => {
      if (list === null) throw new Refusal(notFound('There is no list.'));
      const at = now();
      const owner = behaviour.ownerOf(credential);
      const { lateMs, whose } = list.form;
      // Where nothing says which endpoint made a resource, the list is that of the write under test.
      const ours = ({ made }: Resource) => made === 'create' || list.list.kind !== null;
      const theirs = (one: Resource) =>
        whose === 'own' ? behaviour.lists(one, owner, at) : one.owner !== owner && behaviour.lists(one, one.owner, at);
      const shown = resources.all
        .filter((one) => ours(one) && isDone(one, at) && at - one.createdAt >= lateMs && theirs(one))
        .flatMap((one) => entriesOf(one, effects.perWrite));
      const page = list.page(shown, new URLSearchParams(query));
      if (page === null) throw new Refusal(problems.malformed('The cursor is not one of ours.'));
      if ('keyword' in page) throw new Refusal(problems.invalid([page]));
      const items = behaviour.showsPage(
        page.resources.map((resource) => presenter.item(behaviour.present(resource, 'read', at), resource)),
      );
      return { status: 200, view: 'read', ...list.answer(items, page, contract.basePath + list.list.path) };
    },

    /** How many resources of the write under test there are. */
    count: async (_call: Call, credential: string): Promise<Success> => {
      const { counter } = effects;
      if (counter === null) throw new Refusal(notFound('There is no counter.'));
      const [at, owner] = [now(), behaviour.ownerOf(credential)];
      const { length } = resources.all.filter(
        (one) =>
          one.made === 'create' &&
          isDone(one, at) &&
          at - one.createdAt >= behaviour.list.lateMs &&
          behaviour.lists(one, owner, at),
      );
      return { status: 200, body: put({}, counter.pointer, length * effects.perWrite * counter.adds), view: 'read' };
    },

    get: async (call: Call, credential: string): Promise<Success> => {
      return { status: 200, body: behaviour.present(resourceOf(call, credential), 'read', now()), view: 'read' };
    },

    /** How far an accepted write is. */
    status: async (call: Call, credential: string): Promise<Success> => {
      const resource = resourceOf(call, credential);
      return {
        status: 200,
        body: stateBody(behaviour.present(resource, 'read', now()), resource, contract, now()),
        view: 'read',
      };
    },

    /** A resource that has ended stays as it is. */
    cancel: async (call: Call, credential: string): Promise<Success> => {
      const resource = resourceOf(call, credential);
      const at = now();
      if (isTerminal(phaseOf(resource, at))) {
        const refusal = behaviour.refusesCancel();
        if (refusal) throw new Refusal(refusal);
      } else {
        resource.canceledAt = at;
        webhooks.ended(resource);
      }
      return { status: behaviour.cancelStatus, body: behaviour.present(resource, 'read', at), view: 'read' };
    },

    elsewhere: (endpoint: number) => async (call: Call, credential: string) => {
      const request = await read(call, credential, contract.otherEndpoints[endpoint]);
      return show(call, createElsewhere(desk, request, endpoint));
    },

    upload: async ({ incoming }: Call): Promise<Success> => {
      if (contract.uploads === null) throw new Refusal(notFound('There are no uploads.'));
      const file = await readFile(incoming, contract.uploads, problems);
      return { status: behaviour.uploadStatus, body: await uploads.take(file, contract.uploads), view: 'read' };
    },
  };
}
