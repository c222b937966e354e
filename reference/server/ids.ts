/** Ids of resources and of requests: unique, and in the order they were made. */
import { randomBytes, randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../contracts/contract.js';

/** Crockford's: no letter that looks like a digit. */
const CROCKFORD = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 26;
const FIRST_NUMBER = 1_000_001;

let lastTime = 0;
let made = 0;

/** A prefix, `_` and 26 Crockford characters: 48 bits of time, 30 of a counter, 50 of chance. */
export function newId(prefix: string): string {
  return `${prefix}_${orderedText(CROCKFORD, LENGTH)}`;
}

/** A UUID of version 7. */
export function newRequestId(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}

/** A whole number in as many Crockford characters. */
export function crockford(value: number, length: number): string {
  return digits(value, CROCKFORD, length);
}

/** Makes ids that these schemas accept: numbers, UUIDs, what a pattern says, or a prefix with 26 characters. */
export function idMaker(schemas: readonly JsonObject[], prefix: string): () => Json {
  const says = (word: string) => schemas.map((schema) => schema[word]).find((value) => value !== undefined);
  const types = [says('type') ?? 'string'].flat();
  if (!types.includes('string') && (types.includes('integer') || types.includes('number'))) {
    let next = Math.max(FIRST_NUMBER, Number(says('minimum') ?? 0));
    return () => next++;
  }
  const pattern = says('pattern');
  if (typeof pattern === 'string') return fromPattern(pattern);
  if (says('format') === 'uuid') return () => randomUUID();
  const longest = Number(says('maxLength') ?? Number.POSITIVE_INFINITY);
  return () => newId(prefix).slice(-longest);
}

/** Of the usual form, a prefix and so many characters of one class, ids are in order; of any other they are by chance. */
function fromPattern(pattern: string): () => Json {
  const usual = /^\^([\w-]*)\[([^\]\\]+)\]\{(\d+)(?:,\d*)?\}\$$/.exec(pattern);
  if (usual === null) {
    const values = fc.stringMatching(new RegExp(pattern, 'u'));
    let seed = 0;
    const given = new Set<string>();
    return () => {
      for (;;) {
        const [value = ''] = fc.sample(values, { seed: ++seed, numRuns: 1 });
        if (given.has(value)) continue;
        given.add(value);
        return value;
      }
    };
  }
  const [, prefix = '', characters = '', length = ''] = usual;
  const allowed = new RegExp(`[${characters}]`);
  const alphabet = Array.from({ length: 94 }, (_, i) => String.fromCharCode(i + 33)).filter((one) => allowed.test(one));
  // One letter case, so that ids stay distinct where it is ignored.
  const capitals = alphabet.filter((one) => one === one.toUpperCase()).join('');
  const own = capitals.length >= 10 ? capitals : alphabet.join('');
  return () => prefix + orderedText(own, Number(length));
}

/** Time, a counter and chance, as far as they fit; the end is what differs most, so that is kept. */
function orderedText(alphabet: string, length: number): string {
  lastTime = Math.max(lastTime, Date.now());
  made = (made + 1) % 2 ** 30;
  const size = alphabet.length;
  const places = (most: number) => Math.ceil(Math.log(most) / Math.log(size));
  const order = digits(lastTime, alphabet, places(2 ** 48)) + digits(made, alphabet, places(2 ** 30));
  if (length <= order.length) return order.slice(-length);
  return order + Array.from(randomBytes(length - order.length), (byte) => alphabet[byte % size]).join('');
}

function digits(value: number, alphabet: string, length: number): string {
  let text = '';
  for (let rest = value; text.length < length; rest = Math.floor(rest / alphabet.length)) {
    text = alphabet[rest % alphabet.length] + text;
  }
  return text;
}
