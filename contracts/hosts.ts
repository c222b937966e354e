/** Host names as one normal form, however they are written, and the patterns of production hosts. */

/** The host of a URL in its normal form; `null` where it has none. */
export function hostOf(url: string): string | null {
  // The parser settles letter case, Unicode, numbers as addresses, user info and port; a dot at the end is the same name.
  const host = hostnameOf(url).replace(/\.+$/, '');
  const [, high, low] = /^\[::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})\]$/.exec(host) ?? [];
  if (high === undefined || low === undefined) return host === '' ? null : host;
  // An IPv4 address inside an IPv6 one leads to the same machine.
  const bits = Number.parseInt(high, 16) * 0x10000 + Number.parseInt(low, 16);
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

function hostnameOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    // Asked with URL.canParse, Node 20 calls some names with letters such as ü unparsable once that is optimised.
    return '';
  }
}

/** Hosts that an entry of `productionHosts` means. */
export interface HostPattern {
  host: string;
  /** The host, and every one below it. */
  below: boolean;
}

/**
 * `api.example.com`, or `*.example.com` for it and every host below it; also as a URL, with a port or user info, which
 * count for nothing. `null` where it names no host.
 */
export function hostPattern(entry: string): HostPattern | null {
  const text = entry.trim();
  const [, scheme = '', wild, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(\*?\.)?(.*)$/is.exec(text) ?? [];
  // An IPv6 address has more colons than a port needs.
  const bare = scheme === '' && /^[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f:.]*$/i.test(rest) ? `[${rest}]` : rest;
  const host = /[\s\\]/.test(rest) ? null : hostOf(`http://${bare}`);
  return host === null || host.includes('*') ? null : { host, below: wild !== undefined };
}

/** Whether a URL leads to a host that one of the entries means. */
export function isAmong(url: string, entries: readonly string[]): boolean {
  const host = hostOf(url);
  if (host === null) return false;
  return entries.some((entry) => {
    const pattern = hostPattern(entry);
    if (pattern === null) return false;
    return host === pattern.host || (pattern.below && host.endsWith(`.${pattern.host}`));
  });
}
