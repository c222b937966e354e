/** What a server asks of the values that go with a key. */
import type { IncomingHttpHeaders } from 'node:http';
import { companionsOf, goesWithoutKey, isSavedValue, unsignedIn } from '../../contracts/companions.js';
import type { Companion, Contract, Json, JsonObject } from '../../contracts/contract.js';
import { isTemplate } from '../../contracts/saved.js';
import type { FieldProblem } from './problems.js';

/** Seconds by which a fresh date may be off. */
const TOLERANCE = 300;

interface Accompanied {
  credential: string;
  value: JsonObject;
  headers: IncomingHttpHeaders;
  query: string;
}

export class Companions {
  /** Of each key, as it came first. */
  readonly #equal = new Map<string, string>();
  /** Fresh values that were used. */
  readonly #used = new Set<string>();

  /** @param unmade what is wrong with a value in which saved ones stand */
  constructor(
    readonly contract: Contract,
    readonly unmade: (template: string, text: string, credential: string) => string | null,
  ) {}

  /** Those in which saved values stand, as they came. */
  saved(request: Accompanied): [template: string, text: string][] {
    const { companions } = this.contract;
    if (companions.length === 0) return [];
    return this.#values(request).flatMap((value, n): [string, string][] => {
      const { value: template } = companions[n] as Companion;
      return isTemplate(template) ? [[template, String(value ?? '')]] : [];
    });
  }

  #values({ headers, query, value }: Accompanied): (Json | undefined)[] {
    const sent = Object.entries(headers).map(([name, text]): [string, string] => [name, String(text)]);
    return companionsOf(this.contract, { headers: sent, query, body: value });
  }

  /** What is wrong with them; values that are right are remembered. */
  problems(request: Accompanied, key: string | null): FieldProblem[] {
    const { companions } = this.contract;
    if (companions.length === 0) return [];
    const values = this.#values(request);
    return companions.flatMap((one, n) => {
      const text =
        key === null && !goesWithoutKey(one) ? null : this.#wrong(one, n, values[n], key, request.credential);
      return text === null ? [] : [{ field: one.name, keyword: 'companion', text }];
    });
  }

  #wrong(one: Companion, n: number, value: Json | undefined, key: string | null, credential: string): string | null {
    if (value === undefined) return 'is missing, which goes with a key';
    const text = String(value);
    if (isSavedValue(one)) return this.unmade(one.value, text, credential);
    if (!isOf(one, text)) return `must be ${one.value}`;
    if (one.repeats === 'equal') {
      if (key === null) return null;
      const name = `${n} ${key}`;
      if ((this.#equal.get(name) ?? text) !== text) return 'must be the same in every request with a key';
      this.#equal.set(name, text);
      return null;
    }
    const time = timeOf(one, text);
    // Two requests that are equal have one signature.
    if (one.value === 'signature') return null;
    // Two requests may fall in one second.
    if (time !== null) return Math.abs(time - Date.now()) > TOLERANCE * 1000 ? 'must be the time of sending' : null;
    if (this.#used.has(`${n} ${text}`)) return 'must be new in every request';
    this.#used.add(`${n} ${text}`);
    return null;
  }
}

function isOf(one: Companion, text: string): boolean {
  if (one.value === 'text') return text !== '';
  if (one.value === 'signature') return text !== '' && text !== unsignedIn({ companions: [one] });
  if (one.value === 'uuid') return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
  const time = timeOf(one, text) as number;
  if (Number.isNaN(time)) return false;
  return one.value !== 'http-date' || new Date(time).toUTCString() === text;
}

/** Milliseconds since 1970; `null` where it is not a date. */
function timeOf({ value }: Companion, text: string): number | null {
  if (['uuid', 'text', 'signature'].includes(value)) return null;
  return value === 'unix-seconds' ? Number(text) * 1000 : Date.parse(text);
}
