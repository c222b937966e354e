/** Kinds of values that are particular to this suite. */
import { HEADER_VALUE, headerNameProblem } from '../../contracts/sendable.js';
import { findFault } from '../../reference/faults/index.js';
import { chapters, promiseByName, promises, requirementSet } from '../../suites/index.js';
import { statOf } from './files.js';
import { type Kind, mustBe, Refused, shown, stringKind, text } from './kinds.js';

/** Origin of an API, with an optional prefix. */
export const target = stringKind({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/]' }, (value) => {
  const advice = 'Give an origin with its scheme, e.g. http://127.0.0.1:8080';
  if (!URL.canParse(value)) throw new Refused(`: ${shown(value)} is not a URL. ${advice}`);
  const { protocol, username, password, search, hash } = new URL(value);
  if (!/^https?:$/.test(protocol))
    throw new Refused(`: ${shown(value)} is not HTTP. Give an http:// or https:// address.`);
  if (username + password !== '') {
    throw new Refused(
      ' holds a credential. Give API keys in the environment, where no command and no report shows them.',
    );
  }
  if (search + hash !== '')
    throw new Refused(`: ${shown(value)} has a query or a fragment. Give the origin and, if need be, a path.`);
  return value;
});

/** How the target reaches the webhook receiver. */
export const receiverUrl = stringKind({ pattern: '^[Hh][Tt][Tt][Pp][Ss]?://[^/]' }, (value) => {
  if (!URL.canParse(value) || !/^https?:$/.test(new URL(value).protocol))
    throw mustBe('an http:// or https:// address', value);
  const { username, password, search, hash } = new URL(value);
  if (username + password + search + hash !== '')
    throw new Refused(' holds a credential, a query or a fragment. Give an origin and, if need be, a path.');
  return value;
});

const ADDRESS = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/;

/** `host:port` to listen on. */
export const address = stringKind({ pattern: ADDRESS.source }, (value) => {
  addressOf(value);
  return value;
});

/** Host and port of an `address`. */
export function addressOf(value: string): { host: string; port: number } {
  const match = ADDRESS.exec(value);
  if (match === null || Number(match[3]) > 65_535)
    throw mustBe('a host and a port to listen on, e.g. 127.0.0.1:8081', value);
  return { host: (match[1] ?? match[2]) as string, port: Number(match[3]) };
}

const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/;

/** A line `Name: value`; the library gives the two apart. */
export const header: Kind<[name: string, value: string]> = {
  schema: { type: 'string', pattern: HEADER.source },
  fromWord: (word) => word,
  check: (given) => {
    const line = Array.isArray(given) && given.length === 2 ? `${given[0]}: ${given[1]}` : given;
    // A value may be a secret: it is never shown.
    const match = typeof line === 'string' ? HEADER.exec(line) : null;
    if (match === null) throw new Refused(" must be a header, e.g. 'Name: value'.");
    const [, name, value] = match as unknown as [string, string, string];
    if (!HEADER_VALUE.test(value)) throw new Refused(` ${name}: its value holds characters that no header may carry.`);
    const problem = headerNameProblem(name);
    if (problem !== null) throw new Refused(` ${name}: ${problem}.`);
    return [name, value];
  },
  toWord: ([name, value]) => `${name}: ${isCredential(name) ? 'YOUR-VALUE' : value}`,
};

/** A shell command, which may set secrets: no other command shows it. */
export const shellCommand: Kind<string> = { ...text, toWord: () => 'YOUR-COMMAND' };

/** The name of a header. */
export const headerName = stringKind({ pattern: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$" }, (value) => {
  if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(value)) throw mustBe('the name of a header', value);
  return value;
});

/**
 * Whether a header is likely to carry a secret, which no command may show.
 * @param named headers of which the user says so
 */
export function isCredential(name: string, named: readonly string[] = []): boolean {
  return (
    /auth|cookie|api-?key|token|secret|password|signature/i.test(name) ||
    named.some((one) => one.toLowerCase() === name.toLowerCase())
  );
}

/** `1/3`; the library gives the two numbers apart. */
export const shard: Kind<{ index: number; of: number }> = {
  schema: { type: 'string', pattern: '^[1-9]\\d*/[1-9]\\d*$' },
  fromWord: (word) => word,
  check: (given) => {
    const match = typeof given === 'string' ? /^(\d{1,9})\/(\d{1,9})$/.exec(given) : null;
    const { index, of } = (match === null ? given : { index: Number(match[1]), of: Number(match[2]) }) as {
      index: number;
      of: number;
    };
    if (!(Number.isInteger(index) && Number.isInteger(of) && index >= 1 && index <= of))
      throw mustBe("the shard's number and how many there are, e.g. 1/3", given);
    return { index, of };
  },
  toWord: ({ index, of }) => `${index}/${of}`,
};

/** Requirement ids and chapters. */
export const ids: Kind<string> = {
  ...stringKind({ minLength: 1 }, (value) => {
    idsOf(value);
    return value.trim();
  }),
  commas: true,
};

/** Promises by name, requirement ids and chapters. */
export const promised: Kind<string> = {
  ...stringKind({ minLength: 1 }, (value) => {
    promisedIds(value);
    return value.trim();
  }),
  commas: true,
};

/** Ids that a promise, a requirement id or a chapter stands for. Throws `Refused` where there is none. */
export function promisedIds(name: string): string[] {
  const found = promiseByName(name.trim())?.ids ?? idsNamed(name);
  if (found.length > 0) return found;
  const known = promises.map((one) => one.name).join(', ');
  throw new Refused(`: ${shown(name)} is not the name of a promise (${known}), nor of a requirement or chapter.`);
}

/** Ids that a requirement id or a chapter stands for. Throws `Refused` where there is none. */
export function idsOf(name: string): string[] {
  const found = idsNamed(name);
  if (found.length > 0) return found;
  throw new Refused(
    `: ${shown(name)} is not the name of a requirement or chapter. 'npx idem-conformance --list' shows them all.`,
  );
}

function idsNamed(name: string): string[] {
  const wanted = name.trim().toUpperCase();
  return chapters.flatMap((chapter) =>
    chapter.requirements.map(({ id }) => id).filter((id) => id === wanted || chapter.name === wanted),
  );
}

/** An existing file. */
export const file = stringKind({ minLength: 1 }, (value) => {
  if (!statOf(value)?.isFile()) throw new Refused(`: there is no file ${value}.`);
  return value;
});

export const fault = stringKind({ minLength: 1 }, (value) => known(value, findFault));

export const frozenSet = stringKind({ pattern: '^\\d{4}-\\d{2}$' }, (value) => known(value, requirementSet));

function known(name: string, find: (name: string) => unknown): string {
  try {
    find(name);
    return name;
  } catch (error) {
    throw new Refused(`: ${(error as Error).message}`);
  }
}
