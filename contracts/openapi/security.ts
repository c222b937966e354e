/** How a document says that credentials are sent. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { accepts } from './accepts.js';
import type { OpenApiDocument } from './document.js';

export interface Credential {
  /** `authentication` of a contract; `null`: none is sent. */
  authentication: JsonObject | null;
  /** The scheme's name and what it is, for people. */
  words: string;
  /** What a user has to do besides, or `null`. */
  advice: string | null;
}

/** The scheme of a write: the first that a contract can express. `hasOne`: whether a credential is at hand. */
export function credentialOf(document: OpenApiDocument, operation: JsonObject, hasOne: boolean): Credential {
  const none: Credential = { authentication: null, words: 'none', advice: null };
  const security = operation.security ?? document.value.security;
  const alternatives = Array.isArray(security) ? security.filter(isObject) : [];
  const isOptional = alternatives.length === 0 || alternatives.some((one) => Object.keys(one).length === 0);
  if (alternatives.length === 0 && hasOne)
    return { authentication: BEARER, words: 'Authorization: Bearer (none is named, and one is at hand)', advice: null };
  if (isOptional && !hasOne) return none;
  const schemes = document.member(document.member(document.value, 'components'), 'securitySchemes');
  const read = alternatives.map((one) =>
    Object.keys(one).map((name) => schemeOf(document.member(schemes, name), name)),
  );
  const full = read.find((one) => one.length > 0 && one.every(isUsable));
  const partly = full ?? read.find((one) => one.some(isUsable));
  const used = partly?.find(isUsable);
  const left = (partly ?? read.flat()).filter((one) => one !== used);
  const advice = left.length === 0 ? null : `give by --header what ${left.map(({ words }) => words).join(', ')} takes`;
  return used === undefined ? { ...none, advice } : { ...used, advice };
}

const BEARER: JsonObject = { header: 'Authorization', prefix: 'Bearer ' };

const isUsable = ({ authentication }: { authentication: JsonObject | null }) => authentication !== null;

function schemeOf(scheme: JsonObject | undefined, name: string): { authentication: JsonObject | null; words: string } {
  const { type, scheme: kind, in: place, name: parameter } = scheme ?? {};
  const of = (authentication: JsonObject, words: string) =>
    accepts({ authentication }) ? { authentication, words } : { authentication: null, words };
  if (isWord(type, 'http') && isWord(kind, 'bearer')) return of(BEARER, `Authorization: Bearer (${name})`);
  if (isWord(type, 'http') && isWord(kind, 'basic')) return of({ scheme: 'basic' }, `Basic, user:password (${name})`);
  if (isWord(type, 'oauth2') || isWord(type, 'openIdConnect'))
    return of(BEARER, `Authorization: Bearer with a token (${name})`);
  if (isWord(type, 'apiKey') && typeof parameter === 'string') {
    if (place === 'header') return of({ header: parameter, prefix: '' }, `header ${parameter} (${name})`);
    if (place === 'query') return of({ query: parameter }, `query parameter ${parameter} (${name})`);
  }
  return { authentication: null, words: `the scheme ${name}` };
}

function isWord(value: Json | undefined, word: string): boolean {
  return typeof value === 'string' && value.toLowerCase() === word.toLowerCase();
}
