/** Which URLs lead to this machine, and nowhere else. */
import { hostOf } from './hosts.js';

/** A URL of http or https whose host is loopback: localhost, 127.0.0.0/8 or ::1. */
export function isLoopback(url: string): boolean {
  if (!/^https?:/i.test(url.trim())) return false;
  const host = hostOf(url);
  return host === 'localhost' || host === '[::1]' || (host !== null && /^127(\.\d+){3}$/.test(host));
}
