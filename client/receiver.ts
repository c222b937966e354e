/** A webhook receiver: takes deliveries, answers them by the path they come to, and remembers them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, WebhookRules } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { parseJson } from '../contracts/refusals.js';
import type { Delivery } from '../history/history.js';
import type { Manner } from '../history/plan.js';

/** Milliseconds until a slow answer. */
const SLOW_MS = 300;

/** Longer deliveries are cut, and then cannot be read. */
const MOST_BYTES = 4 * 1024 * 1024;

export interface ReceiverOptions {
  rules: WebhookRules;
  /** Address and port to listen on; port 0 takes any free one. */
  host: string;
  port: number;
  /** How the target reaches it, where that is another address. */
  url: string | undefined;
  secret: string | undefined;
  /** Milliseconds on the run's monotonic clock. */
  clock: () => number;
}

export interface Receiver {
  /** What callback URLs begin with. */
  url: string;
  /** Deliveries about a resource, in the order they came. */
  about(resource: string): Delivery[];
  close(): Promise<void>;
}

/** Throws where the address cannot be listened on. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const deliveries = new Map<string, Delivery[]>();
  const server = createServer(async (request, response) => {
    const at = options.clock();
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of request) {
      length += (chunk as Buffer).length;
      if (length <= MOST_BYTES) chunks.push(chunk as Buffer);
    }
    const delivery = { at, ...readDelivery(request.headers, Buffer.concat(chunks), options), answered: 200 };
    const earlier = deliveries.get(delivery.resource ?? '') ?? [];
    const manner = request.url?.split('/').at(-1) as Manner | undefined;
    if (manner === 'fail-first' && earlier.length === 0) delivery.answered = 500;
    deliveries.set(delivery.resource ?? '', [...earlier, delivery]);
    answer(response, delivery.answered, manner === 'slow' ? SLOW_MS : 0);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = options.host.includes(':') ? `[${options.host}]` : options.host;
  return {
    url: (options.url ?? `http://${host}:${port}`).replace(/\/+$/, ''),
    about: (resource) => deliveries.get(resource) ?? [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answer(response: ServerResponse, status: number, afterMs: number): void {
  // A target that does not wait for the answer is no error of the receiver's.
  response.on('error', () => {});
  setTimeout(() => response.writeHead(status).end(), afterMs);
}

function readDelivery(
  headers: IncomingHttpHeaders,
  body: Buffer,
  { rules, secret }: ReceiverOptions,
): Omit<Delivery, 'at' | 'answered'> {
  const json = parseJson(body.toString('utf8'));
  const text = (pointer: string) => textAt(json, pointer);
  const stamp = Number(headerOf(headers, rules.signature?.timestamp) ?? Number.NaN);
  return {
    event: text(rules.id),
    type: text(rules.type),
    resource: text(rules.resource),
    signature: signatureOf(headers, body, rules, secret),
    age: Number.isFinite(stamp) ? Math.round(Date.now() / 1000 - stamp) : null,
  };
}

function textAt(json: Json | undefined, pointer: string): string | null {
  const value = json === undefined ? undefined : at(json, pointer);
  return typeof value === 'string' ? value : null;
}

function signatureOf(
  headers: IncomingHttpHeaders,
  body: Buffer,
  { signature }: WebhookRules,
  secret: string | undefined,
): Delivery['signature'] {
  if (signature === null || secret === undefined) return 'unchecked';
  const given = headerOf(headers, signature.header);
  const timestamp = headerOf(headers, signature.timestamp);
  if (given === undefined || timestamp === undefined) return 'missing';
  const digest = createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
  const [right, seen] = [Buffer.from(signature.prefix + digest), Buffer.from(given)];
  return right.length === seen.length && timingSafeEqual(right, seen) ? 'right' : 'wrong';
}

function headerOf(headers: IncomingHttpHeaders, name: string | undefined): string | undefined {
  const value = name === undefined ? undefined : headers[name.toLowerCase()];
  return Array.isArray(value) ? value[0] : value;
}
