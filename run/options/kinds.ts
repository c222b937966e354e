/** Kinds of values: one check and one wording for the command line, the configuration file and the library. */

/** Why a value is refused; follows the option's name. */
export class Refused extends Error {}

export interface Kind<T> {
  /** JSON Schema of a value in the configuration file. */
  schema: Record<string, unknown>;
  /** A word of the command line as the value that the configuration file would have. */
  fromWord(word: string): unknown;
  /** The value as the library has it. Throws `Refused`. */
  check(value: unknown): T;
  /** The inverse, for the rerun command. */
  toWord(value: T): string;
  /** Commas separate several values. */
  commas?: true;
}

/** Characters of a value that a message shows. */
const MOST_SHOWN = 80;

/** A value as a message shows it, cut where it is long. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (typeof value === 'string') return `'${cut(value)}'`;
  return cut(JSON.stringify(value) ?? String(value));
}

function cut(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN)}…`;
}

/** @param what a right value; follows 'must be' */
export function mustBe(what: string, value: unknown): Refused {
  return new Refused(` must be ${what}, not ${shown(value)}.`);
}

/** A kind whose value is a string everywhere. */
export function stringKind<T extends string = string>(
  schema: Record<string, unknown>,
  check: (value: string) => T,
): Kind<T> {
  return {
    schema: { type: 'string', ...schema },
    fromWord: (word) => word,
    check: (value) => {
      if (typeof value !== 'string' || value === '') throw mustBe('a string of at least one character', value);
      return check(value);
    },
    toWord: (value) => value,
  };
}

/** A kind whose value is a number everywhere. */
function numberKind(what: string, schema: Record<string, unknown>, holds: (value: number) => boolean): Kind<number> {
  return {
    schema,
    // Not every word that JavaScript reads as a number is one for people: '', ' 1', '0x10'.
    fromWord: (word) => (/^-?\d+(\.\d+)?(e\d+)?$/i.test(word) ? Number(word) : word),
    check: (value) => {
      if (typeof value !== 'number' || !Number.isFinite(value) || !holds(value)) throw mustBe(what, value);
      return value;
    },
    toWord: String,
  };
}

export const text = stringKind({ minLength: 1 }, (value) => value);

export const flag: Kind<boolean> = {
  schema: { type: 'boolean' },
  fromWord: () => true,
  check: (value) => {
    if (typeof value !== 'boolean') throw mustBe('true or false', value);
    return value;
  },
  toWord: String,
};

export const above0 = numberKind('a number above 0', { type: 'number', exclusiveMinimum: 0 }, (value) => value > 0);

/** Longest time that a timer can wait, in seconds. */
const MOST_SECONDS = 2_147_483;

export const seconds = numberKind(
  `a number of seconds above 0 and at most ${MOST_SECONDS}`,
  { type: 'number', exclusiveMinimum: 0, maximum: MOST_SECONDS },
  (value) => value > 0 && value <= MOST_SECONDS,
);

export const secondsOr0 = numberKind(
  `a number of seconds from 0 to ${MOST_SECONDS}`,
  { type: 'number', minimum: 0, maximum: MOST_SECONDS },
  (value) => value >= 0 && value <= MOST_SECONDS,
);

export const wholeAbove0 = numberKind(
  'a whole number above 0',
  { type: 'integer', minimum: 1 },
  (value) => Number.isSafeInteger(value) && value > 0,
);

export function wholeFrom(least: number, most: number): Kind<number> {
  return numberKind(
    `a whole number from ${least} to ${most}`,
    { type: 'integer', minimum: least, maximum: most },
    (value) => Number.isInteger(value) && value >= least && value <= most,
  );
}

export function oneOf<T extends string>(...names: readonly T[]): Kind<T> {
  return {
    schema: { enum: names },
    fromWord: (word) => word,
    check: (value) => {
      const found = names.find((name) => name === value);
      if (found === undefined) throw mustBe(`one of ${names.join(', ')}`, value);
      return found;
    },
    toWord: (value) => value,
  };
}

/** Several of these names, e.g. separated by commas. */
export function someOf<T extends string>(...names: readonly T[]): Kind<T> {
  // In the file, one string may name several.
  return { ...oneOf(...names), schema: { type: 'string', minLength: 1 }, commas: true };
}
