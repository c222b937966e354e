/** A row of the table of options: all that is known of one option. */
import { type Kind, Refused } from './kinds.js';
import { option, UsageError } from './usage.js';

/** Commands that take options of the table. */
export type Verb = 'run' | 'replay' | 'init' | 'merge' | 'report';

interface About {
  /** Name on the command line, without dashes, and in the configuration file. */
  flag: string;
  /** How help names the value, e.g. `<n>`; left out where the option has none. */
  value?: string;
  /** One clause, for `--help` and the README. */
  help: string;
  /** The default in words, where it is not one value. */
  usually?: string;
  verbs: readonly Verb[];
  /** Whether a finding's rerun command carries it: everything that changes what is sent or how it is judged. */
  rerun?: true;
  /** It asks for one thing at a time, so it does not stand in the configuration file. */
  notInFile?: true;
}

export interface Row<T> extends About {
  many: boolean;
  default?: T;
  schema: Record<string, unknown>;
  /** What the command line's words say, still unchecked. */
  fromWords(words: string[]): unknown;
  /** The value as the library has it. Throws `UsageError`, which names the option by the member given. */
  check(value: unknown, member: string): T;
  /** Words of the command line. */
  toWords(value: T): string[];
}

/** An option that is given once. */
export function row<T>(kind: Kind<T>, about: About & { default?: NoInfer<T> }): Row<T> {
  return {
    ...about,
    many: false,
    schema: kind.schema,
    fromWords: (words) => kind.fromWord(words.at(-1) as string),
    check: (value, member) => checked(kind, value, member),
    toWords: (value) => {
      if (typeof value === 'boolean') return value ? [`--${about.flag}`] : [];
      return [`--${about.flag}`, kind.toWord(value)];
    },
  };
}

/** An option that may be given several times. */
export function many<T>(kind: Kind<T>, about: About): Row<T[]> {
  return {
    ...about,
    many: true,
    schema: { anyOf: [kind.schema, { type: 'array', items: kind.schema, minItems: 1 }] },
    fromWords: (words) => words.map((word) => kind.fromWord(word)),
    check: (value, member) => {
      const list = (Array.isArray(value) ? value : [value]).flatMap((one) =>
        kind.commas === true && typeof one === 'string' ? one.split(',').filter((part) => part.trim() !== '') : [one],
      );
      // An empty list says the same as no list; a string that names nothing is a slip.
      if (list.length === 0 && !(Array.isArray(value) && value.length === 0))
        throw new UsageError(`${option(member)} must name at least one.`);
      return list.map((one) =>
        checked(kind, typeof one === 'string' && kind.commas === true ? one.trim() : one, member),
      );
    },
    toWords: (values) => values.flatMap((value) => [`--${about.flag}`, kind.toWord(value)]),
  };
}

function checked<T>(kind: Kind<T>, value: unknown, member: string): T {
  try {
    return kind.check(value);
  } catch (error) {
    throw error instanceof Refused ? new UsageError(`${option(member)}${error.message}`) : error;
  }
}
