/** What a run can be told. Everything has a default. */
import { existsSync, readFileSync } from 'node:fs';
import { type GenericOptions, genericContract } from '../contracts/generic.js';
import { DEFAULT_CONTRACT, type LoadedContract, loadContract } from '../contracts/load.js';
import { isLoopback } from '../contracts/loopback.js';
import { findFault } from '../reference/faults/index.js';
import type { BaselineEntry } from '../results/baseline.js';
import { chapters, requirementSet, requirementSets } from '../suites/index.js';

export type Profile = 'smoke' | 'standard' | 'thorough';

/** Rounds of each profile: about 600, 6,800 and 66,000 requests. */
export const ROUNDS: Record<Profile, number> = { smoke: 1, standard: 8, thorough: 80 };

export interface RunOptions {
  /** Origins with an optional prefix. None: the bundled reference server. */
  targets?: string[] | undefined;
  /** Name of a bundled contract, or a file. Default `moda`. */
  contract?: string | undefined;
  /** Any API, described by a few values instead of a contract. */
  endpoint?: Omit<GenericOptions, 'authenticated'> | undefined;
  /** API keys. A second one, of another key holder, opens the SCOPE chapter. */
  credentials?: { first?: string | undefined; second?: string | undefined } | undefined;
  /** Default: `standard` on loopback, `smoke` elsewhere. */
  profile?: Profile | undefined;
  /** Everything generated follows from it. Default: from the clock. */
  seed?: number | undefined;
  /** Requirement ids or chapters: only their plans are made, and only they decide the exit code. */
  only?: string[] | undefined;
  /** Requirement ids or chapters that must be decided: unchecked is then a failure. */
  require?: string[] | undefined;
  /** Plans that send at the same time. Default 4. */
  parallel?: number | undefined;
  maxRequests?: number | undefined;
  maxCreates?: number | undefined;
  /** Seconds after which the run stops and tells what it has. */
  maxTime?: number | undefined;
  /** Requests a minute. Default: the contract's limit off loopback, none on it. */
  rate?: number | undefined;
  /** Seconds until an answer must be complete. Default 10. */
  timeout?: number | undefined;
  /** Sent with every request. */
  headers?: [string, string][] | undefined;
  /** PEM file of certificate authorities to trust. */
  ca?: string | undefined;
  /** A warning fails the run, too. */
  strict?: boolean | undefined;
  /** Nobody else uses the target: every new resource is an effect of this run. */
  exclusive?: boolean | undefined;
  /** Seconds to wait until the target answers. */
  wait?: number | undefined;
  /** Send to a host that the contract calls production. */
  allowProduction?: boolean | undefined;
  /** The most requests that are released together, 2 to 64. Default 10, and no more than may be unfinished. */
  stormWidth?: number | undefined;
  /** `auto`: HTTP/2 where TLS offers it. */
  transport?: 'auto' | 'h1' | 'h2' | undefined;
  /** The http targets speak HTTP/2 with prior knowledge. */
  h2c?: boolean | undefined;
  /** Seconds after which keys must still be remembered; the run waits for so long. */
  retention?: number | undefined;
  /** Shell command that kills the backend and starts it again: opens LOST-5. */
  restartCommand?: string | undefined;
  /** Write to other endpoints off loopback, too: what is made there may stay. */
  sideEndpoints?: boolean | undefined;
  /** Where webhooks are received, and the secret that they are signed with. */
  webhooks?: WebhookOptions | undefined;
  /** Known failures. */
  baseline?: BaselineEntry[] | undefined;
  /** Version of the frozen set of requirements that decides. Default: the newest. */
  requirements?: string | undefined;
  /** Only every `of`-th round, from the `index`-th on; both count from 1. */
  shard?: { index: number; of: number } | undefined;
  /** Start the bundled reference with this deliberate fault. */
  fault?: string | undefined;
  /** Proxy for https targets. Default: `HTTPS_PROXY`. */
  proxy?: string | undefined;
}

interface WebhookOptions {
  /** `host:port` to listen on; a free port of loopback unless it is set. */
  listen?: string | undefined;
  /** How the target reaches the receiver: a tunnel, an ingress. */
  url?: string | undefined;
  secret?: string | undefined;
}

/** Options with their defaults, checked. */
export interface Settings
  extends Omit<RunOptions, 'contract' | 'ca' | 'targets' | 'only' | 'webhooks' | 'requirements'> {
  contract: LoadedContract;
  /** Empty: the bundled reference. */
  targets: string[];
  credentials: { first?: string | undefined; second?: string | undefined };
  profile: Profile;
  /** Numbers of the rounds that are made. */
  rounds: number[];
  /** Ids that decide the exit code. */
  decides: Set<string>;
  requirements: string;
  seed: number;
  only: string[] | null;
  require: string[];
  parallel: number;
  stormWidth: number;
  perMinute: number | null;
  timeoutMs: number;
  headers: [string, string][];
  /** PEM text. */
  ca: string | undefined;
  loopback: boolean;
  webhooks: { host: string; port: number; url: string | undefined; secret: string | undefined };
}

/** Something in the options is wrong; nothing was sent. */
export class UsageError extends Error {
  override name = 'UsageError';
}

/** Checks options and fills in defaults. Throws `UsageError` and `ContractError`. */
export function settle(options: RunOptions): Settings {
  const contract = contractOf(options);
  const targets = (options.targets ?? []).map(checkTarget);
  if (options.restartCommand !== undefined && targets.length === 0) {
    throw new UsageError('--restart-command needs --target: the bundled reference keeps nothing over a restart.');
  }
  if (options.fault !== undefined && targets.length > 0) {
    throw new UsageError('--fault is for the bundled reference server: leave --target out.');
  }
  checkFault(options.fault);
  const loopback = targets.every(isLoopback);
  const host = targets
    .map((target) => new URL(target).hostname.replace(/\.$/, ''))
    .find((one) => contract.contract.productionHosts.includes(one));
  if (host !== undefined && options.allowProduction !== true) {
    throw new UsageError(
      `${host} is a production host of the contract '${contract.contract.name}', and a run creates many resources there. ` +
        'Nothing was sent. Use a staging host, or --allow-production if you mean it.',
    );
  }
  const profile = options.profile ?? (loopback ? 'standard' : 'smoke');
  const positive = (name: string, value: number | undefined) => {
    if (value !== undefined && !(value > 0)) throw new UsageError(`--${name} must be a number above 0, not ${value}.`);
  };
  positive('parallel', options.parallel);
  positive('max-requests', options.maxRequests);
  positive('max-creates', options.maxCreates);
  positive('max-time', options.maxTime);
  positive('rate', options.rate);
  positive('timeout', options.timeout);
  if (options.wait !== undefined && !(options.wait >= 0))
    throw new UsageError(`--wait must be a number of seconds, not ${options.wait}.`);
  const only = options.only === undefined || options.only.length === 0 ? null : expand(options.only, '--only');
  const requirements = options.requirements ?? (requirementSets().at(-1) as string);
  return {
    ...options,
    contract,
    targets,
    credentials: checkCredentials(options.credentials ?? {}, contract, targets.length === 0),
    profile,
    rounds: roundsOf(profile, options.shard),
    decides: decidesOf(only, requirements, contract),
    requirements,
    seed: checkSeed(options.seed),
    only,
    require: expand(options.require ?? [], '--require'),
    parallel: options.parallel ?? 4,
    stormWidth: widthOf(options, contract, loopback),
    perMinute: options.rate ?? (loopback ? null : contract.contract.limits.perMinute),
    timeoutMs: (options.timeout ?? 10) * 1000,
    headers: options.headers ?? [],
    loopback,
    webhooks: webhooksOf(options.webhooks ?? {}),
    ca: options.ca === undefined ? undefined : readAuthorities(options.ca),
  };
}

function contractOf({ contract, endpoint, credentials, targets }: RunOptions): LoadedContract {
  if (endpoint === undefined) return loadContract(contract ?? DEFAULT_CONTRACT);
  if ((targets ?? []).length === 0)
    throw new UsageError('--endpoint needs --target: the bundled reference speaks its own contract.');
  return genericContract({ ...endpoint, authenticated: (credentials?.first ?? '') !== '' });
}

/** Shard 1 of 3 makes rounds 0, 3, 6, …: each of them meets every requirement. */
function roundsOf(profile: Profile, shard: RunOptions['shard']): number[] {
  const all = [...Array(ROUNDS[profile]).keys()];
  if (shard === undefined) return all;
  const { index, of } = shard;
  if (!(Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of)) {
    throw new UsageError(`--shard ${index}/${of}: give its number and how many there are, e.g. 1/3.`);
  }
  if (of > all.length) {
    throw new UsageError(
      `--shard ${index}/${of}: the ${profile} profile has ${all.length} ${all.length === 1 ? 'round' : 'rounds'} to share out${profile === 'thorough' ? '' : ': take fewer shards, or a larger --profile'}.`,
    );
  }
  return all.filter((round) => round % of === index - 1);
}

/** Chosen, judged by the contract, and in the frozen set. */
function decidesOf(only: string[] | null, version: string, { contract }: LoadedContract): Set<string> {
  try {
    const set = requirementSet(version);
    return new Set(
      [...set.keys()].filter((id) => (only ?? [id]).includes(id) && (contract.judged ?? [id]).includes(id)),
    );
  } catch (error) {
    throw new UsageError(`--requirements ${version}: ${(error as Error).message}`);
  }
}

/** Requirement ids for a list of ids and chapters. */
function expand(names: string[], option: string): string[] {
  return names.flatMap((name) => {
    const wanted = name.trim().toUpperCase();
    const ids = chapters.flatMap((chapter) =>
      chapter.requirements.map(({ id }) => id).filter((id) => id === wanted || chapter.name === wanted),
    );
    if (ids.length === 0) {
      throw new UsageError(
        `${option} ${name}: there is no such requirement or chapter. idem-conformance --list shows them all.`,
      );
    }
    return ids;
  });
}

/** Off loopback no wider than the contract lets resources be unfinished. */
function widthOf({ stormWidth }: RunOptions, { contract }: LoadedContract, loopback: boolean): number {
  if (stormWidth !== undefined && !(Number.isInteger(stormWidth) && stormWidth >= 2 && stormWidth <= 64)) {
    throw new UsageError(`--storm-width must be a whole number from 2 to 64, not ${stormWidth}.`);
  }
  const wanted = stormWidth ?? 10;
  const { unfinished } = contract.limits;
  return loopback || unfinished === null ? wanted : Math.max(2, Math.min(wanted, unfinished));
}

function webhooksOf({ listen = '127.0.0.1:0', url, secret }: WebhookOptions): Settings['webhooks'] {
  const address = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(listen);
  if (address === null || Number(address[3]) > 65_535) {
    throw new UsageError(`--webhook-listen ${listen}: give host and port, e.g. 127.0.0.1:8081.`);
  }
  if (url !== undefined && (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))) {
    throw new UsageError(`--webhook-url ${url} is no http:// or https:// address.`);
  }
  const { username = '', password = '', search = '', hash = '' } = url === undefined ? {} : new URL(url);
  if (username + password + search + hash !== '') {
    throw new UsageError(
      '--webhook-url holds a credential, a query or a fragment. Give an origin and, if need be, a path.',
    );
  }
  const host = (address[1] ?? address[2]) as string;
  return { host, port: Number(address[3]), url, secret: secret === '' ? undefined : secret };
}

function checkFault(name: string | undefined): void {
  if (name === undefined) return;
  try {
    findFault(name);
  } catch (error) {
    throw new UsageError(`--fault: ${(error as Error).message}`);
  }
}

function checkTarget(target: string): string {
  let url: URL;
  try {
    url = new URL(target);
  } catch {
    throw new UsageError(`--target ${target} is no URL. Give an origin with its scheme, e.g. http://127.0.0.1:8080`);
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new UsageError(`--target ${target} is not HTTP. Give an http:// or https:// address.`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new UsageError('--target holds a credential. Credentials come from the environment only: IDEM_API_KEY.');
  }
  if (url.search !== '' || url.hash !== '') {
    throw new UsageError(`--target ${target} has a query or a fragment. Give the origin and, if need be, a path.`);
  }
  return target;
}

function checkCredentials(
  credentials: { first?: string | undefined; second?: string | undefined },
  { contract }: LoadedContract,
  bundled: boolean,
): { first?: string | undefined; second?: string | undefined } {
  const { first, second } = credentials;
  if (bundled || contract.authentication === null) return credentials;
  if (first === undefined || first === '') {
    throw new UsageError(
      `The contract '${contract.name}' needs an API key. Set IDEM_API_KEY (and IDEM_API_KEY_2 for the SCOPE chapter), ` +
        'or name other variables with --api-key-env NAME.',
    );
  }
  if (first === second)
    throw new UsageError('Both API keys are the same: the second must belong to another key holder.');
  return { first, second: second === '' ? undefined : second };
}

function checkSeed(seed: number | undefined): number {
  if (seed === undefined) return Date.now() % 2 ** 31;
  if (!Number.isInteger(seed)) throw new UsageError(`--seed must be a whole number, not ${seed}.`);
  return seed | 0;
}

function readAuthorities(file: string): string {
  if (!existsSync(file))
    throw new UsageError(`--ca ${file}: there is no such file. Give a PEM file of certificate authorities.`);
  const pem = readFileSync(file, 'utf8');
  if (!pem.includes('-----BEGIN CERTIFICATE-----')) throw new UsageError(`--ca ${file} holds no PEM certificate.`);
  return pem;
}
