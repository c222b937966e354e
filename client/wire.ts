/** Turns attempts into requests as they go over the wire. */
import type { Contract, Json } from '../contracts/contract.js';
import type { Attempt, CredentialUse, Framing } from '../history/plan.js';
import { fill, templateOf } from '../history/text.js';
import { VARIANTS } from '../history/variants.js';
import type { WireRequest } from './line.js';
import type { Execution } from './mint.js';

interface WireOptions {
  contract: Contract;
  credentials: { first?: string | undefined; second?: string | undefined };
  headers: [string, string][];
}

export interface Part {
  method: string;
  /** Path below the base, as the contract writes it. */
  path: string;
  credential: CredentialUse;
  body: string | null;
  /** The key, where it travels in a header. */
  key: string | null;
  framing: Framing | undefined;
}

/** Sent as a credential that nobody has. */
const WRONG_CREDENTIAL = 'wrong_000000000000000000000000';

/** The target's URL with the contract's base path, which is not doubled. No slash at the end. */
export function baseOf(target: string, basePath: string): URL {
  const url = new URL(target);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(basePath) ? path : path + basePath;
  return url;
}

export function wireRequest(options: WireOptions, base: URL, part: Part): WireRequest {
  const { contract } = options;
  const usual: [string, string][] = [
    ['accept', 'application/json'],
    ['user-agent', 'idem-conformance'],
    ...(part.body === null ? [] : [['content-type', 'application/json'] satisfies [string, string]]),
  ];
  const headers = merge(merge(usual, Object.entries(contract.headers)), options.headers);
  const secret = { ...options.credentials, none: undefined, wrong: WRONG_CREDENTIAL }[part.credential];
  if (contract.authentication !== null && secret !== undefined) {
    headers.push([contract.authentication.header, contract.authentication.prefix + secret]);
  }
  if (part.key !== null) headers.push([contract.key.name, headerKey(part.key, contract)]);
  return {
    method: part.method,
    path: `${base.pathname.replace(/\/+$/, '')}${part.path}${part.framing?.query === undefined ? '' : `?${part.framing.query}`}`,
    headers: merge(headers, part.framing?.headers ?? []),
    body: part.body === null ? null : Buffer.from(part.body, 'utf8'),
    chunked: part.framing?.chunked ?? false,
  };
}

/** The key an attempt carries: a string, `null` for none, another JSON value where the plan says so. */
export function keyOf(attempt: Attempt, keys: string[], execution: Execution): Json {
  const use = attempt.key;
  if (use === undefined || use.kind === 'absent' || use.kind === 'null') return null;
  if (use.kind === 'literal') return use.value;
  const key = execution.key(use.slot, keys[use.slot] as string);
  return use.variant === undefined ? key : (VARIANTS[use.variant] as (key: string) => string)(key);
}

/** The exact text of an attempt's body. */
export function bodyText(attempt: Attempt, key: Json, execution: Execution, contract: Contract): string {
  if (attempt.body === undefined || attempt.key === undefined) return '';
  const template = templateOf(attempt.body, attempt.key, contract);
  return fill(template, typeof key === 'string' ? key : null, execution.nonce(attempt.body.operation));
}

function headerKey(key: string, contract: Contract): string {
  if (contract.key.quoting === 'none') return key;
  return `"${key.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

/** Later headers replace earlier ones of the same name, whatever its case. */
function merge(headers: [string, string][], more: [string, string][]): [string, string][] {
  const replaced = new Set([...more].map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...more];
}
