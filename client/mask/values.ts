/** Where secrets stand inside of the values of headers and addresses. */

/** User and password in an address. */
export const USERINFO = /(?<=:\/\/)[^\s/?#@"'<>\\]{0,200}:[^\s/?#@"'<>\\]{1,200}(?=@)/g;

/** The values of cookies in one `Set-Cookie`, or in several that were joined by commas. */
export function cookieValues(joined: string): string[] {
  // A date in `Expires` has a comma, too, but no name and equals sign after it.
  return joined.split(/,\s*(?=[^\s;,=]+=)/).flatMap((one) => ofPair(one.split(';')[0] ?? ''));
}

/** Of one name and value; percent-encoded ones also as they are meant. */
function ofPair(pair: string): string[] {
  const value = pair
    .slice(pair.indexOf('=') + 1)
    .trim()
    .replace(/^"(.*)"$/, '$1');
  return withMeant(value);
}

/** A value, and what it means where it is percent-encoded. */
function withMeant(value: string): string[] {
  try {
    return [...new Set([value, decodeURIComponent(value)])];
  } catch {
    return [value];
  }
}

/** The secrets in the value of a header that carries a credential: without the scheme, and what Basic encodes. */
export function headerSecrets(name: string, value: string): string[] {
  if (name.toLowerCase() === 'cookie') return value.split(';').flatMap((one) => ofPair(one));
  const [, scheme, token] = /^([A-Za-z][\w-]*)\s+(\S.*)$/.exec(value) ?? [];
  if (token === undefined) return [value];
  return scheme?.toLowerCase() === 'basic' ? [token, ...passwordIn(Buffer.from(token, 'base64').toString())] : [token];
}

/** The password in the userinfo of an address, and both parts together. */
export function addressSecrets(address: string | undefined): string[] {
  if (address === undefined || !URL.canParse(address)) return [];
  const { username, password } = new URL(address);
  if (password === '') return username === '' ? [] : withMeant(username);
  return [`${username}:${password}`, password].flatMap(withMeant);
}

function passwordIn(userinfo: string): string[] {
  const password = userinfo.slice(userinfo.indexOf(':') + 1);
  return password === '' ? [userinfo] : [userinfo, password];
}
