/** The reads of a document that belong to a write: the list that shows what it made, and one resource by its id. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { formatPointer } from '../pointer.js';
import { answersOf, idAmong, membersOf, nounsOf, successesOf } from './answers.js';
import type { OpenApiDocument } from './document.js';
import { givenValue } from './media.js';
import { type Parameter, parametersOf, partsOf } from './operations.js';

/** `effects.list` of a contract, with what was guessed of it. */
export interface List {
  list: JsonObject;
  guesses: string[];
}

/** A path with its parameters replaced by values, or `null` where one has none. */
export type FillIn = (path: string) => string | null;

/** The GET at the path where the write adds: `null` where there is none, or none that answers with an array. */
export function listAt(document: OpenApiDocument, path: string, fillIn: FillIn): List | null {
  const { operation, parameters } = getAt(document, path);
  const filled = fillIn(path);
  if (operation === undefined || filled === null) return null;
  const query = requiredQuery(document, parameters);
  if (query === null) return null;
  const [success] = successesOf(answersOf(document, operation));
  if (success?.media?.kind !== 'json') return null;
  const { schema, example } = success.media;
  const items = itemsIn(document, schema, example, nounsOf(path));
  if (items === null) return null;
  const id = idAmong(Object.keys(membersOf(document, items.schema, items.example)), nounsOf(path));
  const size = named(parameters, /^(limit|pagesize|perpage|maxresults|maxpagesize|pagelimit|top)$/);
  const pages = pagesOf(document, parameters, success.headers, membersOf(document, schema, example));
  const list: JsonObject = {
    path: filled,
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...(size === undefined ? {} : { pageSize: { query: size.name, value: Math.min(100, mostOf(document, size)) } }),
    items: items.pointer,
    ...(pages === null ? {} : { pages }),
    ...(id === null ? {} : { id: formatPointer([id.name]) }),
  };
  return { list, guesses: pages === null || pages.kind === 'link' ? [] : [`pages by ${pages.kind}`] };
}

/** How one resource is read: the GET of the path with one more parameter at its end. */
export function oneAt(document: OpenApiDocument, path: string, fillIn: FillIn): string | null {
  const prefix = `${path.replace(/\/$/, '')}/{`;
  const paths = Object.keys(document.member(document.value, 'paths') ?? {});
  const template = paths.find(
    (one) => one.startsWith(prefix) && /^[^{}/]+\}$/.test(one.slice(prefix.length)) && getAt(document, one).operation,
  );
  const collection = fillIn(path);
  return template === undefined || collection === null ? null : `${collection.replace(/\/$/, '')}/{id}`;
}

function getAt(
  document: OpenApiDocument,
  path: string,
): { operation: JsonObject | undefined; parameters: Parameter[] } {
  const item = document.member(document.member(document.value, 'paths'), path);
  const operation = document.member(item, 'get');
  return { operation, parameters: operation === undefined ? [] : parametersOf(document, item, operation) };
}

function requiredQuery(document: OpenApiDocument, parameters: Parameter[]): Record<string, string> | null {
  const query: Record<string, string> = {};
  for (const { in: place, name, required, node } of parameters) {
    if (place !== 'query' || !required) continue;
    const value = givenValue(document, node);
    if (value === undefined || typeof value === 'object') return null;
    query[name] = String(value);
  }
  return query;
}

interface Items {
  /** `null`: the first array in the answer. */
  pointer: string | null;
  schema: Json | undefined;
  example: Json | undefined;
}

/** The array of resources in the answer of a list, or in an object that it holds. */
function itemsIn(
  document: OpenApiDocument,
  schema: Json | undefined,
  example: Json | undefined,
  nouns: string[],
): Items | null {
  const own = arrayOf(document, schema, example);
  if (own !== null) return { pointer: '', ...own };
  const members = membersOf(document, schema, example);
  const arrays = Object.entries(members).flatMap(([name, one]) => {
    const items = arrayOf(document, one.schema, one.example);
    return items === null ? [] : [{ name, pointer: formatPointer([name]), ...items }];
  });
  const usual = ['data', 'items', 'results', 'result', 'content', 'records', 'values', 'elements', 'value', ...nouns];
  const [first] = usual.flatMap((word) => arrays.filter(({ name }) => name.toLowerCase() === word));
  const found = first ?? (arrays.length === 1 ? arrays[0] : undefined);
  return found === undefined ? null : { pointer: found.pointer, schema: found.schema, example: found.example };
}

function arrayOf(document: OpenApiDocument, schema: Json | undefined, example: Json | undefined) {
  const found = partsOf(document, document.object(schema)).find(
    ({ type, items }) => [type].flat().includes('array') || items !== undefined,
  );
  if (found === undefined && !Array.isArray(example)) return null;
  const shown = Array.isArray(example) ? example[0] : undefined;
  const items = found?.items;
  // What is listed are resources, not words.
  const isList = isObject(shown) || items === undefined || Object.keys(membersOf(document, items, shown)).length > 0;
  return isList ? { schema: items, example: shown } : null;
}

const plain = (name: string) => name.toLowerCase().replaceAll(/[^a-z]/g, '');

function named(parameters: Parameter[], pattern: RegExp): Parameter | undefined {
  return parameters.find((one) => one.in === 'query' && pattern.test(plain(one.name)));
}

function mostOf(document: OpenApiDocument, { node }: Parameter): number {
  const { maximum } = document.object(node.schema) ?? {};
  return typeof maximum === 'number' && maximum >= 1 ? maximum : 100;
}

/** How the next page is reached, where parameters, headers or members of the answer are called as that usually is. */
function pagesOf(
  document: OpenApiDocument,
  parameters: Parameter[],
  headers: string[],
  members: ReturnType<typeof membersOf>,
): JsonObject | null {
  if (headers.some((name) => name.toLowerCase() === 'link')) return { kind: 'link' };
  const cursor = named(parameters, /^(cursor|pagetoken|nexttoken|continuationtoken|pagecursor|nextpagetoken)$/);
  const next = Object.keys(members).find((name) => /^next(page)?(token|cursor)$/.test(plain(name)));
  if (cursor !== undefined)
    return { kind: 'cursor', query: cursor.name, ...(next === undefined ? {} : { next: formatPointer([next]) }) };
  const after = named(parameters, /^(startingafter|after|afterid)$/);
  if (after !== undefined) return { kind: 'after', query: after.name };
  const offset = named(parameters, /^(offset|skip)$/);
  if (offset !== undefined) return { kind: 'offset', query: offset.name };
  const page = named(parameters, /^(page|pagenumber|pageno|pageindex)$/);
  if (page === undefined) return null;
  const { minimum, default: first } = document.object(page.node.schema) ?? {};
  const number = [first, minimum, 1].find((one) => typeof one === 'number') as number;
  return { kind: 'page', query: page.name, first: number };
}
