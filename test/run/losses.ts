/** Orders in memory, of which some are lost, or not in the list. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Order {
  /** Counted from 1. */
  number: number;
  note: string;
  amount: number;
  at: number;
  /** Whether its key came again while it was made, and whether its client left meanwhile. */
  stormy: boolean;
  hungUp: boolean;
  cancelled: boolean;
}

export interface Losses {
  /** Neither listed nor found. */
  lost?(order: Order): boolean;
  /** Found by its id, and not listed. */
  hidden?(order: Order): boolean;
  /** What the list shows of all that is listed, the oldest first. */
  list?(orders: Order[], query: URLSearchParams): Order[];
  /** Called for each page that is read, before it is answered; `add` is another writer. */
  onRead?(orders: Order[], add: () => void): void;
  /** HTTP status for an order that is not found. */
  missing?: number;
}

interface Known {
  order: Order;
  body: string;
  busy: Promise<void> | null;
}

export async function serveLosses(losses: Losses = {}): Promise<{ url: string; close(): Promise<void> }> {
  const orders: Order[] = [];
  const keys = new Map<string, Known>();
  let made = 0;
  const make = (body: { note: string; amount: number }): Order => {
    made += 1;
    const order = { ...body, number: made, at: Date.now(), stormy: false, hungUp: false, cancelled: false };
    orders.push(order);
    return order;
  };
  const show = ({ number, note, amount }: Order) => ({ id: `order_${number}`, note, amount });
  const isThere = (order: Order) => losses.lost?.(order) !== true;
  const find = (id: string) => orders.find((one) => show(one).id === id && isThere(one));

  const write = async (key: string | undefined, body: string, left: () => boolean) => {
    const known = key === undefined ? undefined : keys.get(key);
    if (known !== undefined) {
      if (known.body !== body) return [409, { error: 'another body' }];
      if (known.busy !== null) known.order.stormy = true;
      await known.busy;
      return [201, show(known.order)];
    }
    const entry: Known = { order: make(JSON.parse(body)), body, busy: sleep(10) };
    if (key !== undefined) keys.set(key, entry);
    await entry.busy;
    entry.busy = null;
    entry.order.hungUp = left();
    return [201, show(entry.order)];
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const { pathname, searchParams } = new URL(request.url as string, 'http://localhost');
    const [, , id, action] = pathname.split('/');
    const answer = async (): Promise<unknown[]> => {
      if (request.method === 'POST' && id === undefined) {
        const key = request.headers['idempotency-key'];
        return write(key?.toString(), Buffer.concat(chunks).toString(), () => request.socket.destroyed);
      }
      if (id === undefined) {
        losses.onRead?.(orders, () => make({ note: 'of another writer', amount: 1 }));
        const listed = orders.filter((one) => isThere(one) && losses.hidden?.(one) !== true);
        return [200, (losses.list?.(listed, searchParams) ?? listed).map(show)];
      }
      const order = find(id);
      if (order === undefined) return [losses.missing ?? 404, { error: 'no such order' }];
      if (action === 'cancel') order.cancelled = true;
      return [200, show(order)];
    };
    const [status, body] = await answer();
    response.writeHead(status as number, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
