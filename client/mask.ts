/**
 * Takes secrets out of whatever is kept or shown. Judging never meets a mask: what was masked is for readers. The
 * idempotency key is no secret and stays readable.
 */
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { apart, type Found, type Kind, type Pattern, patternsOf, Searcher } from './mask/search.js';
import { cookieValues, USERINFO } from './mask/values.js';

/** Shorter ones cannot be told from other text. */
export const SHORTEST_SECRET = 6;

/** Secrets of answers that are looked for everywhere; all of them where they were answered. */
const MOST_LEARNT = 200;

/** What an answer nests deeper is not shown: walking down there would need more stack than there is. */
const DEEPEST = 500;

/** Characters of one text that are searched and shown: encodings inside of each other take time. */
const MOST_SHOWN = 20_000;

/** Shorter values of signed headers say nothing alone, such as a version. */
const SHORTEST_SIGNATURE = 16;

/** The last signatures are looked for everywhere, as many as one storm may have; all of them under their names. */
const MOST_SIGNATURES = 100;

/** When it was signed, in digits or as a date: to be read beside an answer that finds it too old. */
const SIGNED_AT = /^(?:\d+|\d{8}T\d{6}Z|\d{4}-\d\d-\d\d[T ][\d:.+Z-]+|[A-Z][a-z]{2}, \d\d? [A-Z][a-z]{2} [\d :]+GMT)$/;

/** How a text ends of which only the beginning is there. */
const REST = /… \d+ characters in all, SHA-256 [0-9a-f]{64}$/;

/** What a target wrote, names of members included; other names are the suite's own. */
const FOREIGN = new Set(['headers', 'json', 'value']);

/** Where numbers may be a target's, under names of the suite's own. */
const JUDGED = new Set(['data']);

/** Whose members are copied: the suite's, the judge's of what a target wrote, or a target's. */
type Writer = 'suite' | 'judge' | 'target';

const LONGEST_KNOWN = 200;

const MOST_KNOWN = 2_000;

export class Mask {
  /** Of this run alone, so that nobody finds a secret by trying hashes. */
  readonly #salt = randomBytes(16);
  readonly #secretHeaders: ReadonlySet<string>;
  readonly #own: ReadonlySet<string>;
  readonly #given = new Set<string>();
  readonly #learnt = new Map<string, Pattern[]>();
  readonly #searcher = new Searcher();
  /** Names of headers that a signature adds. */
  readonly #signedHeaders = new Set<string>();
  /** The last values of those; they are looked for once there is something to mask: a run may sign thousands. */
  #signatures: string[] = [];
  /** Texts that come again and again, such as keys and ids. */
  readonly #known = new Map<string, string>();
  /** Secrets that are digits alone, by the numbers that they come to: a double rounds the longer ones. */
  readonly #numbers = new Map<number, string>();
  /** What each mask stands for. */
  readonly #tokens = new Map<string, string>();

  /**
   * @param headers values of headers that carry credentials
   * @param secretHeaders names of headers whose values are secrets in answers, too
   * @param own words of the suite: a value that a target sets may be one of them by chance
   */
  constructor(
    secrets: (string | undefined)[],
    headers: string[] = [],
    secretHeaders: string[] = [],
    own: ReadonlySet<string> = new Set(),
  ) {
    this.#own = own;
    const given = new Map([
      ...headers.map((value): [string | undefined, Kind] => [value, 'header']),
      ...secrets.map((secret): [string | undefined, Kind] => [secret, 'secret']),
    ]);
    for (const [secret = '', kind] of given) this.#give(secret, kind);
    this.#secretHeaders = new Set(secretHeaders.map((name) => name.toLowerCase()));
  }

  /** More secrets, from now on. */
  add(secrets: string[]): void {
    for (const secret of secrets) this.#give(secret, 'secret');
  }

  #give(secret: string, kind: Kind): void {
    if (secret.length < SHORTEST_SECRET || this.#given.has(secret)) return;
    this.#given.add(secret);
    this.#searcher.add(patternsOf(secret, kind));
    if (/^\d+$/.test(secret)) this.#numbers.set(Number(secret), secret);
    this.#known.clear();
  }

  /** Remembers what a signature adds to a request: names for good, and the last values. */
  learnSigned(headers: [string, string][]): void {
    for (const [name, value] of headers) {
      if (!isSignature(value)) continue;
      this.#signedHeaders.add(name.toLowerCase());
      if (this.#signatures.push(value) >= 2 * MOST_SIGNATURES)
        this.#signatures = this.#signatures.slice(-MOST_SIGNATURES);
    }
  }

  #learnSignatures(): void {
    if (this.#signatures.length === 0) return;
    this.#keep(this.#signatures.splice(0).slice(-MOST_SIGNATURES), 'signature');
    this.#forget();
  }

  /** Remembers the cookies that an answer sets, and the values of headers that were named as secret. */
  learn(headers: Record<string, string>): void {
    for (const [name, value] of Object.entries(headers)) this.#learnHeader(name, value);
    this.#forget();
  }

  #learnHeader(name: string, value: string): void {
    const lower = name.toLowerCase();
    if (lower === 'set-cookie') this.#keep(cookieValues(value), 'cookie');
    else if (this.#secretHeaders.has(lower)) this.#keep([value], 'header');
  }

  #keep(values: string[], kind: Kind): void {
    for (const value of values) {
      if (value.length < SHORTEST_SECRET) continue;
      const known = this.#learnt.get(value);
      if (known !== undefined) {
        // What was met again is the last to be forgotten.
        this.#learnt.delete(value);
        this.#learnt.set(value, known);
        continue;
      }
      const patterns = patternsOf(value, kind);
      this.#learnt.set(value, patterns);
      this.#searcher.add(patterns);
      this.#known.clear();
    }
  }

  /** The text with a mask for each secret in it, however it is spelled. */
  text(text: string): string {
    if (text.length < SHORTEST_SECRET) return text;
    this.#learnSignatures();
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const masked = this.#masked(text);
    if (text.length <= LONGEST_KNOWN) {
      if (this.#known.size >= MOST_KNOWN) this.#known.clear();
      this.#known.set(text, masked);
    }
    return masked;
  }

  #masked(text: string): string {
    const found = apart([...this.#searcher.find(text), ...passwordsIn(text)]);
    let masked = '';
    let at = 0;
    for (const one of found) {
      masked += text.slice(at, one.start) + this.#token(one, text.slice(one.start, one.end));
      at = one.end;
    }
    return at === 0 ? text : masked + text.slice(at);
  }

  /**
   * A copy whose every string is masked, and so are numbers and names of members that a target wrote; of a long string,
   * the beginning.
   */
  all<T>(value: T): T {
    this.#learnSignatures();
    this.#learnFrom(value);
    const masked = this.#copy(value, 0, 'suite') as T;
    this.#forget();
    return masked;
  }

  #copy(value: unknown, depth: number, writer: Writer): unknown {
    const foreign = writer === 'target';
    if (typeof value === 'string') return !foreign && this.#own.has(value) ? value : this.#beginning(value);
    if (typeof value === 'number') return writer === 'suite' ? value : this.#number(value);
    if (typeof value !== 'object' || value === null) return value;
    if (depth > DEEPEST) return '…';
    if (Array.isArray(value)) return value.map((one) => this.#copy(one, depth + 1, writer));
    if (!isPlain(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, one]) => [
        foreign ? this.text(name) : name,
        this.#copy(one, depth + 1, foreign || FOREIGN.has(name) ? 'target' : JUDGED.has(name) ? 'judge' : writer),
      ]),
    );
  }

  /** As it is, or what masks the secret in its digits. */
  #number(value: number): unknown {
    const digits = this.#numbers.get(Math.abs(value)) ?? String(value);
    const masked = this.text(digits);
    return masked === digits ? value : masked;
  }

  #beginning(text: string): string {
    return text.length <= MOST_SHOWN ? this.text(text) : this.text(text.slice(0, MOST_SHOWN)) + restOf(text);
  }

  /** Headers inside, so that what they set is masked in what stands beside them. */
  #learnFrom(value: unknown, depth = 0): void {
    if (typeof value !== 'object' || value === null || depth > DEEPEST) return;
    if (Array.isArray(value) && this.#isSigned(value[0], value[1])) this.#keep([value[1]], 'signature');
    for (const [name, one] of Object.entries(value)) {
      if (typeof one === 'string') this.#learnHeader(name, one);
      else this.#learnFrom(one, depth + 1);
    }
  }

  /** Whether two elements are the name and value of a header that a signature added. */
  #isSigned(name: unknown, value: unknown): boolean {
    if (typeof name !== 'string' || typeof value !== 'string') return false;
    return this.#signedHeaders.has(name.toLowerCase()) && isSignature(value);
  }

  /** A target that sets another cookie with each answer would make every search slower. */
  #forget(): void {
    for (const [value, patterns] of this.#learnt) {
      if (this.#learnt.size <= MOST_LEARNT) return;
      this.#learnt.delete(value);
      this.#searcher.remove(patterns);
    }
  }

  /** One for each secret; another spelling has one of its own, for two that differ stay two. */
  #token({ secret, kind }: Found, spelled: string): string {
    const which = this.#short(secret);
    return `‹${kind} ${spelled === secret ? which : `${which}/${this.#short(spelled)}`}›`;
  }

  #short(text: string): string {
    const whole = createHmac('sha256', this.#salt).update(text).digest('hex');
    let length = 4;
    while ((this.#tokens.get(whole.slice(0, length)) ?? text) !== text) length += 1;
    this.#tokens.set(whole.slice(0, length), text);
    return whole.slice(0, length);
  }
}

/** The text, or its beginning with the length and the hash of the whole. */
export function beginningOf(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, most) + restOf(text);
}

function isSignature(value: string): boolean {
  return value.length >= SHORTEST_SIGNATURE && !SIGNED_AT.test(value);
}

function restOf(text: string): string {
  const known = REST.exec(text.slice(-150))?.[0];
  return known ?? `… ${text.length} characters in all, SHA-256 ${createHash('sha256').update(text).digest('hex')}`;
}

/** Whoever's they are: an address with a password is a credential. */
function passwordsIn(text: string): Found[] {
  if (!text.includes('://')) return [];
  return [...text.matchAll(USERINFO)].map(({ 0: secret, index }) => {
    return { start: index, end: index + secret.length, secret, kind: 'secret' };
  });
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
