/** The exact text of a plan's body: the codec's template, for the key that an attempt carries. */
import { KEY_TOKEN, spell } from '../contracts/codec.js';
import type { Contract, Json } from '../contracts/contract.js';
import type { Body, KeyUse } from './plan.js';

export { fill, KEY_TOKEN, NONCE_TOKEN, RECEIVER_TOKEN } from '../contracts/codec.js';

/** The text of a body, with tokens, and with the key among its members where the contract keeps keys in the body. */
export function templateOf(body: Body, key: KeyUse, contract: Contract): string {
  return body.text ?? spell(contract, body.value, keyValue(key), body.keyAt);
}

function keyValue(key: KeyUse): Json | undefined {
  switch (key.kind) {
    case 'absent':
      return undefined;
    case 'null':
      return null;
    case 'literal':
      return key.value;
    case 'slot':
      return KEY_TOKEN;
  }
}
