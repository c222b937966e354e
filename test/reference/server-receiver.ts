/** A receiver of webhooks on loopback, for tests. */
import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from './server-caller.js';

export interface Delivery {
  path: string;
  headers: IncomingHttpHeaders;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every shape.
  event: any;
  /** When it came, in milliseconds. */
  at: number;
}

export interface Receiver {
  url: string;
  deliveries: Delivery[];
  /** The deliveries, once there are so many. */
  wait(count: number): Promise<Delivery[]>;
  close(): Promise<void>;
}

type Reply = (outgoing: ServerResponse, count: number, incoming: IncomingMessage) => void;

export const takes: Reply = (outgoing) => outgoing.writeHead(204).end();

/** A status for each delivery in turn; from the last one on, 204. */
export const answers =
  (...statuses: number[]): Reply =>
  (outgoing, count) =>
    outgoing.writeHead(statuses[count - 1] ?? 204, { location: '/elsewhere' }).end();

export async function openReceiver(reply: Reply = takes): Promise<Receiver> {
  const deliveries: Delivery[] = [];
  const server = createServer(async (incoming, outgoing) => {
    let text = '';
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
    const { url: path = '', headers } = incoming;
    deliveries.push({ path, headers, text, event: JSON.parse(text), at: Date.now() });
    reply(outgoing, deliveries.length, incoming);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    async wait(count) {
      for (let until = Date.now() + 10_000; deliveries.length < count && Date.now() < until; ) await sleep(5);
      return deliveries;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

export async function withReceiver<T>(reply: Reply, use: (receiver: Receiver) => Promise<T>): Promise<T> {
  const receiver = await openReceiver(reply);
  try {
    return await use(receiver);
  } finally {
    await receiver.close();
  }
}

/** Whether a delivery is signed as documented. */
export function isSigned({ headers, text }: Delivery, api: Api): boolean {
  const stamp = headers['x-webhook-timestamp'];
  const mac = createHmac('sha256', api.reference?.webhookSecret ?? '').update(`${stamp}.${text}`);
  return headers['x-webhook-signature'] === `v1=${mac.digest('hex')}`;
}

/** Whether its timestamp is near the moment at which it came. */
export function isFresh({ headers, at }: Delivery): boolean {
  return Math.abs(Number(headers['x-webhook-timestamp']) - at / 1000) < 10;
}
