/** Which URLs lead to this machine, and nowhere else. */

/** A URL of http or https whose host is loopback: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  // The host in its normal form, so that 127.1 and 0x7f000001 are known, too.
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') return false;
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
