/** Ids of resources and of requests: unique, and in the order they were made. */
import { randomBytes, randomUUID } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
let lastTime = 0;
let made = 0;

/** A prefix, `_` and 26 Crockford characters: 48 bits of time, 30 of a counter, 50 of chance. */
export function newId(prefix: string): string {
  lastTime = Math.max(lastTime, Date.now());
  made = (made + 1) % 2 ** 30;
  const chance = Array.from(randomBytes(10), (byte) => alphabet[byte % 32]).join('');
  return `${prefix}_${crockford(lastTime, 10)}${crockford(made, 6)}${chance}`;
}

/** A UUID of version 7. */
export function newRequestId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** A whole number in as many characters. */
export function crockford(value: number, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = alphabet[rest % 32] + text;
  return text;
}
