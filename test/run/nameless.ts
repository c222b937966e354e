/** Orders whose answers have no body: they are named by a header, or not at all. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface Habits {
  /** The header that names an order, by its number; none where answers name nothing. */
  names?: (id: string) => [header: string, value: string];
  /** Status of a success. */
  status?: number;
  ids?: (number: number) => string;
  /** What is done wrongly with a repeat, or with another key. */
  wrong?: 'executes' | 'has a body' | 'joins bodies' | 'loses every third' | undefined;
}

interface Order {
  id: string;
  note: string;
}

/** Serves `POST`, `PUT`, `PATCH` and `DELETE /orders`, `GET /orders` and `GET /orders/{id}`. */
export async function serveNameless(habits: Habits): Promise<{ url: string; orders: Order[]; close(): Promise<void> }> {
  const { status = 201, ids = (number) => `order-${number}`, wrong } = habits;
  const orders: Order[] = [];
  const kept = new Map<unknown, { order: Order; body: string }>();
  let made = 0;
  const nextId = () => {
    made += 1;
    return ids(made);
  };
  const server: Server = createServer(async (request, response) => {
    const body = await text(request).catch(() => null);
    if (body === null) return;
    const send = (code: number, value: unknown) =>
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    const [path = ''] = (request.url ?? '').split('?');
    if (request.method === 'GET') {
      const one = orders.find(({ id }) => path === `/orders/${encodeURIComponent(id)}`);
      return path === '/orders' ? send(200, orders) : send(one === undefined ? 404 : 200, one ?? { error: 'no order' });
    }
    const note = noteOf(body);
    if (note === null) return send(400, { error: 'invalid' });
    const key = request.headers['idempotency-key'];
    if (key === undefined) return send(400, { error: 'no key' });
    const known = kept.get(key);
    const answer = (id: string, code = status, value = '') => {
      const [header, named] = habits.names?.(id) ?? [];
      if (header !== undefined) response.setHeader(header, named as string);
      response.writeHead(code).end(value);
    };
    if (known !== undefined && known.body !== body) return send(422, { error: 'conflict' });
    if (known !== undefined && wrong === 'has a body') return answer(known.order.id, 200, '{"replayed":true}');
    if (known !== undefined && wrong !== 'executes') return answer(known.order.id);
    const order = known?.order ?? { id: nextId(), note };
    kept.set(key, { order, body });
    // A list that shows one order for each note would look the same, were it so from the start.
    const isJoined = wrong === 'joins bodies' && made > 6 && orders.some((one) => one.note === note);
    const isLost = wrong === 'loses every third' && made % 3 === 0;
    if (known !== undefined) orders.unshift({ ...order, id: nextId() });
    else if (!isJoined && !isLost) orders.unshift(order);
    answer(order.id);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    orders,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The note of a valid body; `null` where it is not one. */
function noteOf(body: string): string | null {
  try {
    const { note, ...others } = JSON.parse(body) as Record<string, unknown>;
    return typeof note === 'string' && Object.keys(others).length === 0 ? note : null;
  } catch {
    return null;
  }
}
