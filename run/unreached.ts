/** What to do about a target that cannot be reached, or not in this way. */
import { spokenAt } from '../client/port.js';
import { proxyFor } from '../client/proxy.js';
import type { NameOf } from './options/usage.js';
import type { Connection } from './options.js';

/** A request that got no answer that can be read. */
interface Unreached {
  url: string;
  /** Of a connection, or the body of an error that is not JSON. */
  reason: string;
  connection: Pick<Connection, 'transport' | 'proxy' | 'noProxy'>;
  nameOf: NameOf;
}

/** In one or two sentences; looks what the port speaks where the reason leaves that open. */
export async function adviceFor(unreached: Unreached): Promise<string> {
  const { url, reason, connection, nameOf } = unreached;
  const { origin } = new URL(url);
  const proxy = proxyFor(origin, connection);
  const known = (proxy === undefined ? null : ofProxy(unreached, proxy)) ?? ofCertificate(reason, nameOf);
  if (known !== null) return known;
  if (NOT_THERE.test(reason))
    return `Nothing listens there: check host and port, or give the target time with ${nameOf('wait')}.`;
  // Through a proxy nobody can look at the port.
  return (proxy === undefined ? await ofPort(unreached) : null) ?? otherwise(unreached);
}

/** Whether an error comes from a port that another protocol is spoken at, and what to do then. */
export async function adviceForError(answered: Unreached & { status: number }): Promise<string | null> {
  const { status, url, reason, connection, nameOf } = answered;
  if (!OTHER_PROTOCOL.has(status) || proxyFor(new URL(url).origin, connection) !== undefined) return null;
  return (await ofPort(answered)) ?? (/\bcertificate\b/i.test(reason) ? clientCertificate(nameOf) : null);
}

/** What servers and load balancers answer to another protocol, or without a certificate. */
const OTHER_PROTOCOL = new Set([400, 403, 421, 426, 464, 495, 496, 497, 505]);

const NOT_THERE = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CONNECT_TIMEOUT/;

function otherwise({ reason, nameOf }: Unreached): string {
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(reason))
    return 'The target speaks only versions of TLS before 1.2, which are refused here: update it.';
  if (/ALERT_(HANDSHAKE_FAILURE|CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA)/.test(reason))
    return clientCertificate(nameOf);
  if (/SSL|EPROTO/.test(reason))
    return 'That port and this client cannot agree on TLS: check http or https, and the port.';
  return `Check that the address is an HTTP server, or raise ${nameOf('timeout')}.`;
}

/** Either there is none, or it is not one that the target knows. */
function clientCertificate(nameOf: NameOf): string {
  return `The target probably wants a client certificate, or another one: give it with ${nameOf('cert')} and ${nameOf('certKey')}.`;
}

function ofCertificate(reason: string, nameOf: NameOf): string | null {
  if (/CERT_HAS_EXPIRED/.test(reason)) return 'The certificate of the target has run out: renew it.';
  if (/CERT_NOT_YET_VALID/.test(reason))
    return 'The certificate of the target is not valid yet: check the clocks of both machines.';
  if (/ALTNAME_INVALID/.test(reason))
    return `The certificate belongs to another host: give in ${nameOf('targets')} a name that it lists, or have one made for this name.`;
  if (/DEPTH_ZERO_SELF_SIGNED/.test(reason))
    return `The certificate is signed by itself: where that is meant, give the certificate with ${nameOf('ca')}.`;
  if (/SELF_SIGNED|UNABLE_TO_/.test(reason))
    return `The certificate is not trusted: give its authority with ${nameOf('ca')}. A server that leaves out certificates between the two looks the same.`;
  return null;
}

function ofProxy({ reason, url, nameOf }: Unreached, proxy: string): string | null {
  const { host, hostname } = new URL(proxy);
  const which = `the proxy ${host} (${nameOf('proxy')})`;
  const without = `or reach the target without it: ${nameOf('noProxy')}=${new URL(url).hostname}`;
  const status = /Proxy response \((\d+)\)/.exec(reason)?.[1];
  if (status === '407')
    return `That is ${which}, which wants a user and a password: write them into its address, as USER:PASSWORD@${host}, ${without}.`;
  if (status !== undefined) return `That is ${which}, which opens no way to the target: allow it there, ${without}.`;
  if (NOT_THERE.test(reason) && (reason.includes(hostname.replace(/^\[|\]$/g, '')) || /CONNECT_TIMEOUT/.test(reason)))
    return `That is ${which}, which does not answer: check its address, ${without}.`;
  if (/no complete answer|other side closed/.test(reason))
    return `Between here and there is ${which}: check that it opens tunnels (CONNECT), ${without}.`;
  return null;
}

async function ofPort({ url, connection, nameOf }: Unreached): Promise<string | null> {
  const { origin, host, protocol } = new URL(url);
  const spoken = await spokenAt(origin);
  const target = nameOf('targets');
  if (protocol === 'https:') {
    if (spoken.kind === 'http' || spoken.kind === 'h2c')
      return `That port speaks HTTP without TLS: give http://${host} as ${target}.`;
    if (spoken.kind !== 'tls') return null;
    if (connection.transport === 'h1' && spoken.protocol === 'h2')
      return `The target speaks HTTP/2 and not HTTP/1.1: leave out ${nameOf('transport')}.`;
    if (connection.transport === 'h2' && spoken.protocol !== 'h2')
      return `The target speaks HTTP/1.1 and not HTTP/2: leave out ${nameOf('transport')}.`;
    return spoken.closes ? clientCertificate(nameOf) : null;
  }
  if (spoken.kind === 'tls') return `That port speaks TLS: give https://${host} as ${target}.`;
  if (spoken.kind === 'h2c' && connection.transport !== 'h2')
    return `That port speaks HTTP/2 and not HTTP/1.1: say so with ${nameOf('h2c')}.`;
  if (spoken.kind === 'http' && connection.transport === 'h2')
    return `That port speaks HTTP/1.1 and not HTTP/2: leave out ${nameOf('transport')}.`;
  return null;
}
