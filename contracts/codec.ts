/**
 * One codec for writes: a body and its key become method, path, headers and text, and come back from them. Client,
 * judge, generators and reference share it, so that another encoding or another place for the key is a change here.
 *
 * Texts may be templates: tokens stand in them for what is made only at sending. Nothing serialises a body again.
 */
import { type CompanionValue, companionsIn, withCompanions, withoutCompanions } from './companions.js';
import type { Contract } from './contract.js';
import { encodingOf, type HasBody } from './encodings.js';
import { formValue } from './form.js';
import { canonical, isObject, type Json, type JsonObject, parseJson } from './json.js';
import { keyHeaders, keyIn, keyPath, keyQuery, keySegment, withKey, withoutKey } from './key.js';
import { multipartValue } from './multipart.js';
import { unfolded } from './padding.js';
import { filledPath, valuesIn, withQuery } from './paths.js';
import { exactJson } from './saved.js';
import { KEY_TOKEN, NONCE_TOKEN, RECEIVER_TOKEN, TOKEN } from './tokens.js';

export { KEY_TOKEN, NONCE_TOKEN, RECEIVER_TOKEN } from './tokens.js';

/** Values of the companions, in the order of the contract; `undefined` for one that is not sent. */
export type Companions = readonly CompanionValue[];

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
  /** `null` where there is no body. */
  contentType: string | null;
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
  const text = 'text' in body ? body.text : spell(contract, body.value, key, body.keyAt, endpoint);
  return {
    method: endpoint.method,
    path: withQuery(path, [...keyQuery(contract.key, key), ...companionsIn(contract, 'query', companions)]),
    contentType: contentTypeOf(contract, text, endpoint),
    headers: [...keyHeaders(contract.key, key), ...companionsIn(contract, 'header', companions)],
    body: text,
  };
}

/** The path of the write without its key, which is that of all that the write makes at many APIs. */
export function collectionPath(contract: Contract): string {
  return encode(contract, { text: '' }, undefined).path.replace(/\/$/, '');
}

/** The Content-Type of a body of the write under test, or of another endpoint; `null` where there is no body. */
export function contentTypeOf(contract: Contract, text: string, endpoint?: object): string | null {
  return encodingOf(contract, endpoint).typeOf(text);
}

/** The media type of such bodies, without parameters. */
export function mediaTypeOf(contract: Contract, endpoint?: object): string | null {
  return encodingOf(contract, endpoint).mediaType;
}

/**
 * What a request that was received or recorded says. Of its path, whatever stands before the contract's own is ignored.
 * @param schema says what the strings of forms are
 */
export function decode(
  contract: Contract,
  request: { headers: readonly (readonly [string, string])[]; body: string; path?: string },
  schema?: JsonObject,
  endpoint: { path: string } = contract.create,
): Decoded {
  const type = request.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1];
  const body = bodyIn(contract, request.body, schema, type);
  const bare = body === undefined ? undefined : withoutOwn(contract, body);
  const [path = '', query = ''] = (request.path ?? '').split('?');
  const segment = valuesIn(endpoint.path, path)?.key;
  return {
    value: isObject(bare) ? sayable(contract, bare) : bare,
    ...keyIn(contract.key, { headers: request.headers, query, segment, body }),
  };
}

/** A body without what the suite puts into it: key and companions. What holds them stays. */
export function withoutOwn(contract: Pick<Contract, 'key' | 'companions'>, body: Json): Json {
  return withoutCompanions(contract, withoutKey(contract.key, body));
}

/**
 * The value of a body with its key; `undefined` where it cannot be read.
 * @param contentType as it was sent, where that is known
 */
export function bodyIn(contract: Contract, text: string, schema?: JsonObject, contentType?: string): Json | undefined {
  return encodingOf(contract).read(text, schema, contentType);
}

/** Names and values as they stand in a form; `undefined` where a body is none, or cannot be read. */
export function pairsIn(contract: Contract, text: string): [name: string, value: string][] | undefined {
  return encodingOf(contract).pairs(text);
}

/** The value of a body of which nothing is known: JSON, or what looks like a form; otherwise `undefined`. */
export function recordedBody(text: string): Json | undefined {
  return parseJson(text) ?? multipartValue(text) ?? (/^[^\s"<{=]+=[^\s"<]*$/.test(text) ? formValue(text) : undefined);
}

/** Whether values have types of their own; in forms each is a string, of which the schema says what it means. */
export function isTyped(contract: HasBody): boolean {
  return encodingOf(contract).isTyped;
}

/** Members as the encoding can say them: what a form cannot is left out. */
export function sayable(contract: HasBody, value: JsonObject): JsonObject {
  return encodingOf(contract).sayable(value);
}

/** Other texts of a form that mean the same; the last differs by the least. */
export function spellingsOf(contract: HasBody, plain: string): { name: string; text: string }[] {
  return encodingOf(contract).spellings(plain);
}

/** The text of a body with one more member, whose value is 1. */
export function withMember(contract: HasBody, plain: string, name: string): string {
  return encodingOf(contract).withMember(plain, name);
}

/** Texts that are malformed for certain. */
export function malformed(contract: HasBody, plain: string): string[] {
  return encodingOf(contract).malformed(plain);
}

/** Whether a value is the same once it is sent and read. */
export function comesBack(contract: Contract, value: JsonObject, schema: JsonObject): boolean {
  if (contract.create.body === 'none') return Object.keys(value).length === 0;
  if (isTyped(contract)) return true;
  const back = bodyIn(contract, spell(contract, value, undefined), schema);
  return (
    back !== undefined && canonical(sayable(contract, withoutOwn(contract, back) as JsonObject)) === canonical(value)
  );
}

/** The text of a body, with the key before the member that has the number `keyAt`, or after the last, and with companions. */
export function spell(
  contract: Contract,
  body: JsonObject,
  key: Json | undefined,
  keyAt = 0,
  endpoint?: object,
): string {
  const value = withCompanions(contract, body);
  const [top, ...rest] = keyPath(contract.key) ?? [];
  const isKeyed = top !== undefined && key !== undefined;
  const holds = isKeyed && rest.length > 0;
  const members = Object.entries(value).map(([name, inner]): [string, Json] => [
    name,
    holds && name === top ? withKey(inner, rest, key) : inner,
  ]);
  if (isKeyed && !(holds && Object.hasOwn(value, top))) members.splice(keyAt, 0, [top, withKey(undefined, rest, key)]);
  return encodingOf(contract, endpoint).write(members, contract.create);
}

/** Puts key, nonce, the receiver's address and padding in the place of their tokens, escaped as the encoding asks. */
export function fill(
  template: string,
  { key, nonce, receiver = '', companions = [] }: Fillings,
  body: Contract['create']['body'] = 'json',
): string {
  const { isTyped: keepsTypes, escaped } = encodingOf({ create: { body } });
  const values: Record<string, string> = {
    [NONCE_TOKEN]: nonce,
    [KEY_TOKEN]: escaped(key ?? ''),
    [RECEIVER_TOKEN]: escaped(receiver),
  };
  // At once, for a key may look like a token.
  return template.replace(TOKEN, (token, companion: string | undefined) =>
    companion === undefined
      ? (values[token] ?? unfolded(token))
      : keepsTypes
        ? exactJson(companions[Number(companion)])
        : escaped(String(companions[Number(companion)] ?? '')),
  );
}
