/** A layer in front of a server that misbehaves at random, as networks, gateways and restarts do: HTTP/1.1 and h2c on one port. */
import { randomUUID } from 'node:crypto';
import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { constants, Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPort } from '../reference/server/protocols.js';

/** What may happen to a request, `before` it reaches the server or `after` it was carried out. */
export const MISHAPS = [
  'reset before',
  'reset after',
  'truncated after',
  'gateway before',
  'gateway after',
  'unavailable before',
  'unavailable after',
  'limited before',
  'goaway before',
] as const;
export type Mishap = (typeof MISHAPS)[number];

export interface Weather {
  /** How often each mishap happens to a request, 0 to 1. */
  rates: Partial<Record<Mishap, number>>;
  /** Milliseconds that most requests take longer. */
  latencyMs: number;
  /** Milliseconds between restarts of the process, on average; absent: none. */
  restartsMs?: number;
}

export interface SoakFront {
  url: string;
  /** How often each mishap happened. */
  happened: Map<string, number>;
  close(): Promise<void>;
}

type Port = ReturnType<typeof createPort>;
type Incoming = Parameters<Parameters<typeof createPort>[0]>[0];
type Outgoing = Parameters<Parameters<typeof createPort>[0]>[1];

export async function startFront(to: string, weather: Weather, random: () => number): Promise<SoakFront> {
  const agent = new Agent({ keepAlive: true, maxSockets: 256 });
  const happened = new Map<string, number>();
  const count = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);
  let closed = false;
  const port = createPort((incoming, outgoing) => {
    const mishap = drawn(weather, random);
    const delays = [latency(weather, random), latency(weather, random)] as const;
    if (mishap !== null) count(mishap);
    pass({ incoming, outgoing, to, agent, mishap, delays }).catch(() => broken(outgoing));
  });
  await new Promise<void>((resolve) => port.server.listen(0, '127.0.0.1', resolve));
  const { port: number } = port.server.address() as AddressInfo;
  const restarting = restarts(
    port,
    weather,
    random,
    () => count('restart'),
    () => closed,
  );
  return {
    url: `http://127.0.0.1:${number}`,
    happened,
    close: async () => {
      closed = true;
      await port.close();
      await restarting;
      agent.destroy();
    },
  };
}

async function restarts(
  port: Port,
  { restartsMs }: Weather,
  random: () => number,
  count: () => void,
  isClosed: () => boolean,
): Promise<void> {
  if (restartsMs === undefined) return;
  let wait = restartsMs * (0.5 + random());
  while (!isClosed()) {
    await sleep(50);
    wait -= 50;
    if (wait > 0 || isClosed()) continue;
    count();
    port.goDown();
    wait = restartsMs * (0.5 + random());
  }
}

/** At most one for each request. */
function drawn({ rates }: Weather, random: () => number): Mishap | null {
  let left = random();
  for (const mishap of MISHAPS) {
    left -= rates[mishap] ?? 0;
    if (left < 0) return mishap;
  }
  return null;
}

/** Mostly short, now and then long. */
function latency({ latencyMs }: Weather, random: () => number): number {
  return random() < 0.01 ? 20 * latencyMs : random() * latencyMs;
}

interface Passing {
  incoming: Incoming;
  outgoing: Outgoing;
  to: string;
  agent: Agent;
  mishap: Mishap | null;
  delays: readonly [before: number, after: number];
}

async function pass(passing: Passing): Promise<void> {
  const { incoming, outgoing, mishap, delays } = passing;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  await sleep(delays[0]);
  if (outgoing.destroyed) return;
  if (mishap?.endsWith(' before')) return misbehave(passing, mishap, null);
  const answer = await carriedOut(passing, Buffer.concat(chunks));
  await sleep(delays[1]);
  if (mishap !== null) return misbehave(passing, mishap, answer);
  outgoing.writeHead(answer.status, answer.headers);
  outgoing.end(answer.body);
}

interface Answer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding']);

function carriedOut({ incoming, outgoing, to, agent }: Passing, body: Buffer): Promise<Answer> {
  const { method = 'GET', url = '/' } = incoming;
  return new Promise((resolve, reject) => {
    const headers = incoming instanceof Http2ServerRequest ? ofHttp2(incoming, body) : incoming.rawHeaders;
    const asked = request(`${to}${url}`, { method, agent, headers }, async (answer: IncomingMessage) => {
      try {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk as Buffer);
        const kept = Object.entries(answer.headers).filter(([name]) => !OF_THE_CONNECTION.has(name));
        const sent = Object.fromEntries(kept) as Answer['headers'];
        resolve({ status: answer.statusCode ?? 502, headers: sent, body: Buffer.concat(chunks) });
      } catch (error) {
        reject(error);
      }
    });
    asked.once('error', reject);
    // The server sees that its client went away.
    outgoing.once('close', () => asked.destroy());
    asked.end(body);
  });
}

function ofHttp2({ headers, authority }: Http2ServerRequest, body: Buffer): Record<string, string | string[]> {
  const fields = Object.entries(headers).filter(([name]) => !name.startsWith(':'));
  const own = Object.fromEntries(fields) as Record<string, string | string[]>;
  return { ...own, host: authority, 'content-length': String(body.length) };
}

async function misbehave({ outgoing }: Passing, mishap: Mishap, answer: Answer | null): Promise<void> {
  const [kind] = mishap.split(' ');
  if (kind === 'gateway') return refuse(outgoing, answer === null ? 502 : 504);
  if (kind === 'unavailable') return refuse(outgoing, 503, { 'retry-after': '1' });
  if (kind === 'limited') return refuse(outgoing, 429, { 'retry-after': '1' });
  if (kind === 'goaway' && outgoing instanceof Http2ServerResponse) {
    // Of what is open, this one is not carried out.
    outgoing.stream.session?.goaway(constants.NGHTTP2_NO_ERROR);
    return outgoing.stream.close(constants.NGHTTP2_REFUSED_STREAM);
  }
  if (kind === 'truncated' && answer !== null && answer.body.length > 1) {
    outgoing.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) });
    // The two kinds of answer have the same method with other types.
    (outgoing as ServerResponse).write(answer.body.subarray(0, answer.body.length >> 1));
    await sleep(5);
  }
  broken(outgoing);
}

/** With the envelope and the header that the contract promises of every error. */
function refuse(outgoing: Outgoing, status: number, headers: Record<string, string> = {}): void {
  const id = `front_${randomUUID()}`;
  const type = status === 429 ? 'rate_limited' : 'upstream_error';
  outgoing.writeHead(status, { 'content-type': 'application/json', 'x-request-id': id, ...headers });
  outgoing.end(JSON.stringify({ error: { type, code: `front_${status}`, message: 'Try again.', request_id: id } }));
}

function broken(outgoing: Outgoing): void {
  if (outgoing instanceof Http2ServerResponse) outgoing.stream.close(constants.NGHTTP2_INTERNAL_ERROR);
  else outgoing.socket?.resetAndDestroy();
}
