/**
 * One codec for writes: a body and its key become method, path, headers and text, and come back from them. Client,
 * judge, generators and reference share it, so that another encoding or another place for the key is a change here.
 *
 * Texts may be templates: tokens stand in them for what is made only at sending. Nothing serialises a body again.
 */
import { companionsIn, withCompanions, withoutCompanions } from './companions.js';
import type { Contract } from './contract.js';
import { type Json, type JsonObject, parseJson } from './json.js';
import { keyHeaders, keyIn, keyPath, keyQuery, keySegment, withKey, withoutKey } from './key.js';
import { PADDING, unfolded } from './padding.js';
import { filledPath, valuesIn, withQuery } from './paths.js';

/** Tokens are private-use characters, which no generator produces. */
export const NONCE_TOKEN = '\uE000nonce\uE001';
export const KEY_TOKEN = '\uE000key\uE001';
/** The address of the webhook receiver. */
export const RECEIVER_TOKEN = '\uE000receiver\uE001';

const TOKEN = new RegExp(`"\\uE000companion(\\d+)\\uE001"|\\uE000(?:nonce|key|receiver)\\uE001|${PADDING.source}`, 'g');

/** Values of the companions, in the order of the contract; `undefined` for one that is not sent. */
export type Companions = readonly (string | number | undefined)[];

/** What takes the place of tokens. */
export interface Fillings {
  key: string | null;
  nonce: string;
  receiver?: string | undefined;
  companions?: Companions;
}

/** A body as a value, or as its exact text, in which the key stands already where the contract keeps it in the body. */
export type WriteBody = { value: JsonObject; keyAt?: number } | { text: string };

export interface Encoded {
  method: string;
  /** Path after the contract's basePath, and the query. */
  path: string;
  contentType: string;
  /** Besides the content type: those that carry the key and what goes with it. */
  headers: [string, string][];
  body: string;
}

export interface Decoded {
  /** The body's value without the key; `undefined` where the body cannot be read. */
  value: Json | undefined;
  /** As it was sent; `undefined` where there is none, or it is malformed. */
  key: Json | undefined;
  /** Whether there is a key that is not written as the contract says. */
  malformed: boolean;
}

/** A write as it goes over the wire. A key of `undefined` is not sent. */
export function encode(
  contract: Contract,
  body: WriteBody,
  key: Json | undefined,
  endpoint: { method: string; path: string } = contract.create,
  companions: Companions = [],
): Encoded {
  const path = filledPath(endpoint.path, keySegment(contract.key, key));
  return {
    method: endpoint.method,
    path: withQuery(path, [...keyQuery(contract.key, key), ...companionsIn(contract, 'query', companions)]),
    contentType: 'application/json',
    headers: [...keyHeaders(contract.key, key), ...companionsIn(contract, 'header', companions)],
    body: 'text' in body ? body.text : spell(contract, body.value, key, body.keyAt),
  };
}

/** The path of the write without its key, which is that of all that the write makes at many APIs. */
export function collectionPath(contract: Contract): string {
  return encode(contract, { text: '' }, undefined).path.replace(/\/$/, '');
}

/** What a request that was received or recorded says. Of its path, whatever stands before the contract's own is ignored. */
export function decode(
  contract: Contract,
  request: { headers: readonly (readonly [string, string])[]; body: string; path?: string },
  endpoint: { path: string } = contract.create,
): Decoded {
  const body = parseJson(request.body);
  const [path = '', query = ''] = (request.path ?? '').split('?');
  const segment = valuesIn(endpoint.path, path)?.key;
  return {
    value: body === undefined ? undefined : withoutOwn(contract, body),
    ...keyIn(contract.key, { headers: request.headers, query, segment, body }),
  };
}

/** A body without what the suite puts into it: key and companions. What holds them stays. */
export function withoutOwn(contract: Pick<Contract, 'key' | 'companions'>, body: Json): Json {
  return withoutCompanions(contract, withoutKey(contract.key, body));
}

/** The text of a body, with the key before the member that has the number `keyAt`, or after the last, and with companions. */
export function spell(contract: Contract, body: JsonObject, key: Json | undefined, keyAt = 0): string {
  const value = withCompanions(contract, body);
  const [top, ...rest] = keyPath(contract.key) ?? [];
  const isKeyed = top !== undefined && key !== undefined;
  const holds = isKeyed && rest.length > 0;
  const members = Object.entries(value).map(([name, inner]) =>
    member(name, holds && name === top ? withKey(inner, rest, key) : inner),
  );
  if (isKeyed && !(holds && Object.hasOwn(value, top)))
    members.splice(keyAt, 0, member(top, withKey(undefined, rest, key)));
  return `{${members.join(',')}}`;
}

/** Puts key, nonce, the receiver's address and padding in the place of their tokens, escaped as the encoding asks. */
export function fill(template: string, { key, nonce, receiver = '', companions = [] }: Fillings): string {
  const values: Record<string, string> = {
    [NONCE_TOKEN]: nonce,
    [KEY_TOKEN]: JSON.stringify(key ?? '').slice(1, -1),
    [RECEIVER_TOKEN]: receiver,
  };
  // At once, for a key may look like a token.
  return template.replace(TOKEN, (token, companion: string | undefined) =>
    companion === undefined
      ? (values[token] ?? unfolded(token))
      : JSON.stringify(companions[Number(companion)] ?? null),
  );
}

function member(name: string, value: Json): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
