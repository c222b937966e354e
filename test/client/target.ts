/** A server on loopback that answers as a test says, and a client that sends to it. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import { Client } from '../../client/client.js';
import type { ClientOptions } from '../../client/client-options.js';
import { Policy } from '../../client/policy.js';
import type { Contract } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import { create, send, slot } from '../../generators/plans.js';
import type { Exchange } from '../../history/history.js';
import type { Attempt, Body, CreateAttempt, Plan, Step, Storm } from '../../history/plan.js';
import { NONCE_TOKEN } from '../../history/text.js';

export const { contract: moda } = loadContract('moda');

/** The bundled contract with its key in a header. */
export const headerKeyed: Contract = { ...moda, key: { ...moda.key, in: 'header', name: 'Idempotency-Key' } };

/** One request as it arrived. */
export interface Received {
  method: string;
  path: string;
  /** In the order and case of the wire. */
  headers: [name: string, value: string][];
  body: Buffer;
  /** The client's port: one for each connection. */
  port: number;
  /** When its last byte was there, by `performance.now()`. */
  at: number;
}

export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  /** A string is sent as it is, everything else as JSON. */
  body?: unknown;
}

/** Says what is answered to the n-th request, or answers by itself and gives nothing. */
type Handler = (
  received: Received,
  n: number,
  response: ServerResponse,
) => Answer | undefined | Promise<Answer | undefined>;

export interface Target {
  url: string;
  received: Received[];
}

/** The usual answer to a write. */
export function created(n: number): Answer {
  return { status: 202, body: { id: `task_${n}`, status: 'queued' } };
}

export async function startTarget(handler: Handler = (_, n) => created(n)): Promise<Target> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const one = await receive(request);
    received.push(one);
    const answer = await handler(one, received.length - 1, response);
    if (answer === undefined) return;
    const { status = 200, headers = {}, body = {} } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

async function receive(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { rawHeaders } = request;
  const headers = rawHeaders.flatMap((name, n): [string, string][] =>
    n % 2 === 0 ? [[name, rawHeaders[n + 1] as string]] : [],
  );
  return {
    method: request.method as string,
    path: request.url as string,
    headers,
    body: Buffer.concat(chunks),
    port: request.socket.remotePort as number,
    at: performance.now(),
  };
}

export const FIRST = 'sk_first_secret';
export const SECOND = 'sk_first_secret_of_another';

export function clientFor(url: string, options: Partial<ClientOptions> = {}): Client {
  const client = new Client({
    contract: moda,
    targets: [url],
    credentials: { first: FIRST, second: SECOND },
    headers: [],
    parallel: 4,
    signal: new AbortController().signal,
    timeoutMs: 5_000,
    maxRequests: null,
    maxCreates: null,
    perMinute: null,
    ...options,
  });
  onTestFinished(() => client.close());
  return client;
}

export const BODY: Body = { value: { prompt: `${NONCE_TOKEN} weekly Größe 🙂` }, operation: 0, keyAt: 0 };

/** A write with the key of slot 0. */
export function write(change: Partial<CreateAttempt> = {}): CreateAttempt {
  return { ...create(slot(0), BODY), ...change };
}

export function planOf(...steps: (Step | Attempt)[]): Plan {
  return { keys: ['{unique}'], steps: steps.map((step) => ('do' in step ? step : send(step))) };
}

export function storm(...attempts: Attempt[]): Storm {
  return { do: 'storm', attempts };
}

/** Executes the steps and gives the exchanges of a plan that nothing stopped. */
export async function exchangesOf(client: Client, ...steps: (Step | Attempt)[]): Promise<Exchange[]> {
  return exchangesUnder(new Policy(), client, ...steps);
}

export async function exchangesUnder(
  policy: Policy,
  client: Client,
  ...steps: (Step | Attempt)[]
): Promise<Exchange[]> {
  const { history, stopped } = await client.execute(planOf(...steps), policy);
  if (stopped !== null) throw stopped;
  return history.exchanges;
}

/** Status, or the kind of silence. */
export function ends(exchanges: Exchange[]): (number | string)[] {
  return exchanges.map(({ outcome }) => (outcome.kind === 'answer' ? outcome.status : outcome.kind));
}

/** All values of a header, whatever its case. */
export function valuesOf(received: Received, name: string): string[] {
  return received.headers.filter(([one]) => one.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
}
