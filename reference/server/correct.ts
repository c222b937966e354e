/** The correct behaviour by a contract, from which faults and variations deviate. */
import { createHash, randomUUID } from 'node:crypto';
import { isTyped } from '../../contracts/codec.js';
import type { Json } from '../../contracts/contract.js';
import { keyProblem } from '../../contracts/key-grammar.js';
import { isLoopback } from '../../contracts/loopback.js';
import type { Behaviour } from './behaviour.js';
import { parseForm, parseObject } from './body.js';
import { canonical } from './canonical.js';
import { idHeader, showsBody } from './id-header.js';
import { newRequestId } from './ids.js';
import { listForm } from './list.js';
import { Refusal } from './problem.js';
import { secondsOf, signed } from './signature.js';
import type { World } from './world.js';

/** Longer keys are refused where the contract names no length. */
const LONGEST_KEY = 4096;
const ONE_ACCOUNT = 'account';

/** A success of which the contract needs nothing. */
const NO_BODY = { contentType: '', text: '' };

const hash = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');

export function correctFor(world: World): Behaviour {
  const { contract, key, problems, presenter } = world;
  const { authentication, create, get, replay, webhooks } = contract;
  const grammar = { ...contract.key, maxLength: contract.key.maxLength ?? LONGEST_KEY };
  const marker = replay.marker;
  const marked = marker === null ? {} : { [marker.header]: marker.value ?? 'true' };
  const named = [...(replay.headers?.equal ?? []), ...(replay.headers?.fresh ?? [])].map((one) => one.toLowerCase());
  const names = (header: string) => named.includes(header);
  const signature = webhooks?.signature ?? null;
  const json = (body: Json) => ({ contentType: 'application/json', text: JSON.stringify(body) });
  const hasBody = showsBody(contract);
  const errorType = contract.errors.mediaType ?? 'application/json';
  const ownerOf = (credential: string) => (contract.scope === 'account' ? ONE_ACCOUNT : credential);

  return {
    latency: () => null,
    identify: (secret, credentials) => {
      if (authentication === null) return ONE_ACCOUNT;
      if (secret !== undefined && credentials.includes(secret)) return secret;
      throw new Refusal(problems.unauthenticated());
    },
    ownerOf,
    admit: () => null,
    parse: (bytes, contentType) => {
      if (!isTyped(contract)) return parseForm(bytes, contentType, world, problems);
      return create.body === 'none' && bytes.length === 0 ? {} : parseObject(bytes, problems);
    },
    overlooks: () => false,
    requiresKey: contract.key.required,

    keyOf: (request) => key.of(request),
    refusesKey: (text) => keyProblem(grammar, text),
    scopeOf: ({ credential }) => ownerOf(credential),
    fingerprintOf: ({ bytes, value }) => {
      if (contract.fingerprint === 'none') return '';
      return contract.fingerprint === 'value' ? canonical(key.without(value)) : hash(key.lasting(bytes));
    },
    rules: { compares: contract.conflict !== null && contract.fingerprint !== 'none', retentionMs: null },

    find: (records, { scope, key: one }) => records.get(scope, one),
    beforeEffect: () => null,
    beforeRecord: () => null,
    onCollision: () => null,
    refusesCreate: () => null,
    work: () => null,
    inFlight: () => (contract.inFlight?.policy === 'refuse' ? problems.inFlight() : null),
    onReplay: () => null,
    refusesReplay: ({ id }) => (replay.kind === 'refusal' ? problems.replayed(id as string | number) : null),
    beforeReply: () => null,
    onInvalid: null,
    onCut: () => null,
    onHangUp: null,

    onConflict: () => problems.conflict(),
    dropsUnknown: false,
    statusOf: (view) => (view === 'created' ? create.success[0] : replay.statuses[0]) as number,
    echoOf: (value) => key.without(value),
    present: (resource, _view, at) => presenter.show(resource, at),
    newRequestId,
    renderSuccess: (body, view) => (view === 'read' || hasBody ? json(body) : NO_BODY),
    renderProblem: (envelope) => ({ contentType: errorType, text: JSON.stringify(envelope) }),
    resourceHeaders: ({ id, made }) => ({
      ...(names('location') && get !== null && made === 'create'
        ? { location: contract.basePath + get.path.replace('{id}', String(id)) }
        : {}),
      ...idHeader(
        made === 'create' ? create.id : (contract.otherEndpoints[made]?.id ?? create.id),
        String(id),
        contract,
      ),
      ...(names('set-cookie') ? { 'set-cookie': `session=${randomUUID()}` } : {}),
    }),
    headersOf: (view) => (view === 'replayed' ? marked : {}),

    showsResults: (results) => results,
    hasList: true,
    list: listForm(contract.effects.list),
    showsPage: (page) => page,
    lists: (resource, owner) => resource.owner === owner,
    gets: (resource, owner) => resource.owner === owner,
    cancelStatus: 200,
    refusesCancel: () => null,

    registerElsewhere: () => null,

    uploadIdentity: ({ bytes }) => hash(bytes),
    beforeUpload: () => null,
    marksDuplicate: (duplicate) => duplicate,
    uploadStatus: 200,

    acceptsPlainCallback: isLoopback,
    watches: (view) => view === 'created',
    eventsOf: () => 1,
    eventIdOf: ({ id }) => id,
    eventDelayMs: 0,
    redelivers: true,
    redeliveryMs: (scheduled) => scheduled,
    deliveryTimeoutMs: null,
    sign: (delivery) => (signature === null ? {} : signed(delivery, secondsOf(delivery.at), signature)),
  };
}
