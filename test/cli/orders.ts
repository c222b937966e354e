/** Small APIs that are not Moda: orders in memory, with the key in a header or in the body. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve, type Target } from './targets.js';

type Json = Record<string, unknown>;

export interface Habits {
  /** `header:NAME` or `body:NAME`. */
  key?: string;
  /** How a known key is answered: as the first time, `again` with another order, or `refused` without an id. */
  repeat?: 'replayed' | 'again' | 'refused';
  /** Repeats are answered with the first order, and make another one that no answer names. */
  hiddenSecond?: boolean;
  /** Keys belong to everybody, so one account is answered with the order of another. */
  keysOfAll?: boolean;
  /** Credentials that are known; others are answered 401. None: nobody needs one. */
  credentials?: string[];
  /** Orders are shown as `{"data": …}`, and lists as `{"data": […]}`. */
  wrapped?: boolean;
  /** Ids are numbers. */
  numbers?: boolean;
}

interface Order {
  account: string;
  shown: Json;
}

export async function serveOrders(habits: Habits = {}): Promise<Target> {
  const orders: Order[] = [];
  const known = new Map<string, { body: string; order: Order }>();
  const [place = 'header', keyName = ''] = (habits.key ?? 'header:Idempotency-Key').split(':');
  const wrap = (value: unknown) => (habits.wrapped === true ? { data: value } : value);

  const order = (account: string, body: Json): Order => {
    const number = orders.length + 1;
    const { [keyName]: _, ...members } = body;
    const made = { account, shown: { id: habits.numbers === true ? number : `order_${number}`, ...members } };
    orders.unshift(made);
    return made;
  };

  const create = (request: IncomingMessage, text: string, account: string): [status: number, answer: unknown] => {
    const body = object(text);
    if (body === null || typeof body.note !== 'string' || typeof body.amount !== 'number')
      return [422, { error: 'note and amount, please' }];
    const key = place === 'body' ? body[keyName] : request.headers[keyName.toLowerCase()];
    if (typeof key !== 'string' || key === '') return [201, wrap(order(account, body).shown)];
    const register = habits.keysOfAll === true ? key : `${account} ${key}`;
    const first = known.get(register);
    if (first === undefined) {
      const made = order(account, body);
      known.set(register, { body: text, order: made });
      return [201, wrap(made.shown)];
    }
    if (first.body !== text) return [409, { error: 'that key was used with another body' }];
    if (habits.repeat === 'again') return [201, wrap(order(account, body).shown)];
    if (habits.repeat === 'refused') return [409, { error: 'that key was used' }];
    if (habits.hiddenSecond === true) order(account, body);
    return [200, wrap(first.order.shown)];
  };

  return serve(async (request, response) => {
    const account = request.headers.authorization?.replace('Bearer ', '') ?? '';
    const text = await whole(request).catch(() => null);
    // The client hung up.
    if (text === null) return;
    if (habits.credentials !== undefined && !habits.credentials.includes(account))
      return send(response, 401, { error: 'who are you?' });
    if (request.url !== '/orders') return send(response, 404, { error: 'no such path' });
    if (request.method === 'POST') return send(response, ...create(request, text, account));
    return send(response, 200, wrap(orders.filter((one) => one.account === account).map(({ shown }) => shown)));
  });
}

async function whole(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function object(text: string): Json | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : null;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, status: number, json: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
}
