/** Every write of a document that takes a key, as contracts, and the one that a run is about. */
import { isDeepStrictEqual } from 'node:util';
import { type Besides, contractOf, type Derived, nameOf } from './contract.js';
import { type OpenApiDocument, OpenApiError } from './document.js';
import type { Note } from './notes.js';
import { type GivenKey, writesOf } from './operations.js';
import { basePathOf } from './servers.js';

export interface Choice extends Besides {
  /** Method and path as the user writes them, with values of path parameters, or `undefined`. */
  endpoint: { method: string; path: string } | undefined;
  /** Where the user says that the key is, or `undefined`. */
  key: Pick<GivenKey, 'in' | 'name'> | undefined;
}

/** What is tested of a document, and what is not. */
export interface OpenApiReading {
  used: Derived;
  /** Other writes that are tested in the same run: those that take the same credentials, where no flag is about one write. */
  also: Derived[];
  /** Other writes that take a key, in the document's order. */
  others: Derived[];
  /** What is wrong with the document by its own schema, or `null`. */
  problem: string | null;
}

/** Throws `OpenApiError` where no write can be tested. */
export function chooseWrite(document: OpenApiDocument, choice: Choice): OpenApiReading {
  const all = derivedOf(document, choice);
  const { endpoint } = choice;
  const chosen = endpoint === undefined ? all.find(({ problem }) => problem === null) : all.find((one) => one.isChosen);
  const used = chosen ?? all[0];
  if (used === undefined) throw noneFound(document, choice);
  if (used.problem !== null || (endpoint !== undefined && !used.isChosen)) throw unusable(document, all, choice);
  const isAbout = endpoint !== undefined || choice.key !== undefined || choice.said.size > 0;
  const also = isAbout ? [] : all.filter((one) => one !== used && isWith(used, one));
  return { used, also, others: all.filter((one) => one !== used && !also.includes(one)), problem: document.problem };
}

/** Whether a write can be tested in a run of another one. */
function isWith({ contract: { authentication } }: Derived, { problem, contract }: Derived): boolean {
  return problem === null && isDeepStrictEqual(contract.authentication, authentication);
}

interface Candidate extends Derived {
  isChosen: boolean;
}

/** Each write that takes a key. */
function derivedOf(document: OpenApiDocument, choice: Choice): Candidate[] {
  const { endpoint, key } = choice;
  const match = (method: string, path: string, base: string) =>
    endpoint?.method.toLowerCase() === method.toLowerCase() ? valuesIn(path, endpoint.path, base) : null;
  const isTakenBy = (method: string, path: string) =>
    endpoint === undefined ? method === 'post' : match(method, path, '') !== null;
  const { writes, unread } = writesOf(document, key === undefined ? null : { ...key, isTakenBy });
  if (writes.length === 0 && unread[0] !== undefined) throw document.error(unread[0]);
  const names = new Set<string>();
  return writes.map((write) => {
    const name = unlike(nameOf(write), names);
    const values = match(write.method, write.path, basePathOf(document, write));
    try {
      return { ...contractOf(document, write, name, values ?? new Map(), choice), isChosen: values !== null };
    } catch (error) {
      if (values !== null || !(error instanceof OpenApiError)) throw error;
      const endpoint = `${write.method} ${write.path}`;
      return { endpoint, contract: {}, notes: [], problem: error.text, isChosen: false };
    }
  });
}

/** The name with a number where it is taken; it is taken then. */
function unlike(name: string, taken: Set<string>): string {
  let own = name;
  for (let n = 2; taken.has(own); n += 1) own = `${name}-${n}`;
  taken.add(own);
  return own;
}

/** Values of the parameters of a path in what the user wrote for it; `null` where it is another path. */
function valuesIn(template: string, path: string, base: string): Map<string, string> | null {
  const parts = template.split('/');
  const given = (path.startsWith(`${base}/`) ? path.slice(base.length) : path).replace(/\?.*$/, '').split('/');
  if (parts.length !== given.length) return null;
  const values = new Map<string, string>();
  for (const [n, part] of parts.entries()) {
    const text = given[n] as string;
    if (part === text) continue;
    const [, name] = /^\{([^{}]+)\}$/.exec(part) ?? [];
    if (name === undefined || text === '') return null;
    values.set(name, text);
  }
  return values;
}

function noneFound(document: OpenApiDocument, { endpoint, key }: Choice): Error {
  if (endpoint !== undefined)
    return document.error(
      key === undefined
        ? `${line(endpoint)} takes no idempotency key that the document names: say where it is with --key header:NAME or body:NAME`
        : `there is no operation ${line(endpoint)}`,
    );
  return document.error(
    key === undefined
      ? 'no write takes an idempotency key by any of the usual names: say where it is with --key header:NAME or body:NAME, and which write with --endpoint'
      : 'there is no POST: name a write with --endpoint',
  );
}

/** Writes that a message names. */
const SHOWN = 4;

function unusable(document: OpenApiDocument, all: Candidate[], { endpoint }: Choice): Error {
  const chosen = all.find((one) => one.isChosen);
  if (chosen !== undefined) return document.error(`${chosen.endpoint}: ${chosen.problem}`);
  if (endpoint !== undefined) {
    const known = all.slice(0, SHOWN).map((one) => one.endpoint);
    return document.error(
      `${line(endpoint)} is not a write that takes an idempotency key; those are ${known.join(', ')}`,
    );
  }
  const [first, ...others] = all.slice(0, SHOWN).map((one) => `${one.endpoint}: ${one.problem}`);
  return document.error([`no write can be tested. ${first}`, ...others].join('. '));
}

function line({ method, path }: { method: string; path: string }): string {
  return `${method} ${path}`;
}

/** What was understood and what was guessed, a line each, for people. */
export function readingLines(shown: string, { used, also, others, problem }: OpenApiReading): string[] {
  const width = Math.max(...used.notes.map(({ subject }) => subject.length));
  const mark = ({ guess }: Note) => (guess ? '  (a guess)' : '');
  const usable = others.filter((one) => one.problem === null).map((one) => one.endpoint);
  const unusable = others.filter((one) => one.problem !== null);
  return [
    ...[used, ...also].flatMap(({ endpoint, notes }) => [
      `${endpoint}, as ${shown} describes it:`,
      ...notes.map((note) => `  ${note.subject.padEnd(width)}  ${note.text}${mark(note)}`),
    ]),
    ...(usable.length === 0 ? [] : [`Also with a key, for --endpoint: ${some(usable)}`]),
    ...unusable.slice(0, SHOWN).map((one) => `Left out: ${one.endpoint}: ${one.problem}.`),
    ...(unusable.length > SHOWN ? [`Left out: ${unusable.length - SHOWN} more`] : []),
    ...(problem === null ? [] : [`The document is not valid, and is read as far as it goes: ${problem}`]),
  ];
}

function some(list: string[]): string {
  return list.length <= 2 * SHOWN
    ? list.join(', ')
    : `${list.slice(0, 2 * SHOWN).join(', ')} and ${list.length - 2 * SHOWN} more`;
}
