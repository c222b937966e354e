/** How a document says that credentials are sent. */
import { isObject, type Json, type JsonObject } from '../json.js';
import { accepts } from './accepts.js';
import type { OpenApiDocument } from './document.js';
import { own } from './media.js';
import type { Write } from './operations.js';
import { basePathOf } from './servers.js';

export interface Credential {
  /** `authentication` of a contract; `null`: none is sent. */
  authentication: JsonObject | null;
  /** The scheme's name and what it is, for people. */
  words: string;
  /** What a user has to do besides, or `null`. */
  advice: string | null;
}

/** What is at hand. */
export interface AtHand {
  hasCredential: boolean;
  /** Whether there is a client of a token endpoint. */
  hasClient: boolean;
}

interface Scheme {
  authentication: JsonObject | null;
  words: string;
}

/** The scheme of a write: the first that a contract can express, or that what is at hand is for. */
export function credentialOf(
  document: OpenApiDocument,
  write: Write,
  { hasCredential, hasClient }: AtHand,
): Credential {
  const { operation } = write;
  const none: Credential = { authentication: null, words: 'none', advice: null };
  const security = operation.security ?? document.value.security;
  const alternatives = Array.isArray(security) ? security.filter(isObject) : [];
  const isOptional = alternatives.length === 0 || alternatives.some((one) => Object.keys(one).length === 0);
  if (alternatives.length === 0 && hasCredential)
    return { authentication: BEARER, words: 'Authorization: Bearer (none is named, and one is at hand)', advice: null };
  if (isOptional && !hasCredential && !hasClient) return none;
  const schemes = document.member(document.member(document.value, 'components'), 'securitySchemes');
  const read = alternatives.map((one) =>
    Object.entries(one).map(([name, scopes]) => {
      const scheme = document.member(schemes, name);
      const token = tokenOf(scheme, scopes, basePathOf(document, write));
      return token === null ? schemeOf(scheme, name) : tokenScheme(token, name, hasClient);
    }),
  );
  // A client is good for nothing else.
  const isFor = ({ authentication }: Scheme) => hasClient && !hasCredential && authentication?.token !== undefined;
  read.sort((a, b) => Number(b.some(isFor)) - Number(a.some(isFor)));
  if (isOptional && !hasCredential && !read[0]?.some(isFor)) return none;
  const full = read.find((one) => one.length > 0 && one.every(isUsable));
  const partly = full ?? read.find((one) => one.some(isUsable));
  const used = partly?.find(isUsable);
  const left = (partly ?? read.flat()).filter((one) => one !== used);
  const advice = left.length === 0 ? null : `give by --header what ${left.map(({ words }) => words).join(', ')} takes`;
  return used === undefined ? { ...none, advice } : { ...used, advice };
}

const BEARER: JsonObject = { header: 'Authorization', prefix: 'Bearer ' };

const isUsable = ({ authentication }: Scheme) => authentication !== null;

/** Where a scheme has tokens for client credentials, as a contract says it; `null`: nowhere that a contract can name. */
function tokenOf(scheme: JsonObject | undefined, scopes: Json | undefined, basePath: string): JsonObject | null {
  if (!isWord(scheme?.type, 'oauth2')) return null;
  const said = own(own(scheme?.flows, 'clientCredentials'), 'tokenUrl');
  if (typeof said !== 'string') return null;
  // A path of a contract comes after its base path.
  const url = said.startsWith(`${basePath}/`) ? said.slice(basePath.length) : said;
  if (url.startsWith('/') && url === said && basePath !== '') return null;
  const names = Array.isArray(scopes) ? scopes.filter((one) => typeof one === 'string') : [];
  const token = { url, ...(names.length === 0 ? {} : { scope: names.join(' ') }) };
  return accepts({ authentication: { token } }) ? token : null;
}

function tokenScheme(token: JsonObject, name: string, hasClient: boolean): Scheme {
  const scope = token.scope === undefined ? '' : ` for ${token.scope}`;
  if (hasClient) return { authentication: { ...BEARER, token }, words: `tokens of ${token.url}${scope} (${name})` };
  const words = `Authorization: Bearer with a token (${name}); with IDEM_CLIENT_ID and IDEM_CLIENT_SECRET it is asked for at ${token.url}`;
  return { authentication: BEARER, words };
}

function schemeOf(scheme: JsonObject | undefined, name: string): Scheme {
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
