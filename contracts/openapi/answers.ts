/** What a document says of the answers of a write: statuses, where the id is, errors, and how it refuses another body. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { formatPointer } from '../pointer.js';
import type { OpenApiDocument } from './document.js';
import { type Media, mediaOf, own } from './media.js';
import { partsOf } from './operations.js';

export interface Answer {
  status: string;
  description: string;
  media: Media | null;
  headers: string[];
}

/** Answers by status, in the document's order. */
export function answersOf(document: OpenApiDocument, operation: JsonObject): Answer[] {
  const responses = document.member(operation, 'responses') ?? {};
  return Object.keys(responses)
    .filter((status) => !status.startsWith('x-'))
    .map((status) => {
      const node = document.member(responses, status) ?? {};
      const description = typeof node.description === 'string' ? node.description : '';
      const headers = Object.keys(document.member(node, 'headers') ?? {});
      return { status, description, media: mediaOf(document, node), headers };
    });
}

/** Successes, those with a body first. */
export function successesOf(answers: Answer[]): Answer[] {
  const all = answers.filter(({ status }) => /^2(\d\d|XX)$/i.test(status));
  return [...all.filter(({ media }) => media?.kind === 'json'), ...all.filter(({ media }) => media?.kind !== 'json')];
}

/** The member of an answer that is an id, with how sure that is. */
export interface IdPlace {
  /** `null`: the answer shows none. */
  pointer: string | null;
  guess: string | null;
}

/**
 * The id in an answer: `id`, a member called after the resource, or the only one that ends like an id; at the top, or in
 * an object that wraps the resource. Names in other spellings are found, too.
 * @param nouns what the resource may be called
 */
export function idIn(document: OpenApiDocument, media: Media | null, nouns: string[]): IdPlace | null {
  if (media?.kind !== 'json') return null;
  const members = membersOf(document, media.schema, media.example);
  const top = idAmong(Object.keys(members), nouns);
  if (top !== null) return { pointer: formatPointer([top.name]), guess: top.guess };
  const wraps = ['data', 'result', ...nouns].flatMap((word) =>
    Object.keys(members).filter((name) => plain(name) === word),
  );
  for (const name of wraps) {
    const { schema, example } = members[name] ?? { schema: undefined, example: undefined };
    const inner = idAmong(Object.keys(membersOf(document, schema, example)), nouns);
    if (inner !== null) return { pointer: formatPointer([name, inner.name]), guess: inner.guess };
  }
  return null;
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

export function idAmong(names: string[], nouns: string[]): { name: string; guess: string | null } | null {
  const exact = names.find((name) => name === 'id');
  if (exact !== undefined) return { name: exact, guess: null };
  const wanted = ['id', ...nouns.map((noun) => `${noun}id`), 'uuid', 'uid', ...nouns.map((noun) => `${noun}uuid`)];
  const named = wanted.flatMap((word) => names.filter((name) => plain(name) === word))[0];
  if (named !== undefined) return { name: named, guess: 'by its name' };
  const endings = names.filter((name) => /([_-]id|[a-z]I[dD]|[_-]?uuid)$/.test(name));
  const [only] = endings;
  return endings.length === 1 && only !== undefined
    ? { name: only, guess: 'the only member that ends like an id' }
    : null;
}

/** Members that a schema or an example shows, by name. */
export function membersOf(
  document: OpenApiDocument,
  schema: Json | undefined,
  example: Json | undefined,
): Record<string, { schema: Json | undefined; example: Json | undefined }> {
  const shown = isObject(example) ? example : {};
  const members: Record<string, { schema: Json | undefined; example: Json | undefined }> = {};
  for (const part of partsOf(document, document.object(schema))) {
    for (const [name, one] of Object.entries(document.member(part, 'properties') ?? {}))
      if (!Object.hasOwn(members, name)) members[name] = { schema: one, example: own(shown, name) };
  }
  for (const [name, value] of Object.entries(shown)) {
    if (!Object.hasOwn(members, name)) members[name] = { schema: undefined, example: value };
  }
  return members;
}

/** What resources of a path are called: the last name of it that is no parameter, in the singular, too. */
export function nounsOf(path: string): string[] {
  const last = path.split('/').findLast((part) => part !== '' && !part.includes('{')) ?? '';
  const noun = plain(last);
  const singular = noun.endsWith('ies') ? `${noun.slice(0, -3)}y` : noun.replace(/(?<=ss|x|ch|sh)es$|(?<!s)s$/, '');
  return [...new Set([singular, noun])].filter((one) => one !== '');
}

/** The errors of an operation: their media type where all have one, and a schema of one that has it. */
export function errorsOf(answers: Answer[]): { mediaType: string | null; schema: Json | undefined } {
  const errors = answers.filter(({ status, media }) => /^([45]|default)/i.test(status) && media?.kind === 'json');
  const types = new Set(errors.map(({ media }) => media?.type.replace(/;.*$/, '').trim()));
  const [only] = types;
  const order = ['422', '400', '409', '4XX', 'default'];
  const first = order.flatMap((status) => errors.filter((one) => one.status.toUpperCase() === status))[0];
  const isType = only !== undefined && !only.includes('*') && types.size === 1;
  return { mediaType: isType ? only : null, schema: (first ?? errors[0])?.media?.schema };
}

/** Statuses whose descriptions speak of a key that was used before, and of one that is being worked on. */
export function refusalsOf(answers: Answer[]): { conflict: number[]; inFlight: number[] } {
  const refusals = answers.filter(({ status }) => /^4(09|22|25)$/.test(status));
  const saying = (pattern: RegExp) =>
    refusals.filter(({ description }) => pattern.test(description)).map(({ status }) => Number(status));
  return {
    conflict: saying(
      // 'Already used' alone may as well be said of every repeat.
      /(idempoten|\bkey\b).*(differ|another|other|mismatch|not match)|(differ|another|other|mismatch|not match).*(idempoten|\bkey\b)/is,
    ),
    inFlight: saying(/in progress|in flight|in-flight|being processed|still (processing|running)|concurrent/i),
  };
}
