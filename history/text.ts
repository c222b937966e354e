/**
 * The exact text of a body. Tokens stand in it for what is made only at sending: the key, the nonce.
 * They are private-use characters, which no generator produces. Nothing serialises a body again.
 */
import type { Contract, Json } from '../contracts/contract.js';
import type { Body, KeyUse } from './plan.js';

export const NONCE_TOKEN = '\uE000nonce\uE001';
export const KEY_TOKEN = '\uE000key\uE001';
/** The address of the webhook receiver. */
export const RECEIVER_TOKEN = '\uE000receiver\uE001';

/** The text of a body, with tokens, and with the key among its members where the contract keeps keys in the body. */
export function templateOf(body: Body, key: KeyUse, contract: Contract): string {
  if (body.text !== undefined) return body.text;
  const members = Object.entries(body.value).map(([name, value]) => member(name, JSON.stringify(value)));
  if (contract.key.in === 'body' && key.kind !== 'absent') {
    members.splice(body.keyAt, 0, member(contract.key.name, keyText(key)));
  }
  return `{${members.join(',')}}`;
}

/** Puts key, nonce and the receiver's address in the place of their tokens, escaped as JSON strings. */
export function fill(template: string, key: string | null, nonce: string, receiver = ''): string {
  const escaped = JSON.stringify(key ?? '').slice(1, -1);
  // As functions: in a replacement text `$` would have a meaning.
  return template
    .replaceAll(NONCE_TOKEN, () => nonce)
    .replaceAll(KEY_TOKEN, () => escaped)
    .replaceAll(RECEIVER_TOKEN, () => receiver);
}

function keyText(key: KeyUse): string {
  const value: Json = key.kind === 'null' ? null : key.kind === 'literal' ? key.value : KEY_TOKEN;
  return JSON.stringify(value);
}

function member(name: string, text: string): string {
  return `${JSON.stringify(name)}:${text}`;
}
