/** Orders in memory, where the first request of every third key fails, or of other ones. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * What becomes of that request and its key: committed and then refused, or refused as if by a limit, though other keys are
 * let in; refused without an order, its error stored, carried out by the retry, or nothing at all.
 */
export type Mishap = 'committed' | 'limited' | 'burnt' | 'stored' | 'recovers' | 'never';

interface Known {
  order: { id: string } | null;
  refused: boolean;
  body: string;
}

/** @param failing which keys, by the number of those before them */
export async function serveMishaps(
  mishap: Mishap,
  failing = (n: number) => n % 3 === 2,
): Promise<{ url: string; close(): Promise<void> }> {
  const orders: { id: string }[] = [];
  const keys = new Map<string, Known>();
  const make = (body: string) => {
    const order = { ...(JSON.parse(body) as object), id: `order_${orders.length + 1}` };
    orders.unshift(order);
    return order;
  };

  const write = (key: string, body: string): [status: number, answer: unknown] => {
    const known = keys.get(key);
    if (known?.refused && mishap === 'stored') return [503, { error: 'failed' }];
    if (known?.refused) return [mishap === 'limited' ? 429 : 409, { error: 'that key was used' }];
    if (known?.order) return known.body === body ? [201, known.order] : [409, { error: 'another body' }];
    const fails = mishap !== 'never' && known === undefined && failing(keys.size);
    if (fails) {
      const refused = mishap !== 'recovers';
      if (mishap === 'committed' || mishap === 'limited') make(body);
      keys.set(key, { order: null, refused, body });
      return [503, { error: 'failed' }];
    }
    const order = make(body);
    keys.set(key, { order, refused: false, body });
    return [201, order];
  };

  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const body = Buffer.concat(chunks).toString();
    const key = String(request.headers['idempotency-key'] ?? `none ${Math.random()}`);
    const [status, answer] = request.method === 'POST' ? write(key, body) : [200, orders];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
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
