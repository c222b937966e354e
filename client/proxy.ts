/** Which origins are reached through a proxy. */
import { isLoopback } from '../contracts/loopback.js';

export interface ProxyOptions {
  /** Proxy for https targets, from `HTTPS_PROXY`. */
  proxy?: string | undefined;
  /** Hosts that are reached without it, as in `NO_PROXY`: names with all below them, optional ports, `*` for all. */
  noProxy?: string | undefined;
}

/** The proxy for an origin; `undefined` for http, for loopback, and for what `noProxy` leaves out. */
export function proxyFor(origin: string, { proxy, noProxy = '' }: ProxyOptions): string | undefined {
  const { protocol, hostname, port } = new URL(origin);
  if (proxy === undefined || protocol !== 'https:' || isLoopback(origin)) return undefined;
  const left = noProxy.split(/[\s,]+/).some((entry) => covers(entry.toLowerCase(), bare(hostname), port || '443'));
  return left ? undefined : proxy;
}

function covers(entry: string, host: string, port: string): boolean {
  if (entry === '' || entry === '*') return entry === '*';
  // The colons of an IPv6 address begin no port.
  const [, name = '', only] = /^(\[.*\]|[^:]*|.*:.*:.*?)(?::(\d+))?$/.exec(entry) ?? [];
  const wanted = bare(name).replace(/^\*?\./, '');
  return wanted !== '' && (only ?? port) === port && (host === wanted || host.endsWith(`.${wanted}`));
}

function bare(host: string): string {
  return host.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}
