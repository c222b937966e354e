/** Fresh keys for a case that is sent again: equal keys stay equal, and near misses stay near. */
import type { ExchangeRecord } from '../../results/results.js';
import { meantBy, multipartPairs, type Pair, pairsOf } from '../form.js';
import type { Piece } from './quote.js';

export interface Keys {
  /** Shell lines that set the variables. */
  lines: { variable: string; pieces: Piece[] }[];
  /** The text with the keys of this exchange made fresh. */
  inBody(exchange: ExchangeRecord): Piece[];
  inHeader(exchange: ExchangeRecord, value: string): Piece[];
  inUrl(exchange: ExchangeRecord): Piece[];
}

const fresh: Piece = { variable: 'fresh' };
// Digits have no case, and nothing may come between a letter and the mark that belongs to it.
const place = /[A-Za-z0-9](?!\p{M})/u;

/** Puts new digits into each distinct key at the same place, so that their relations stay what they were. */
export function freshKeys(exchanges: readonly ExchangeRecord[]): Keys {
  const keys = [...new Set(exchanges.flatMap(({ key }) => (key === null ? [] : [key])))].filter((key) =>
    place.test(key),
  );
  const variableOf = new Map(keys.map((key, index) => [key, `key_${index + 1}`]));
  return {
    lines: keys.map((key) => ({ variable: String(variableOf.get(key)), pieces: split(key, placeIn(key)) })),
    inBody: ({ key, request, batch }) =>
      batch === undefined
        ? bodyPieces(request.body, key === null ? [] : [key], variableOf)
        : bodyPieces(batch.request, keys, variableOf),
    inHeader: ({ key }, value) => headerPieces(value, key, variableOf),
    inUrl: ({ key, request }) => urlPieces(request.url, key, variableOf),
  };
}

function headerPieces(value: string, key: string | null, variableOf: Map<string, string>): Piece[] {
  const variable = key === null ? undefined : variableOf.get(key);
  if (variable === undefined || key === null) return [{ text: value }];
  // Bare, or as a structured-field string; a key inside a longer value is something else.
  if (value === key) return [{ variable }];
  if (value === `"${key}"`) return [{ text: '"' }, { variable }, { text: '"' }];
  return [{ text: value }];
}

/** Whether the key is a segment of the address, or a value of its query. */
export function isInUrl({ key, request }: ExchangeRecord): boolean {
  return key !== null && partsOf(request.url).includes(spelledInUrl(key));
}

function urlPieces(url: string, key: string | null, variableOf: Map<string, string>): Piece[] {
  const variable = key === null ? undefined : variableOf.get(key);
  if (variable === undefined || key === null) return [{ text: url }];
  const spelled = spelledInUrl(key);
  const parts = partsOf(url);
  const at = parts.indexOf(spelled);
  if (at < 0) return [{ text: url }];
  // A key that is percent-encoded keeps its spelling.
  const own = spelled === key ? [{ variable }] : split(spelled, spelledInUrl(key.slice(0, placeIn(key))).length);
  return [{ text: parts.slice(0, at).join('') }, ...own, { text: parts.slice(at + 1).join('') }].filter(
    (piece) => !('text' in piece) || piece.text !== '',
  );
}

function partsOf(url: string): string[] {
  return url.split(/([/?&=#])/);
}

function spelledInUrl(key: string): string {
  return encodeURIComponent(Buffer.from(key).toString());
}

/** @param keys of the items of a batch, or the one of the request */
function bodyPieces(body: string, keys: readonly string[], variableOf: Map<string, string>): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  const literals = keys
    .filter((key) => variableOf.has(key))
    .flatMap((key) => {
      const [spelled, spelledAt] = spelledIn(body, key);
      return spelled.map((one) => ({ ...one, key, spelledAt }));
    })
    .sort((a, b) => a.start - b.start);
  for (const { start, literal, key, spelledAt } of literals) {
    pieces.push({ text: body.slice(from, start) });
    // A key that is spelled with escapes keeps its spelling.
    if (literal === key) pieces.push({ variable: String(variableOf.get(key)) });
    else pieces.push(...split(literal, spelledAt(literal, placeIn(key))));
    from = start + literal.length;
  }
  pieces.push({ text: body.slice(from) });
  return pieces.filter((piece) => !('text' in piece) || piece.text !== '');
}

/** Where the key stands in a body, and where a character of it ends in its spelling. */
function spelledIn(body: string, key: string) {
  const parts = multipartPairs(body);
  if (parts !== null) return [valuesOf(parts, key, (value) => value), (_: string, at: number) => at] as const;
  const form = pairsOf(body);
  if (form !== null) return [valuesOf(form, key, meantBy), spelledPlaceInForm] as const;
  return [literalsOf(body, key), spelledPlace] as const;
}

/** JSON strings in the body that mean the key: those of a member whose name speaks of a key, otherwise all. */
function literalsOf(body: string, key: string): { start: number; literal: string }[] {
  let member = '';
  const found: { start: number; literal: string; named: boolean }[] = [];
  for (const match of body.matchAll(/"((?:[^"\\]|\\[\s\S])*)"(\s*:)?/g)) {
    const literal = match[1] ?? '';
    if (match[2] !== undefined) member = literal;
    else if (decoded(literal) === key) found.push({ start: match.index + 1, literal, named: /key/i.test(member) });
  }
  return found.some(({ named }) => named) ? found.filter(({ named }) => named) : found;
}

/** The same of a form. */
function valuesOf(
  form: Pair[],
  key: string,
  meaning: (value: string) => string | null,
): { start: number; literal: string }[] {
  const found = form.filter(({ value }) => meaning(value) === key);
  const named = found.filter(({ name }) => /key/i.test(name));
  return (named.length > 0 ? named : found).map(({ value, start }) => ({ start, literal: value }));
}

function decoded(literal: string): string | null {
  try {
    return JSON.parse(`"${literal}"`) as string;
  } catch {
    return null;
  }
}

function placeIn(key: string): number {
  return (place.exec(key)?.index ?? -1) + 1;
}

/** Where the character number `at` of the decoded text ends in its spelling. */
function spelledPlace(literal: string, at: number): number {
  let units = 0;
  for (const match of literal.matchAll(/\\u[0-9a-fA-F]{4}|\\[\s\S]|[\s\S]/g)) {
    if (units === at) return match.index;
    units += 1;
  }
  return literal.length;
}

/** The same of a value of a form. */
function spelledPlaceInForm(literal: string, at: number): number {
  const ends = Array.from(literal, (_, n) => n + 1);
  return ends.find((end) => meantBy(literal.slice(0, end))?.length === at) ?? literal.length;
}

function split(text: string, at: number): Piece[] {
  const pieces: Piece[] = [{ text: text.slice(0, at) }, fresh, { text: text.slice(at) }];
  return pieces.filter((piece) => !('text' in piece) || piece.text !== '');
}
