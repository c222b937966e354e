/** What a run needs before it begins: a target, a client, a receiver, an engine. */

import fc from 'fast-check';
import { madeBy } from '../client/attempts.js';
import { Client } from '../client/client.js';
import type { ClientOptions } from '../client/client-options.js';
import type { Tokens } from '../client/credentials.js';
import type { Mask } from '../client/mask.js';
import { Pace } from '../client/pace.js';
import { Preparation } from '../client/preparation.js';
import { type Receiver, startReceiver } from '../client/receiver.js';
import type { Signer } from '../client/signing.js';
import type { Contract, OtherEndpoint } from '../contracts/contract.js';
import { contractNames, loadContract } from '../contracts/load.js';
import { plainBody } from '../generators/bodies.js';
import { keyShapes } from '../generators/keys.js';
import type { Exchange } from '../history/history.js';
import type { Reference, ReferenceOptions } from '../reference/server/server.js';
import { startReference } from '../reference/server/start.js';
import { requirements } from '../suites/index.js';
import { cleanUp } from './clean-up.js';
import { bodySource } from './drawing.js';
import { Engine, type OnReading } from './engine.js';
import type { Ending } from './last-client.js';
import type { Ledger } from './ledger.js';
import { Leftovers } from './leftovers.js';
import { option, UsageError } from './options/usage.js';
import type { Settings } from './options.js';
import { restarter } from './restart.js';
import { maskFor } from './secrets.js';
import { signerFor } from './signer.js';
import { skipped } from './skip.js';
import { type TokenSource, tokensFor } from './tokens.js';
import { Watch } from './watch.js';

/** Does the work against the targets given, or against the bundled reference, which lives as long as the work takes. */
export async function withTarget<T>(settings: Settings, work: (settings: Settings) => Promise<T>): Promise<T> {
  const reference = settings.targets.length === 0 ? await startReference(referenceOptions(settings)) : null;
  try {
    return await work(withReference(settings, reference));
  } finally {
    await reference?.close();
  }
}

/** With a replica, so that nothing has to be left out. */
function referenceOptions({ fault, contract: { contract, file } }: Settings): ReferenceOptions {
  const shipped = contractNames().includes(contract.name) && loadContract(contract.name).file === file;
  return { replicas: 1, contract: shipped ? contract.name : file, ...(fault === undefined ? {} : { fault }) };
}

function withReference(settings: Settings, reference: Reference | null): Settings {
  if (reference === null) return settings;
  const [first, second] = reference.keys;
  const webhooks = { ...settings.webhooks, secret: reference.webhookSecret };
  const clients = { first: reference.clients[0], second: reference.clients[1] };
  return { ...settings, targets: reference.urls, credentials: { first, second }, clients, webhooks };
}

/** What the operations of a run have in common. */
export interface Shared {
  /** When the run began, by `performance.now()`. */
  start: number;
  watch: Watch;
  mask: Mask;
  pace: Pace;
  receiver: Receiver | undefined;
  /** Where access tokens come from, if they are what requests are sent with. */
  tokens: Tokens | undefined;
  /** Signs requests, where the contract names a module for that. */
  signer: Signer | undefined;
  /** Restarts the backend, where a command is given. */
  restart: (() => Promise<void>) | undefined;
  /** Stops the run, but for what follows after the target went down. */
  signal: AbortSignal;
  /** Those of the operations that are set up. */
  engines: { contract: Contract; engine: Engine }[];
}

/** What is made for one operation. */
export interface SetUp {
  engine: Engine;
  /** The same operation's client once more, for what is sent after the target went down; not open yet. */
  secondClient(): Client;
  /** Off loopback, first cancels what is left; then takes away what set-up steps made. */
  close(): Promise<void>;
}

/** Stops by `signal`, or where the target goes down. Throws `UsageError` where the webhook receiver cannot listen. */
export async function share(settings: Settings, signal: AbortSignal): Promise<Shared> {
  const start = performance.now();
  const watch = new Watch();
  const { restartCommand, front } = settings;
  const contracts = settings.operations.map(({ contract }) => contract);
  const mask = maskFor(settings, contracts, settings.webhooks.secret);
  const tokens = tokensFor({ ...tokenSource(settings), mask, signal });
  const signer = signerFor(settings, mask);
  const { maxRequests = null, maxCreates = null, perMinute } = settings;
  const failures = [tokens?.refused, signer?.failed].filter((one) => one !== undefined);
  const signals = [signal, watch.signal, ...failures];
  return {
    start,
    watch,
    signal,
    engines: [],
    receiver: await receiverFor(settings, () => performance.now() - start),
    restart:
      restartCommand === undefined
        ? undefined
        : restarter({ command: restartCommand, timeoutMs: settings.maxWaitMs, signal, mask, nameOf: front.nameOf }),
    mask,
    tokens,
    signer,
    pace: new Pace({ maxRequests, maxCreates, perMinute }, AbortSignal.any(signals)),
  };
}

/** What one operation needs, given what all of them share. */
export function setUp(settings: Settings, ledger: Ledger, shared: Shared, onReading?: OnReading): SetUp {
  const { start, watch, receiver, restart, mask, pace, tokens, signer, signal } = shared;
  const leftovers = new Leftovers(settings.contract.contract);
  const preparation = new Preparation(settings.contract.contract);
  const own = { start, receiver, restart, mask, tokens, signer, preparation };
  const client = newClient(settings, {
    ...own,
    pace,
    signal: pace.signal,
    onExchange: (exchange, plan) => {
      watch.remember(exchange, plan);
      leftovers.remember(exchange);
      if (exchange.operation === 'other') handOver(exchange, engine, settings.contract.contract, shared);
    },
    onSilence: (reason, target) => watch.look(reason, target),
  });
  const ending = (interrupted: AbortSignal): Ending => ({
    newClient: (until) => newClient(settings, { ...own, signal: until }),
    before: client,
    interrupted,
  });
  const lastPass = (interrupted: AbortSignal) =>
    leftovers.lastPass({
      ...ending(interrupted),
      parallel: settings.parallel,
      count: (effects) => void engine.account.count(effects),
      shown: engine.account.shown,
    });
  const engine = new Engine(settings, client, ledger, { watch, leftovers }, onReading);
  shared.engines.push({ contract: settings.contract.contract, engine });
  return {
    engine,
    secondClient: () => newClient(settings, { ...own, signal, onExchange: (one) => leftovers.remember(one) }),
    close: async () => {
      try {
        if (!settings.loopback) await lastPass(signal);
        await cleanUp(preparation, settings.parallel, ending(signal), (what, why) => leftovers.stays(what, why));
      } finally {
        await client.close();
      }
    },
  };
}

/** What tokens are asked for with, in a run. */
export function tokenSource(settings: Settings): Omit<TokenSource, 'mask' | 'signal'> {
  const bundled = (settings.given.targets ?? []).length === 0;
  return {
    connection: settings,
    contract: settings.contract.contract,
    bundled,
    flagged: settings.given.endpoint?.tokenCommand !== undefined,
    nameOf: settings.front.nameOf,
  };
}

/** Where nobody asks for webhooks, nothing listens. */
async function receiverFor(settings: Settings, clock: () => number): Promise<Receiver | undefined> {
  const called = settings.operations.find((contract) => isCalled({ ...settings, contract }));
  const rules = called?.contract.webhooks ?? null;
  if (rules === null) return undefined;
  try {
    return await startReceiver({ rules, clock, ...settings.webhooks });
  } catch (error) {
    const { host, port } = settings.webhooks;
    throw new UsageError(
      `${option('webhooks.listen')} ${host}:${port}: nothing can listen there (${(error as Error).message}). Give another address.`,
    );
  }
}

/** What is sent to another operation of the run makes resources of that one, unless it gives out one of the sender's. */
function handOver(exchange: Exchange, sender: Engine, { otherEndpoints }: Contract, { engines }: Shared): void {
  const { endpoint = 0, ...rest } = exchange;
  const { method, path } = otherEndpoints[endpoint] as OtherEndpoint;
  const own = engines.find(({ contract: { create } }) => create.method === method && create.path === path);
  if (own === undefined) return;
  const write: Exchange = { ...rest, operation: 'create' };
  const id = madeBy(write, own.contract);
  if (id !== null && sender.leftovers.hasMade(id)) return;
  own.engine.leftovers.remember(write);
  own.engine.accountFor({ plan: { keys: [], steps: [] }, exchanges: [write] });
}

/** Whether webhooks are due. */
function isCalled(settings: Settings): boolean {
  return requirements.some((one) => one.needs?.includes('receiver') === true && skipped(one, settings) === null);
}

/** What stands beside the items of batches: a plain body, and the commonest kind of key. */
function fillerOf(settings: Settings): ClientOptions['filler'] {
  const { contract } = settings.contract;
  if (contract.batch === null) return undefined;
  const [key] = fc.sample(keyShapes(contract.key), { seed: 1, numRuns: 1 }) as [string];
  return { value: plainBody(bodySource(settings)), key };
}

function newClient(
  settings: Settings,
  own: Pick<
    ClientOptions,
    | 'pace'
    | 'tokens'
    | 'signer'
    | 'mask'
    | 'start'
    | 'receiver'
    | 'restart'
    | 'preparation'
    | 'signal'
    | 'onExchange'
    | 'onSilence'
  >,
): Client {
  return new Client({
    contract: settings.contract.contract,
    filler: fillerOf(settings),
    targets: settings.targets,
    credentials: settings.credentials,
    headers: settings.headers,
    parallel: settings.parallel,
    transport: settings.transport,
    h2c: settings.h2c,
    maxRequests: settings.maxRequests ?? null,
    maxCreates: settings.maxCreates ?? null,
    perMinute: settings.perMinute,
    timeoutMs: settings.timeoutMs,
    maxWaitMs: settings.maxWaitMs,
    ca: settings.ca,
    certificates: settings.certificates,
    proxy: settings.proxy,
    noProxy: settings.noProxy,
    ...own,
  });
}
