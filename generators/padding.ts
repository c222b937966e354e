/** Large bodies: one text of a body is filled up to the size that is wanted. */
import fc from 'fast-check';
import { NONCE_TOKEN } from '../contracts/codec.js';
import type { JsonObject } from '../contracts/contract.js';
import { isKeyAt } from '../contracts/key.js';
import { padding, unfolded } from '../contracts/padding.js';
import { at, formatPointer } from '../contracts/pointer.js';
import { childSchemas } from '../contracts/schemas.js';
import { type BodySource, isValid, plainBody } from './bodies.js';
import { isFreeText, put, type Site, sitesOf } from './sites.js';

/** Bytes of the largest body that is sent. */
const LARGEST_BODY = 256 * 1024;

/** Bytes of the smallest body that counts as large. */
export const LARGE_BODY = 1024;

/** Lists may show whole bodies, and must stay short enough to be read: of later rounds none is large. */
const ROUNDS = 16;

/** A text that can be made so much longer. */
export interface Room extends Pick<Site, 'pointer' | 'path'> {
  text: string;
  /** In characters. */
  longest: number;
  /** The schema names it, so that it may not be ignored. */
  documented: boolean;
}

/** Texts that can be filled up: documented ones, the roomiest first, or else a member that the schema lets be added. */
export function roomsIn(value: JsonObject, source: BodySource): Room[] {
  const schema = source.requestSchema as JsonObject;
  const rooms = [...sitesOf(value, schema), ...absentTexts(value, source)].flatMap((site) => roomAt(site, value) ?? []);
  if (rooms.length > 0) return rooms.sort((a, b) => b.longest - a.longest);
  const added = { pointer: `/${ADDED}`, path: [ADDED], text: '', longest: LARGEST_BODY, documented: false };
  return isOpen(schema) && isValid({ ...value, [ADDED]: 'x' }, source) ? [added] : [];
}

const ADDED = 'idem_padding';

/** Whether the body may have members that the schema does not name. */
function isOpen(schema: JsonObject): boolean {
  return [schema.additionalProperties, schema.unevaluatedProperties].every((one) => one === undefined || one === true);
}

function roomAt(site: Site, value: JsonObject): Room | null {
  const { pointer, path, schemas } = site;
  if (!isFreeText(site)) return null;
  const text = site.value as string;
  const most = Math.min(LARGEST_BODY, ...schemas.map(({ maxLength }) => Number(maxLength ?? LARGEST_BODY)));
  // The nonce's token is a little shorter than a nonce.
  const longest = most - [...text].length - NONCE_TOKEN.length;
  return sizeOf(value) + longest < LARGE_BODY ? null : { pointer, path, text, longest, documented: true };
}

/** Texts at the top that the body has not, or has null for: neither ids of other things nor members that exclude others. */
function absentTexts(value: JsonObject, { contract, requestSchema }: BodySource): Site[] {
  const { key, create, fixtures } = contract;
  const special = new Set([...create.references, ...create.exclusive.flat(), ...Object.keys(fixtures)]);
  return Object.keys((requestSchema.properties ?? {}) as JsonObject).flatMap((name) => {
    const pointer = formatPointer([name]);
    if ((at(value, pointer) ?? null) !== null || isKeyAt(key, pointer) || special.has(pointer)) return [];
    const schemas = childSchemas([requestSchema as JsonObject], name);
    const isString = schemas.some(({ type }) => [type].flat().includes('string'));
    return isString ? [{ pointer, path: [name], value: '', schemas }] : [];
  });
}

/**
 * The body with one of its texts filled up, so that it has about `size` bytes, or as many as there is room for. `null`
 * where there is none, or the body is as large without.
 */
export function enlarged(value: JsonObject, source: BodySource, size: number): JsonObject | null {
  const [room] = roomsIn(value, source);
  const missing = size - sizeOf(value);
  if (room === undefined || missing <= 0) return null;
  return filled(value, source, room, padding(Math.min(missing, room.longest)));
}

/** The body with something at the end of one of its texts; `null` where the schema does not allow it. */
export function filled(value: JsonObject, source: BodySource, { path, text }: Room, end: string): JsonObject | null {
  const top = path.length === 1 ? { ...value, [path[0] as string]: text } : value;
  const body = put(top, path, text + end);
  return isValid(body, source) ? body : null;
}

/** Bytes of a body without its key, about. */
export function sizeOf(value: JsonObject): number {
  return Buffer.byteLength(unfolded(JSON.stringify(value)));
}

/** Bytes of the largest body that the schema allows, as far as larger ones are sent; 0 where it allows no large one. */
export function largestToTry(source: BodySource): number {
  const large = enlarged(plainBody(source), source, LARGEST_BODY);
  return large === null ? 0 : sizeOf(large);
}

/**
 * Sizes of large bodies, in bytes. Each of four rounds draws from a share of the range, on a logarithmic scale; the first
 * is the largest that the target accepts. Nothing where it accepts none.
 */
export function largeSizes({
  round,
  largestBody,
}: {
  round: number;
  largestBody: number;
}): fc.Arbitrary<number | null> {
  if (largestBody < LARGE_BODY || round >= ROUNDS) return fc.constant(null);
  const turn = round % 4;
  if (turn === 0) return fc.constant(largestBody);
  return fc
    .integer({ min: 0, max: 999 })
    .map((share) => Math.round(LARGE_BODY * (largestBody / LARGE_BODY) ** ((3 - turn + share / 1000) / 3)));
}
