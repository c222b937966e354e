/**
 * One codec for writes: a body and its key become method, path, headers and text, and come back from them. Client,
 * judge, generators and reference share it, so that another encoding or another place for the key is a change here.
 *
 * Texts may be templates: tokens stand in them for what is made only at sending. Nothing serialises a body again.
 */
import type { Contract } from './contract.js';
import { type Json, type JsonObject, parseJson } from './json.js';
import { keyHeaders, keyIn, keyPath, withKey, withoutKey } from './key.js';
import { PADDING, unfolded } from './padding.js';

/** Tokens are private-use characters, which no generator produces. */
export const NONCE_TOKEN = '\uE000nonce\uE001';
export const KEY_TOKEN = '\uE000key\uE001';
/** The address of the webhook receiver. */
export const RECEIVER_TOKEN = '\uE000receiver\uE001';

const TOKEN = new RegExp(`\\uE000(?:nonce|key|receiver)\\uE001|${PADDING.source}`, 'g');

/** What takes the place of tokens. */
export interface Fillings {
  key: string | null;
  nonce: string;
  receiver?: string | undefined;
}

/** A body as a value, or as its exact text, in which the key stands already where the contract keeps it in the body. */
export type WriteBody = { value: JsonObject; keyAt?: number } | { text: string };

export interface Encoded {
  method: string;
  /** Path after the contract's basePath. */
  path: string;
  contentType: string;
  /** Besides the content type: those that carry the key. */
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
): Encoded {
  return {
    method: endpoint.method,
    path: endpoint.path,
    contentType: 'application/json',
    headers: keyHeaders(contract.key, key),
    body: 'text' in body ? body.text : spell(contract, body.value, key, body.keyAt),
  };
}

/** What a request that was received or recorded says. */
export function decode(
  contract: Contract,
  request: { headers: readonly (readonly [string, string])[]; body: string },
): Decoded {
  const json = parseJson(request.body);
  const value = json === undefined ? undefined : withoutKey(contract.key, json);
  return { value, ...keyIn(contract.key, request.headers, json) };
}

/** The text of a body, with the key before the member that has the number `keyAt`, or after the last. */
export function spell(contract: Contract, value: JsonObject, key: Json | undefined, keyAt = 0): string {
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
export function fill(template: string, { key, nonce, receiver = '' }: Fillings): string {
  const values: Record<string, string> = {
    [NONCE_TOKEN]: nonce,
    [KEY_TOKEN]: JSON.stringify(key ?? '').slice(1, -1),
    [RECEIVER_TOKEN]: receiver,
  };
  // At once, for a key may look like a token.
  return template.replace(TOKEN, (token) => values[token] ?? unfolded(token));
}

function member(name: string, value: Json): string {
  return `${JSON.stringify(name)}:${JSON.stringify(value)}`;
}
