/**
 * How a credential travels: in a header, in the query, or as HTTP Basic. What is sent comes back from it, so client, judge,
 * suites and reference share one form of each place.
 */
import type { Contract } from './contract.js';

type Authentication = NonNullable<Contract['authentication']>;

/** What carries a credential. */
export interface Carried {
  headers: [string, string][];
  /** Parameters of the query, not encoded. */
  query: [string, string][];
}

/** What a request has of all that may carry one. */
interface Received {
  headers: readonly (readonly [string, string])[];
  /** With its query. */
  url: string;
}

/** What stands before a Basic credential (RFC 7617, section 2). */
const BASIC = 'Basic ';

/** A credential on its way. */
export function carry({ header, prefix, query, scheme }: Authentication, secret: string): Carried {
  if (scheme === 'certificate') return { headers: [], query: [] };
  if (query !== null) return { headers: [], query: [[query, secret]] };
  const text = scheme === 'basic' ? BASIC + Buffer.from(secret, 'utf8').toString('base64') : prefix + secret;
  return { headers: [[header, text]], query: [] };
}

/** The credential of a request: `undefined` where there is none, empty where it is not written as the contract says. */
export function carriedIn({ header, prefix, query, scheme }: Authentication, request: Received): string | undefined {
  if (scheme === 'certificate') return undefined;
  if (query !== null) {
    const at = request.url.indexOf('?');
    return at < 0 ? undefined : (new URLSearchParams(request.url.slice(at + 1)).get(query) ?? undefined);
  }
  const value = request.headers.find(([name]) => name.toLowerCase() === header.toLowerCase())?.[1];
  if (value === undefined) return undefined;
  const before = scheme === 'basic' ? BASIC : prefix;
  if (value.slice(0, before.length).toLowerCase() !== before.toLowerCase()) return '';
  const text = value.slice(before.length).trim();
  return scheme === 'basic' ? Buffer.from(text, 'base64').toString('utf8') : text;
}

/** A credential that does not exist, in the form that the contract asks for. */
export function wrongSecret({ scheme }: Authentication): string {
  const wrong = 'wrong_000000000000000000000000';
  return scheme === 'basic' ? `${wrong}:${wrong}` : wrong;
}
