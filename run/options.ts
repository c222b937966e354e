/** Options of a run, and what follows from them before anything is sent. */
import type { Certificate } from '../client/connect.js';
import { contractWith, DescriptionError, genericContract } from '../contracts/generic.js';
import { ContractError, DEFAULT_CONTRACT, type LoadedContract, loadOperations } from '../contracts/load.js';
import { isLoopback } from '../contracts/loopback.js';
import type { OpenApiDocument } from '../contracts/openapi/document.js';
import { type OpenApiContract, openApiContract } from '../contracts/openapi/load.js';
import { checkBodies } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import type { BaselineEntry } from '../results/baseline.js';
import { requirementById, requirementSet, requirementSets, safetyRules, withPromises } from '../suites/index.js';
import {
  authoritiesOf,
  type Credentials,
  certificatesOf,
  checkCredentials,
  type OAuthClients,
  sendable,
} from './credentials.js';
import { checkOptions } from './options/check.js';
import { type Options, table } from './options/table.js';
import { type Front, library, option, UsageError } from './options/usage.js';
import { addressOf, idsOf, promisedIds } from './options/values.js';
import { withOtherOperations } from './other-operations.js';
import { refuseProduction } from './production.js';
import { checkSecrets } from './secrets.js';

/** Options of a run, as the library takes them: a member for each row of the table, and what no row describes. */
export interface RunOptions extends Omit<Options<typeof table>, 'webhooks'> {
  /** What `openapi` names, where it is read already. */
  openapiDocument?: OpenApiDocument | undefined;
  /** API keys. The second belongs to another account: with it, accounts are checked to be kept apart. */
  credentials?: Credentials | undefined;
  /** Clients of the token endpoint, where the contract names one. */
  clients?: OAuthClients | undefined;
  webhooks?: (Options<typeof table.webhooks> & { secret?: string | undefined }) | undefined;
  /** Known failures. */
  baseline?: BaselineEntry[] | undefined;
  /** Proxy for https targets that are not on loopback. */
  proxy?: string | undefined;
  /** Hosts that are reached without it, as in `NO_PROXY`. */
  noProxy?: string | undefined;
}

export type Profile = NonNullable<RunOptions['profile']>;

/** Rounds of each profile: about 800, 8,300 and 80,000 requests. */
const ROUNDS: Record<Profile, number> = { smoke: 1, standard: 8, thorough: 80 };

/** How requests reach the targets. */
export interface Connection {
  /** Empty: the bundled reference. */
  targets: string[];
  credentials: Credentials;
  clients: OAuthClients;
  headers: [name: string, value: string][];
  /** Names of headers whose values are secrets. */
  secretHeaders: string[];
  timeoutMs: number;
  transport: 'auto' | 'h1' | 'h2';
  h2c: boolean;
  /** PEM text. */
  ca: string | undefined;
  certificates: Certificate[];
  proxy: string | undefined;
  noProxy: string | undefined;
}

/** Options with their defaults, checked. */
export interface Settings
  extends Omit<
      RunOptions,
      keyof Connection | 'contract' | 'operations' | 'only' | 'skip' | 'promise' | 'webhooks' | 'requirements'
    >,
    Connection {
  /** The write that is tested: one of those of the run. */
  contract: LoadedContract;
  /** All that the run tests, one after the other in each round. */
  operations: [LoadedContract, ...LoadedContract[]];
  profile: Profile;
  /** Numbers of the rounds that are made. */
  rounds: number[];
  /** Ids that decide the exit code. */
  decides: Set<string>;
  requirements: string;
  seed: number;
  only: string[] | null;
  skip: string[];
  require: string[];
  promise: string[];
  parallel: number;
  stormWidth: number;
  perMinute: number | null;
  /** Longest wait for what an answer promises for later. */
  maxWaitMs: number;
  loopback: boolean;
  webhooks: { host: string; port: number; url: string | undefined; secret: string | undefined };
  /** The options themselves, without defaults. */
  given: RunOptions;
  /** Whether another access token is given for the asking: until it is known, it is taken to be so. */
  renewsTokens: boolean;
  /** What the first requests showed that no option and no contract says, each in a sentence without its full stop. */
  learnt: string[];
  front: Front;
}

/** Checks options and fills in defaults. Throws `UsageError` and `ContractError`. */
export function settle(options: RunOptions, front: Front = library): Settings {
  const given = checkOptions(options);
  const targets = given.targets ?? [];
  checkBundled(given);
  const operations = operationsOf(given);
  const [contract] = operations;
  const loopback = targets.every(isLoopback);
  refuseProduction(given, contract);
  checkPrograms(contract, given, front);
  const connection = connectionOf(given);
  // Headers of a contract may differ from operation to operation.
  for (const { contract: one } of targets.length > 0 ? operations : [])
    checkSecrets(connection, one, given.webhooks?.secret);
  const profile = given.profile ?? (loopback ? 'standard' : 'smoke');
  const only = (given.only ?? []).length === 0 ? null : (given.only ?? []).flatMap(idsOf);
  const skip = (given.skip ?? []).flatMap(idsOf);
  const requirements = given.requirements ?? (requirementSets().at(-1) as string);
  const promise = [...new Set((given.promise ?? []).flatMap(promisedIds))];
  return {
    ...given,
    ...connection,
    contract,
    operations,
    ...checkCredentials(connection, contract.contract, targets.length === 0),
    profile,
    rounds: roundsOf(profile, given.shard),
    decides: decidesOf({ only, skip, promise }, requirements, contract),
    requirements,
    seed: given.seed ?? Date.now() % 2 ** 31,
    only,
    skip,
    require: (given.require ?? []).flatMap((name) => requiredBy(name, operations)),
    promise,
    parallel: given.parallel ?? (table.parallel.default as number),
    stormWidth: widthOf(given, contract, loopback),
    perMinute: given.rate ?? (loopback ? null : contract.contract.limits.perMinute),
    maxWaitMs: (given.maxWait ?? (table.maxWait.default as number)) * 1000,
    loopback,
    webhooks: webhooksOf(given.webhooks ?? {}),
    given,
    renewsTokens: true,
    learnt: [],
    front,
  };
}

/** The writes that are tested, checked and with what the user holds to be promised. */
function operationsOf(given: RunOptions): Settings['operations'] {
  const all = withOtherOperations(contractsOf(given));
  const [first, ...others] = chosen(all, given).map((loaded): LoadedContract => {
    checkDrawing(loaded, given.endpoint?.endpoint !== undefined && given.contract === undefined);
    return { ...loaded, contract: withPromises(loaded.contract, given.promise ?? []) };
  });
  return [first as LoadedContract, ...others];
}

/** Throws `UsageError` where an operation is named that the contract does not have. */
function chosen(all: LoadedContract[], { operations = [], endpoint = {} }: RunOptions): LoadedContract[] {
  const names = all.map(({ contract }) => contract.create.name);
  const unknown = operations.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new UsageError(
      `${option('operations')}: the contract has no operation ${unknown}. Known: ${names.join(', ')}.`,
    );
  const left = operations.length === 0 ? all : all.filter((_, n) => operations.includes(names[n] as string));
  const [said] = Object.keys(endpoint);
  if (said !== undefined && left.length > 1)
    throw new UsageError(
      `${option(`endpoint.${said}`)} is about one operation: choose it with ${option('operations')}. Known: ${names.join(', ')}.`,
    );
  return left;
}

/** @param options checked ones. Throws `UsageError`. */
export function connectionOf(options: RunOptions): Connection {
  return {
    targets: options.targets ?? [],
    credentials: sendable(options.credentials ?? {}),
    clients: options.clients ?? {},
    headers: options.headers ?? [],
    secretHeaders: options.secretHeaders ?? [],
    timeoutMs: (options.timeout ?? (table.timeout.default as number)) * 1000,
    transport: options.transport ?? 'auto',
    h2c: options.h2c === true,
    ca: authoritiesOf(options.ca),
    certificates: certificatesOf(options.cert, options.certKey),
    proxy: options.proxy,
    noProxy: options.noProxy,
  };
}

/** Does what may meet a mistake in the description of an endpoint: such a mistake is wrong usage of an option. */
export function describing<T>(describe: () => T): T {
  try {
    return describe();
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    throw new UsageError(
      error instanceof DescriptionError ? error.as((member) => option(`endpoint.${member}`)) : error.message,
    );
  }
}

/** What makes sense with the bundled reference only, or only without it. */
function checkBundled({ targets = [], restartCommand, effectsCommand, fault }: RunOptions): void {
  if (effectsCommand !== undefined && targets.length === 0) {
    throw new UsageError(
      `${option('effectsCommand')} needs ${option('targets')}: the bundled reference keeps its resources in memory.`,
    );
  }
  if (restartCommand !== undefined && targets.length === 0) {
    throw new UsageError(
      `${option('restartCommand')} needs ${option('targets')}: the bundled reference keeps nothing over a restart.`,
    );
  }
  if (fault !== undefined && targets.length > 0)
    throw new UsageError(`${option('fault')} is for the bundled reference server: leave ${option('targets')} out.`);
}

/** What runs a program was named by the user: a file that lies in the current folder may come from anybody. */
function checkPrograms({ contract }: LoadedContract, { endpoint }: RunOptions, { nameOf, isFromFile }: Front): void {
  const command = contract.authentication?.token?.command ?? null;
  const runsCommand = command !== null && endpoint?.tokenCommand === undefined;
  const members = [
    ...(runsCommand ? ['authentication.token.command'] : []),
    ...(contract.sign === null ? [] : ['sign']),
  ];
  if (members.length === 0 || isFromFile?.('contract') !== true) return;
  throw new UsageError(
    `${nameOf('contract')} names a contract that runs a program (${members.join(', ')}). Nothing was run or sent. Give the contract on the command line if you mean it.`,
  );
}

/** Throws where no key or no body can be made. */
function checkDrawing(loaded: LoadedContract, byFlags: boolean): void {
  checkKeys(loaded, byFlags);
  const { requestSchema, request } = loaded.schemas;
  checkBodies({ contract: loaded.contract, requestSchema, validate: (body) => request(body) === true });
}

/** Throws `UsageError` or `ContractError` where no key can be made. */
function checkKeys({ contract, file }: LoadedContract, byFlags: boolean): void {
  try {
    keyExamples(contract.key);
  } catch (error) {
    const { message } = error as Error;
    if (byFlags) throw new UsageError(`${option('endpoint.keyFormat')}: ${message}.`);
    throw new ContractError(`${file}: /key: ${message}`);
  }
}

function contractsOf(given: RunOptions): LoadedContract[] {
  const { contract, endpoint = {}, credentials, targets = [] } = given;
  if (given.openapi !== undefined) {
    checkOpenapi(given);
    return openApiOf(given).operations.map(({ loaded }) => loaded);
  }
  const { endpoint: line, key, ...rest } = endpoint;
  const [first] = Object.keys(endpoint);
  if (first === undefined) return loadOperations(contract ?? DEFAULT_CONTRACT);
  if (line === undefined && contract === undefined) {
    throw new UsageError(
      `${option(`endpoint.${first}`)} goes with ${option('endpoint.endpoint')}, which says what endpoint it is about, or with ${option('contract')}.`,
    );
  }
  if (key === undefined && contract === undefined) {
    throw new UsageError(
      `${option('endpoint.endpoint')} needs ${option('endpoint.key')}: where the key is, e.g. header:Idempotency-Key, body:NAME or query:NAME; or path.`,
    );
  }
  if (targets.length === 0) {
    throw new UsageError(
      `${option(`endpoint.${first}`)} needs ${option('targets')}: the bundled reference speaks its own contract.`,
    );
  }
  const authenticated = (credentials?.first ?? '') !== '';
  return describing(() =>
    contract === undefined
      ? [genericContract({ ...rest, endpoint: line as string, key: key as string, authenticated }, safetyRules)]
      : contractWith(contract, { ...endpoint, authenticated }),
  );
}

/** What the document comes to that options name, which is read already. Throws `UsageError` and `ContractError`. */
export function openApiOf({ openapiDocument, endpoint = {}, credentials, clients }: RunOptions): OpenApiContract {
  const atHand = { authenticated: (credentials?.first ?? '') !== '', hasClient: clients?.first !== undefined };
  const flags = { ...endpoint, ...atHand };
  const all = describing(() => openApiContract(openapiDocument as OpenApiDocument, flags, safetyRules));
  const { reading } = all;
  const besides = reading.also.map((write, n) => {
    const operation = all.operations[n + 1] as OpenApiContract['operations'][number];
    return { write, operation, problem: undrawable(operation.loaded) };
  });
  const kept = besides.filter(({ problem }) => problem === null);
  const left = besides.flatMap(({ write, problem }) => (problem === null ? [] : [{ ...write, problem }]));
  return {
    ...all,
    operations: [...all.operations.slice(0, 1), ...kept.map(({ operation }) => operation)],
    reading: { ...reading, also: kept.map(({ write }) => write), others: [...reading.others, ...left] },
  };
}

/** Why nothing can be drawn for a write, as the end of a sentence; `null`: it can. */
function undrawable(loaded: LoadedContract): string | null {
  try {
    checkDrawing(loaded, false);
    return null;
  } catch (error) {
    return (error as Error).message.replace(/\.$/, '');
  }
}

/** Throws `UsageError` where a document does not go with the other options. */
export function checkOpenapi({ contract, targets = [] }: RunOptions): void {
  if (contract !== undefined)
    throw new UsageError(`${option('openapi')} and ${option('contract')} say the same: give one of them.`);
  if (targets.length === 0) {
    throw new UsageError(
      `${option('openapi')} needs ${option('targets')}: the bundled reference speaks its own contract.`,
    );
  }
}

/** Shard 1 of 3 makes rounds 0, 3, 6, …: each of them meets every requirement. */
function roundsOf(profile: Profile, shard: RunOptions['shard']): number[] {
  const all = [...Array(ROUNDS[profile]).keys()];
  if (shard === undefined) return all;
  const { index, of } = shard;
  if (of > all.length) {
    const rounds = `${all.length} ${all.length === 1 ? 'round' : 'rounds'}`;
    const advice = profile === 'thorough' ? '' : `: take fewer shards, or a larger ${option('profile')}`;
    throw new UsageError(
      `${option('shard')} is ${index}/${of}, but the ${profile} profile has ${rounds} to share out${advice}.`,
    );
  }
  return all.filter((round) => round % of === index - 1);
}

/** A requirement by its id; of a chapter what the contract does not rule out, or all where it rules out all. */
function requiredBy(name: string, operations: LoadedContract[]): string[] {
  const all = idsOf(name);
  if (all.length === 1) return all;
  const kept = all.filter((id) =>
    operations.some(({ contract }) => (requirementById(id).skip?.(contract) ?? null) === null),
  );
  return kept.length === 0 ? all : kept;
}

/** Chosen, not left out, and judged by the contract and in the frozen set, or promised by the user. */
function decidesOf(
  { only, skip, promise }: Pick<Settings, 'only' | 'skip' | 'promise'>,
  version: string,
  { contract }: LoadedContract,
): Set<string> {
  const judged = (id: string) => (contract.judged ?? [id]).includes(id) || requirementById(id).safety === 'unlisted';
  return new Set(
    [...[...requirementSet(version).keys()].filter(judged), ...promise].filter(
      (id) => (only ?? [id]).includes(id) && !skip.includes(id),
    ),
  );
}

/** Off loopback no wider than the contract lets resources be unfinished. */
function widthOf({ stormWidth = 10 }: RunOptions, { contract }: LoadedContract, loopback: boolean): number {
  const { batch, limits } = contract;
  if (loopback || limits.unfinished === null) return stormWidth;
  return Math.max(2, Math.min(stormWidth, Math.floor(limits.unfinished / (batch?.size ?? 1))));
}

function webhooksOf({ listen = '127.0.0.1:0', url, secret }: NonNullable<RunOptions['webhooks']>) {
  return { ...addressOf(listen), url, secret: secret === '' ? undefined : secret };
}
