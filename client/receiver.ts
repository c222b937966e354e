/** A webhook receiver: takes deliveries, answers them by the path they come to, and remembers them. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Json, WebhookRules } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { at, idAt } from '../contracts/pointer.js';
import { type Delivery, NOT_WAITED_FOR } from '../history/history.js';
import type { Manner } from '../history/plan.js';

/** Milliseconds until a slow answer. */
const SLOW_MS = 300;

/** Longer deliveries are not read. */
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
    const body = await bodyOf(request);
    if (body === null) return;
    const delivery: Delivery = { at, ...readDelivery(request.headers, body, options), answered: 200 };
    const earlier = deliveries.get(delivery.resource ?? '') ?? [];
    const manner = request.url?.split('/').at(-1) as Manner | undefined;
    // Events that do not say 'finished' are nobody's business here.
    const final = (one: { type: string | null }) => options.rules.types.includes(one.type ?? '');
    if (manner === 'fail-first' && final(delivery) && !earlier.some(final)) delivery.answered = 500;
    deliveries.set(delivery.resource ?? '', [...earlier, delivery]);
    // Who does not wait for the answer cannot know that it is one.
    response.on('close', () => {
      if (!response.writableFinished && delivery.answered < 300) delivery.answered = NOT_WAITED_FOR;
    });
    answer(response, delivery.answered, manner === 'slow' ? SLOW_MS : 0);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: (options.url ?? `http://${callable(options.host)}:${port}`).replace(/\/+$/, ''),
    about: (resource) => deliveries.get(resource) ?? [],
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Nothing of a body that is too long; `null` where the sender hung up before its end. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request) {
      length += (chunk as Buffer).length;
      if (length <= MOST_BYTES) chunks.push(chunk as Buffer);
    }
  } catch {
    return null;
  }
  return length <= MOST_BYTES ? Buffer.concat(chunks) : Buffer.alloc(0);
}

/** The host of a URL that leads to what listens there: 'every address' is none. */
function callable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host.includes(':') ? `[${host}]` : host;
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
  const stamp = Number(headerOf(headers, rules.signature?.timestamp) ?? Number.NaN);
  return {
    event: idAt(json, rules.id),
    type: textAt(json, rules.type),
    resource: idAt(json, rules.resource),
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
