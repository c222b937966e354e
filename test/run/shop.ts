/** A small shop that keeps every promise unless it is to forget, can cancel orders, and counts what is left; reached off loopback, by 0.0.0.0. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Shop {
  /** Not loopback by its name, though it leads to this machine. */
  url: string;
  /** Every order, and whether it was cancelled. */
  orders: Map<string, boolean>;
  /** Those that were not. */
  running(): string[];
  close(): Promise<void>;
}

export interface Manners {
  /** Status of a cancellation. */
  cancelled?: number;
  /** Milliseconds that a write takes. */
  delayMs?: number;
  /** How many writes are answered before connections are cut after the work is done. */
  answers?: number;
  /** Status of reading an order that is not the newest, which is found; without it, every read shows the list. */
  read?: number;
  /** How many writes have their connection cut before anything is made. */
  cuts?: number;
  /** How ids begin. */
  prefix?: string;
  /** Makes a new order for every repeat. */
  forgets?: boolean;
}

export async function openShop({
  cancelled = 200,
  delayMs = 0,
  answers,
  read,
  cuts = 0,
  prefix = 'order-',
  forgets = false,
}: Manners = {}): Promise<Shop> {
  const orders = new Map<string, boolean>();
  const notes = new Map<string, unknown>();
  const kept = new Map<string, { id: string; body: string }>();
  let writes = 0;
  const server: Server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => {
      body += part;
    });
    request.on('end', () => {
      const send = (status: number, value: unknown) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const path = request.url?.split('?')[0] ?? '';
      if (request.method === 'GET' && read !== undefined && path !== '/orders')
        return send(path === `/orders/${[...orders.keys()].at(-1)}` ? 200 : read, {});
      if (request.method === 'GET')
        return send(200, [...orders.keys()].map((id) => ({ id, note: notes.get(id) })).reverse());
      const [, id] = /^\/orders\/([^/]+)\/cancel$/.exec(path) ?? [];
      if (id !== undefined) {
        if (cancelled < 300) orders.set(id, true);
        return send(cancelled, { id });
      }
      writes += 1;
      if (writes <= cuts) return void request.socket.destroy();
      const key = String(request.headers['idempotency-key'] ?? Math.random());
      let one = forgets ? undefined : kept.get(key);
      if (one !== undefined && one.body !== body) return send(409, { error: 'conflict' });
      if (one === undefined) {
        one = { id: `${prefix}${orders.size + 1}`, body };
        kept.set(key, one);
        orders.set(one.id, false);
        notes.set(one.id, (JSON.parse(body || '{}') as { note?: unknown }).note);
      }
      if (answers !== undefined && writes > answers) return void request.socket.destroy();
      setTimeout(() => send(201, { id: one.id }), delayMs);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://0.0.0.0:${port}`,
    orders,
    running: () => [...orders].filter(([, gone]) => !gone).map(([id]) => id),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const folder = mkdtempSync(join(tmpdir(), 'idem-shop-'));

/** A contract of the shop as a file; `more` are lines that are added, `effects` how orders are listed. */
export function shopContract(
  name: string,
  more = 'cancel: { path: "/orders/{id}/cancel" }\n',
  effects = 'effects: { list: { path: /orders, items: "" } }\n',
): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, `create: { path: /orders, success: [201], example: { note: a gift } }\n${effects}${more}`);
  return file;
}
