/** The reference server: the endpoints of a contract behind HTTP/1.1 and HTTP/2. */
import { renameSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import type { Contract } from '../../contracts/contract.js';
import { DEFAULT_CONTRACT, loadOperations } from '../../contracts/load.js';
import { at } from '../../contracts/pointer.js';
import { appliesTo, findFault } from '../faults/index.js';
import { createApp } from './app.js';
import type { Behaviour } from './behaviour.js';
import { correctFor } from './correct.js';
import type { Desk } from './create.js';
import type { ListForm } from './list.js';
import { createPort } from './protocols.js';
import { Records } from './records.js';
import { entriesOf, type Resource, type Timing } from './resource.js';
import { Resources } from './resources.js';
import { SetUp, SetUpStore } from './set-up.js';
import { Signatures } from './signatures.js';
import { type TokenClient, Tokens } from './tokens.js';
import { Uploads } from './uploads.js';
import { Webhooks } from './webhooks.js';
import { type World, worldOf } from './world.js';

export interface ReferenceOptions {
  /** The contract that is served: the name of one that comes with the suite, or a file. */
  contract?: string;
  /** 0 or absent: any free port. */
  port?: number;
  /** Further ports, any free ones: replicas of one backend. */
  replicas?: number;
  /** Name of a fault or variation from the catalogue. */
  fault?: string;
  /** How long after its creation a resource runs, and ends: 50 and 200 ms unless set. */
  timing?: Timing;
  /** How it lists resources: by the contract, the newest first, unless set. */
  list?: Partial<ListForm>;
  /** A file with a line for each resource of the write under test: its id, and the member with the nonce. */
  journal?: string;
  /** Seconds that an access token lives, where the contract has such: 3600 unless set. */
  tokenSeconds?: number;
  /** How long after a webhook delivery that was not taken the next one is sent: as in the contract unless set. */
  webhookRetriesMs?: number[];
}

export interface ServeOptions extends ReferenceOptions {
  /** The server's clock, in milliseconds. */
  now?: () => number;
}

export interface Reference {
  url: string;
  /** All of them, where it has replicas. */
  urls: string[];
  /** Credentials; a contract without authentication asks for none. */
  keys: [string, string];
  /** Clients of the token endpoint, with the credentials as their secrets. */
  clients: [TokenClient, TokenClient];
  /** What webhook deliveries are signed with. */
  webhookSecret: string;
  close(): Promise<void>;
}

/** Credentials of the demonstration; they open nothing but a reference server. */
const DEMO_KEYS: [string, string] = [`demo_key_${'0de'.repeat(8)}`, `demo_key_${'1de'.repeat(8)}`];

/** Where each is a user with a password. */
const DEMO_USERS: [string, string] = [`demo_user_1:${DEMO_KEYS[0]}:1`, `demo_user_2:${DEMO_KEYS[1]}:2`];

const DEMO_CLIENTS: [TokenClient, TokenClient] = [
  { id: 'demo_client_1', secret: DEMO_KEYS[0] },
  { id: 'demo_client_2', secret: DEMO_KEYS[1] },
];

const DEMO_SECRET = `demo_secret_${'2de'.repeat(8)}`;

const USUAL_TIMING: Timing = { runningAfterMs: 50, finishedAfterMs: 200 };

/** Serves in this thread, on loopback. */
export async function serveReference(options: ServeOptions = {}): Promise<Reference> {
  const port = options.port ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${port} is not a port: give a whole number from 0 to 65535 (0 takes any free port).`);
  }
  const worlds = loadOperations(options.contract ?? DEFAULT_CONTRACT).map(worldOf);
  checkFault(options.fault, worlds);
  const ports: { url: string; goDown(): void; close(): Promise<void> }[] = [];
  const goDown = () => {
    for (const port of ports) port.goDown();
  };
  const desks = desksOf(worlds, options, goDown);
  const [{ behaviour, world, now }] = desks;
  const { authentication } = world.contract;
  const keys = authentication?.scheme === 'basic' ? DEMO_USERS : DEMO_KEYS;
  const hasTokens = authentication !== null && authentication.token !== null;
  const tokens = hasTokens ? new Tokens(world.contract, DEMO_CLIENTS, now, options.tokenSeconds) : null;
  const signatures = world.signFile === undefined ? null : new Signatures(world.signFile);
  const { fetch, answers } = createApp(desks, keys, tokens, signatures);

  const listener = getRequestListener((request, bindings) => fetch(request, bindings as HttpBindings), {
    // Faster answers, but they need the thread's globals: only where the thread is ours.
    overrideGlobalObjects: !isMainThread,
    errorHandler: () =>
      answers.refusal(behaviour.newRequestId(), world.problems.malformed('The request cannot be read.')),
  });
  const serve = async (wanted: number) => {
    const { server, goDown, close } = createPort((incoming, outgoing) => {
      // For tests, which compare it with what a client says of its storm.
      incoming.once('end', () => {
        if (!outgoing.headersSent) outgoing.setHeader('X-Arrived-At', performance.timeOrigin + performance.now());
      });
      return listener(incoming, outgoing);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, wanted)));
      server.listen(wanted, '127.0.0.1', resolve);
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, goDown, close };
  };
  ports.push(await serve(port));
  for (let n = 0; n < (options.replicas ?? 0); n += 1) ports.push(await serve(0));
  return {
    url: (ports[0] as (typeof ports)[0]).url,
    urls: ports.map(({ url }) => url),
    keys,
    clients: DEMO_CLIENTS,
    webhookSecret: DEMO_SECRET,
    close: async () => {
      await Promise.all([...desks.map(({ webhooks }) => webhooks.close()), ...ports.map(({ close }) => close())]);
      await signatures?.close();
    },
  };
}

/** One for each operation. What lists together, and what shares its keys, is kept together. */
function desksOf(worlds: World[], options: ServeOptions, goDown: () => void): [Desk, ...Desk[]] {
  const now = options.now ?? Date.now;
  const desks: Desk[] = [];
  const store = new SetUpStore(() => desks);
  for (const world of worlds) {
    const { contract } = world;
    const behaviour = behaviourOf(world, options);
    const neighbour = desks.find((one) => one.world.contract.effects.list?.path === contract.effects.list?.path);
    const joined = contract.key.operations === 'shared' ? desks[0] : undefined;
    const isThere = (one: Resource) => behaviour.lists(one, one.owner, now());
    const others = () => (contract.key.operations === 'shared' ? desks.map((one) => one.resources) : []);
    const keep = () => {
      const { journal } = options;
      const there = resources.all.filter(isThere);
      if (journal !== undefined)
        keepIn(
          journal,
          contract,
          there.flatMap((one) => entriesOf(one, contract.effects.perWrite)),
        );
    };
    const resources: Resources =
      (contract.effects.list === null ? undefined : neighbour?.resources) ??
      new Resources(options.timing ?? USUAL_TIMING, world.newId, keep, others);
    const retriesMs = options.webhookRetriesMs ?? (contract.webhooks?.retries ?? []).map((seconds) => seconds * 1000);
    desks.push({
      ...{ world, behaviour, resources, now, goDown },
      records: joined?.records ?? new Records(),
      uploads: new Uploads(behaviour),
      setUp: new SetUp(world, world.problems, store),
      webhooks: new Webhooks({ world, behaviour, now, secret: DEMO_SECRET, retriesMs }),
    });
  }
  return desks as [Desk, ...Desk[]];
}

function behaviourOf(world: World, { fault, list }: ServeOptions): Behaviour {
  const correct = correctFor(world);
  const deviation =
    fault === undefined || !appliesTo(findFault(fault), world) ? {} : findFault(fault).deviation(correct, world);
  const given = { ...correct, ...deviation };
  return { ...given, list: { ...given.list, ...list } };
}

/** Keeps what a command can print, as a database would: in one step, so that none is seen half written. */
function keepIn(file: string, { create }: Contract, resources: Resource[]): void {
  const lines = resources.flatMap(({ made, id, request }) => {
    const text = create.nonce === null ? '' : String(at(request, create.nonce) ?? '');
    return made === 'create' ? [`${id} ${text.replaceAll(/\s+/g, ' ')}\n`] : [];
  });
  writeFileSync(`${file}.new`, lines.join(''));
  renameSync(`${file}.new`, file);
}

/** Of several operations, one has to have what the fault breaks. */
function checkFault(name: string | undefined, worlds: World[]): void {
  if (name === undefined || worlds.some((world) => appliesTo(findFault(name), world))) return;
  const contract = worlds[0]?.contract.name;
  throw new Error(`The fault ${name} does not apply to the contract ${contract}: it has nothing to break there.`);
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`Port ${port} is taken: choose another, or 0 for any free one.`);
  if (error.code === 'EACCES') return new Error(`Port ${port} may not be opened by this user: choose one above 1023.`);
  return new Error(`The reference server cannot listen on port ${port}: ${error.message}`);
}
