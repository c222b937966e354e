/** What HTTP carries: header names and values that a client may set, and the members of a contract that break that. */
import type { Contract, KeyRule } from './contract.js';
import type { Problem } from './document.js';
import { hostPattern } from './hosts.js';
import { formatPointer } from './pointer.js';

/** What HTTP clients let through: no control characters, and nothing that is more than a byte. */
export const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** RFC 9110, section 5.6.2: a token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Headers that say where a request goes and how it is framed: the client writes them itself. */
const FRAMING = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Whether HTTP takes it for the name of a header. */
export function isHeaderName(name: string): boolean {
  return TOKEN.test(name);
}

/** What is wrong with a header's name; `null` where nothing is. */
export function headerNameProblem(name: string): string | null {
  if (!isHeaderName(name)) return 'a header cannot have that name';
  return FRAMING.has(name.toLowerCase()) ? 'the client sets that header itself' : null;
}

/** Members that cannot be sent, whatever they were meant to say, and hosts that are none. */
export function unsendable({ headers, authentication, key, companions, productionHosts }: Contract): Problem[] {
  const problems: Problem[] = [];
  const check = (member: string, name: string, value: string) => {
    const problem = headerNameProblem(name);
    if (problem !== null) problems.push({ member, text: `${problem}; leave it out` });
    else if (!HEADER_VALUE.test(value))
      problems.push({ member, text: 'holds characters that no header may carry, such as a line break; take them out' });
  };
  for (const [name, value] of Object.entries(headers)) check(formatPointer(['headers', name]), name, value);
  if (authentication !== null) {
    check('/authentication', authentication.header, authentication.prefix);
    problems.push(...twoCredentials(authentication));
  }
  for (const [n, { in: place, name }] of companions.entries()) {
    const member = `/companions/${n}/name`;
    const isAt = (one: { in: string; name: string }) =>
      one.in === place && one.name.toLowerCase() === name.toLowerCase();
    if (place === 'header') check(member, name, '');
    if (isAt(key)) problems.push({ member, text: 'is where the key stands; name another' });
    if (companions.findIndex(isAt) < n) problems.push({ member, text: 'is named twice; take one out' });
  }
  problems.push(...impossibleKeys(key));
  for (const [n, entry] of productionHosts.entries())
    if (hostPattern(entry) === null)
      problems.push({
        member: `/productionHosts/${n}`,
        text: 'is not a host; write api.example.com, or *.example.com for it and all below it',
      });
  return problems;
}

/** What says of the one credential two things at once. */
function twoCredentials({ query, scheme, token }: NonNullable<Contract['authentication']>): Problem[] {
  if (scheme !== null && (query !== null || token !== null)) {
    const other = query === null ? 'token' : 'query';
    return [{ member: '/authentication/scheme', text: `goes with no ${other}: write one of them` }];
  }
  if (token === null) return [];
  const { command, second, url } = token;
  if ((command === null) === (url === null))
    return [{ member: '/authentication/token', text: 'needs a command or a url: write one of them' }];
  if (second !== null && command === null)
    return [{ member: '/authentication/token/second', text: 'goes with a command; leave it out' }];
  return [];
}

/** The longest key that is sent: servers refuse whole requests beyond it, or take them for something else. */
export const LONGEST_KEY = { header: 4096, body: 65_536, query: 2048, path: 2048 } as const;

/** What leaves no key. */
function impossibleKeys({ in: place, minLength, maxLength, prefix }: KeyRule): Problem[] {
  const longest = Math.min(maxLength ?? Number.POSITIVE_INFINITY, LONGEST_KEY[place]);
  const bound = longest === maxLength ? '/key/maxLength' : `the longest key that is sent in a ${place}`;
  if (longest < 1) return [{ member: '/key/maxLength', text: 'leaves no key; write 1 or more, or null for no limit' }];
  if (minLength !== null && minLength > longest)
    return [{ member: '/key/minLength', text: `is above ${bound} (${longest}); correct one of them` }];
  if (prefix !== null && place === 'header' && !/^[\x21-\x7e][\x20-\x7e]*$/.test(prefix))
    return [{ member: '/key/prefix', text: 'holds characters that no header carries as they are; take them out' }];
  if (prefix !== null && prefix.length > longest)
    return [{ member: '/key/prefix', text: `is longer than ${bound} (${longest}); correct one of them` }];
  return [];
}
