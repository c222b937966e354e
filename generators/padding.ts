/** Large bodies: one text of a body is filled up to the size that is wanted. */
import fc from 'fast-check';
import { isOwnAt } from '../contracts/companions.js';
import type { Contract, JsonObject } from '../contracts/contract.js';
import { padding, unfolded } from '../contracts/padding.js';
import { formatPointer } from '../contracts/pointer.js';
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
  /** By so many characters. */
  longest: number;
  /** How long it may be at all. */
  most: number;
  /** The schema says how long it may be, or does not, or does not name it at all, so that it may be ignored. */
  kind: 'limited' | 'unlimited' | 'added';
}

/**
 * Texts that can be filled up: first the one with the nonce, which is for people, or else the roomiest. Where there is
 * none, a member that the schema lets be added.
 */
export function roomsIn(value: JsonObject, source: BodySource): Room[] {
  const { contract, requestSchema } = source;
  const schema = requestSchema as JsonObject;
  const sites = [...sitesOf(value, schema), ...absentTexts(value, schema)].filter((site) => isOwn(site, contract));
  const size = sizeOf(value);
  const rooms = sites.flatMap((site) => roomAt(site, size) ?? []);
  const rank = ({ pointer, most }: Room) => (pointer === contract.create.nonce ? Infinity : most);
  // The same one for every body: what a target accepts is found out for the first.
  const inOrder = (a: Room, b: Room) => rank(b) - rank(a) || (a.pointer < b.pointer ? -1 : 1);
  if (rooms.length > 0) return rooms.sort(inOrder);
  const isOpen = [schema.additionalProperties, schema.unevaluatedProperties].every((one) => (one ?? true) === true);
  if (!isOpen || !isValid({ ...value, [ADDED]: 'x' }, source)) return [];
  return [{ pointer: `/${ADDED}`, path: [ADDED], text: '', longest: LARGEST_BODY, most: LARGEST_BODY, kind: 'added' }];
}

const ADDED = 'idem_padding';

/** Neither the key, nor the id of something else, nor a member that excludes others. */
function isOwn({ path }: Site, contract: Contract): boolean {
  const { create, fixtures } = contract;
  const place = formatPointer(path.map((name) => (typeof name === 'number' ? '-' : name)));
  const special = [...create.references, ...Object.keys(fixtures), ...create.exclusive.flat()];
  return !isOwnAt(contract, place) && !special.includes(place);
}

/** @param size of the whole body */
function roomAt(site: Site, size: number): Room | null {
  const { pointer, path, schemas } = site;
  if (!isFreeText(site)) return null;
  const text = site.value as string;
  const limits = schemas.flatMap(({ maxLength }) => (typeof maxLength === 'number' ? [maxLength] : []));
  const most = Math.min(LARGEST_BODY, ...limits);
  const longest = most - [...text].length - NONCE_MORE;
  if (size + longest < LARGE_BODY) return null;
  return { pointer, path, text, longest, most, kind: limits.length > 0 ? 'limited' : 'unlimited' };
}

/** Characters by which a nonce is longer than its token, at most. */
const NONCE_MORE = 20;

/** Texts at the top that the body has not, or has null for. */
function absentTexts(value: JsonObject, schema: JsonObject): Site[] {
  return Object.keys((schema.properties ?? {}) as JsonObject).flatMap((name) => {
    const schemas = childSchemas([schema], name);
    const isString = schemas.some(({ type }) => [type].flat().includes('string'));
    if ((value[name] ?? null) !== null || !isString) return [];
    return [{ pointer: formatPointer([name]), path: [name], value: '', schemas }];
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
