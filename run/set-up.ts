/** What a run needs before it begins: a target, a client, a receiver, an engine. */

import { Client } from '../client/client.js';
import type { ClientOptions } from '../client/client-options.js';
import type { Tokens } from '../client/credentials.js';
import { type Receiver, startReceiver } from '../client/receiver.js';
import { contractNames, loadContract } from '../contracts/load.js';
import type { Reference, ReferenceOptions } from '../reference/server/server.js';
import { startReference } from '../reference/server/start.js';
import { requirements } from '../suites/index.js';
import { Engine, type OnReading } from './engine.js';
import type { Ledger } from './ledger.js';
import { Leftovers } from './leftovers.js';
import { option, UsageError } from './options/usage.js';
import type { Settings } from './options.js';
import { restarter } from './restart.js';
import { maskFor } from './secrets.js';
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

export interface SetUp {
  engine: Engine;
  watch: Watch;
  /** The same run's client once more, for what is sent after the target went down; not open yet. */
  secondClient(): Client;
  /** Where access tokens come from, if they are what requests are sent with. */
  tokens: Tokens | undefined;
  /** Restarts the backend, where a command is given. */
  restart: (() => Promise<void>) | undefined;
  /** Off loopback, first cancels what is left. */
  close(): Promise<void>;
}

/** Stops by `signal`, or where the target goes down. Throws `UsageError` where the webhook receiver cannot listen. */
export async function setUp(
  settings: Settings,
  ledger: Ledger,
  signal: AbortSignal,
  onReading?: OnReading,
): Promise<SetUp> {
  const start = performance.now();
  const watch = new Watch();
  const receiver = await receiverFor(settings, () => performance.now() - start);
  const { restartCommand, front } = settings;
  const mask = maskFor(settings, settings.contract.contract, settings.webhooks.secret);
  const restart =
    restartCommand === undefined
      ? undefined
      : restarter({ command: restartCommand, timeoutMs: settings.maxWaitMs, signal, mask, nameOf: front.nameOf });
  const leftovers = new Leftovers(settings.contract.contract);
  const tokens = tokensFor({ ...tokenSource(settings), mask, signal });
  const own = { start, receiver, restart, mask, tokens };
  const client = newClient(settings, {
    ...own,
    signal: AbortSignal.any([signal, watch.signal, ...(tokens === undefined ? [] : [tokens.refused])]),
    onExchange: (exchange, plan) => {
      watch.remember(exchange, plan);
      leftovers.remember(exchange);
    },
    onSilence: (reason, target) => watch.look(reason, target),
  });
  const lastPass = (interrupted: AbortSignal) =>
    leftovers.lastPass({
      newClient: (until) => newClient(settings, { ...own, signal: until }),
      before: client,
      parallel: settings.parallel,
      count: (effects) => void engine.account.count(effects),
      shown: engine.account.shown,
      interrupted,
    });
  const engine = new Engine(settings, client, ledger, { watch, leftovers }, onReading);
  return {
    engine,
    watch,
    tokens,
    secondClient: () => newClient(settings, { ...own, signal, onExchange: (one) => leftovers.remember(one) }),
    restart,
    close: async () => {
      try {
        if (!settings.loopback) await lastPass(signal);
      } finally {
        await client.close();
        await receiver?.close();
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
  const { webhooks: rules } = settings.contract.contract;
  const due = requirements.some((one) => one.needs?.includes('receiver') === true && skipped(one, settings) === null);
  if (rules === null || !due) return undefined;
  try {
    return await startReceiver({ rules, clock, ...settings.webhooks });
  } catch (error) {
    const { host, port } = settings.webhooks;
    throw new UsageError(
      `${option('webhooks.listen')} ${host}:${port}: nothing can listen there (${(error as Error).message}). Give another address.`,
    );
  }
}

function newClient(
  settings: Settings,
  own: Pick<
    ClientOptions,
    'tokens' | 'mask' | 'start' | 'receiver' | 'restart' | 'signal' | 'onExchange' | 'onSilence'
  >,
): Client {
  return new Client({
    contract: settings.contract.contract,
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
