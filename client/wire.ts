/** Turns attempts into requests as they go over the wire. */
import { isUtf8 } from 'node:buffer';
import { type Companions, collectionPath, contentTypeOf, encode, fill, spell } from '../contracts/codec.js';
import { withoutFresh } from '../contracts/companions.js';
import type { Contract, Json, JsonObject, OtherEndpoint, UploadRules } from '../contracts/contract.js';
import { type Carried, carry, wrongSecret } from '../contracts/credentials.js';
import { folded } from '../contracts/padding.js';
import { filledPath, namesIn, withQuery } from '../contracts/paths.js';
import type {
  Attempt,
  CreateAttempt,
  CredentialUse,
  Framing,
  KeyUse,
  OtherAttempt,
  UploadAttempt,
} from '../history/plan.js';
import { templateOf } from '../history/text.js';
import { ACCEPT_ENCODING } from './decode.js';
import type { WireRequest } from './line.js';
import type { Execution } from './mint.js';
import { multipart } from './multipart.js';

export interface WireOptions {
  contract: Contract;
  credentials: { first?: string | undefined; second?: string | undefined };
  headers: [string, string][];
  /** Takes webhook deliveries. */
  receiver?: { url: string } | undefined;
}

export interface Part {
  method: string;
  /** Path below the base, and the query. */
  path: string;
  credential: CredentialUse;
  body: string | Buffer | null;
  /** Of the body; JSON unless it is said, and null where none is sent. */
  contentType?: string | null;
  /** Those that carry the key. */
  headers?: [string, string][];
  framing: Framing | undefined;
}

/** The target's URL with the contract's base path, which is not doubled. No slash at the end. */
export function baseOf(target: string, basePath: string): URL {
  const url = new URL(target);
  const path = url.pathname.replace(/\/+$/, '');
  url.pathname = path.endsWith(basePath) ? path : path + basePath;
  return url;
}

export function wireRequest(options: WireOptions, base: URL, part: Part): WireRequest {
  const { contract } = options;
  const { contentType = 'application/json' } = part;
  const text = contentType === null ? null : part.body;
  const usual: [string, string][] = [
    ['accept', 'application/json'],
    ['accept-encoding', ACCEPT_ENCODING],
    ['user-agent', 'idem-conformance'],
    ...(text === null || contentType === null ? [] : [['content-type', contentType] satisfies [string, string]]),
  ];
  const headers = merge(merge(usual, Object.entries(contract.headers)), options.headers);
  const credential = credentialOf(options, part.credential);
  headers.push(...credential.headers, ...(part.headers ?? []));
  const path = `${base.pathname.replace(/\/+$/, '')}${part.path}${queryAfter(part.path, part.framing)}`;
  return {
    method: part.method,
    path: withQuery(path, credential.query),
    headers: merge(headers, part.framing?.headers ?? []),
    body: typeof text === 'string' ? Buffer.from(text, 'utf8') : text,
    chunked: part.framing?.chunked ?? false,
  };
}

function credentialOf(options: Pick<WireOptions, 'contract' | 'credentials'>, use: CredentialUse): Carried {
  const { authentication } = options.contract;
  const secret = secretOf(options, use);
  return authentication === null || secret === undefined ? { headers: [], query: [] } : carry(authentication, secret);
}

/** The text of the credential that a request uses; `undefined` for none. */
export function secretOf(
  { contract: { authentication }, credentials }: Pick<WireOptions, 'contract' | 'credentials'>,
  use: CredentialUse,
): string | undefined {
  if (authentication === null) return undefined;
  return { ...credentials, none: undefined, wrong: wrongSecret(authentication) }[use];
}

/** What a framing adds to the query of a path. */
function queryAfter(path: string, framing: Framing | undefined): string {
  if (framing?.query === undefined) return '';
  return `${path.includes('?') ? '&' : '?'}${framing.query}`;
}

/** The key that is meant: a string, `null` for none, another JSON value where the plan says so. */
export function keyOf(use: KeyUse | undefined, keys: string[], execution: Execution): Json {
  if (use === undefined || use.kind === 'absent' || use.kind === 'null') return null;
  if (use.kind === 'literal') return use.value;
  if (use.nearMiss !== undefined) return execution.nearMiss(use.slot, use.nearMiss.template);
  return execution.key(use.slot, keys[use.slot] as string);
}

/** What a plan leaves open until it is executed. */
interface Filled {
  /** The resource that is read or cancelled. */
  id: string | null;
  key: Json;
  /** The key in the header that the contract does not know. */
  headerKey?: Json;
  /** What goes with the key. */
  companions?: Companions;
  execution: Execution | null;
}

/** The path of a resource. An id may hold half a character, which no address can. */
export function pathOf(template: string, id: string): string {
  return filledPath(template, { id });
}

/** An attempt as a request. */
export function requestOf(options: WireOptions, base: URL, attempt: Attempt, filled: Filled): WireRequest {
  const { contract } = options;
  const { credential, framing } = attempt;
  const path = (template: string) => pathOf(template, filled.id ?? '');
  const part = { credential, framing, body: null };
  switch (attempt.operation) {
    case 'get':
      return wireRequest(options, base, { ...part, method: 'GET', path: path(contract.get?.path ?? '') });
    case 'cancel': {
      const { method = 'POST', path: template = '', body = null } = contract.cancel ?? {};
      const own = contract.cancel ?? {};
      const text = body === null ? null : spell(contract, body as JsonObject, undefined, 0, own);
      const contentType = text === null ? null : contentTypeOf(contract, text, own);
      return wireRequest(options, base, { ...part, method, path: path(template), body: text, contentType });
    }
    case 'upload':
      return wireRequest(options, base, { ...part, ...uploadPart(attempt, filled, contract) });
    case 'other':
      return wireRequest(options, base, { ...part, ...otherPart(attempt, filled, contract) });
    case 'create': {
      const { headerKey = null, companions = [] } = filled;
      const headers: [string, string][] =
        typeof headerKey === 'string' ? [['Idempotency-Key', headerKey], ...(framing?.headers ?? [])] : [];
      const { execution, key } = filled;
      const receiver = options.receiver?.url;
      const text = execution === null ? '' : bodyText(attempt, key, execution, contract, receiver, companions);
      return wireRequest(options, base, {
        ...part,
        ...encode(contract, { text }, key, contract.create, companions),
        framing: headers.length > 0 ? { ...framing, headers } : framing,
      });
    }
  }
}

function uploadPart({ file }: UploadAttempt, { execution }: Filled, contract: Contract) {
  const { method, path, part } = contract.uploads as UploadRules;
  return { method, path, ...multipart(file, part, execution?.nonce(file.content) ?? '') };
}

/** Another endpoint's own body, and the key as the write under test takes it. */
function otherPart({ endpoint: index, variant }: OtherAttempt, filled: Filled, contract: Contract) {
  const endpoint = contract.otherEndpoints[index] as OtherEndpoint;
  const value = endpoint.bodies[variant % endpoint.bodies.length] as JsonObject;
  const keyAt = Object.keys(value).length;
  const { body, ...sent } = encode(contract, { value, keyAt }, filled.key ?? undefined, endpoint, filled.companions);
  return {
    ...sent,
    body: fill(body, { key: null, nonce: '', companions: filled.companions ?? [] }, contract.create.body),
  };
}

/** The exact text of an attempt's body. */
export function bodyText(
  attempt: CreateAttempt,
  key: Json,
  execution: Execution,
  contract: Contract,
  receiver?: string,
  companions: Companions = [],
): string {
  const template = templateOf(attempt.body, attempt.key, contract);
  const nonce = execution.nonce(attempt.body.operation);
  const filled = { key: typeof key === 'string' ? key : null, nonce, receiver, companions };
  return fill(template, filled, contract.create.body);
}

/** What of a body's bytes is the same in every repeat. */
export function lasting(contract: Contract, body: Buffer | null): string {
  return withoutFresh(contract, body?.toString('latin1') ?? '');
}

/** How a body is kept: its text, padding folded, and its bytes where it is none. */
export function shownBody(body: Buffer | null): { body: string; base64?: string } {
  if (body === null) return { body: '' };
  if (isUtf8(body)) return { body: folded(body.toString('utf8')) };
  const printable = body.toString('latin1').replace(/[^\t\r\n\x20-\x7e]+/g, '…');
  return { body: printable, base64: body.toString('base64') };
}

/** Later headers replace earlier ones of the same name, whatever its case. */
export function merge(headers: [string, string][], more: [string, string][]): [string, string][] {
  const replaced = new Set([...more].map(([name]) => name.toLowerCase()));
  return [...headers.filter(([name]) => !replaced.has(name.toLowerCase())), ...more];
}

/** A read of this shows whether a target answers at all. */
export function harmlessPath(contract: Contract): string {
  const path = contract.get?.path.replace('/{id}', '') ?? collectionPath(contract);
  // What stands for saved values does not matter here.
  return filledPath(path, Object.fromEntries(namesIn(path).map((name) => [name, '0'])));
}

/**
 * The path after basePath of a link in the answer to `from`, which is such a path too. Always at the target given, whatever
 * host the link names: credentials go nowhere else, and behind a proxy links name the host inside.
 */
export function linkedPath(base: URL, link: string, from: string): string | null {
  const below = base.pathname.replace(/\/+$/, '');
  if (!URL.canParse(link, `${base.origin}${below}${from}`)) return null;
  const { pathname, search } = new URL(link, `${base.origin}${below}${from}`);
  const path = (pathname.startsWith(`${below}/`) ? pathname.slice(below.length) : pathname) + search;
  // Names of saved values, which are filled in when the path is read.
  return namesIn(from).reduce((rest, name) => rest.replaceAll(`%7B${name}%7D`, `{${name}}`), path);
}
