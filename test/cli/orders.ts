/** Small APIs that are not Moda: orders in memory, with the key in a header or in the body. */
import { appendFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { serve, type Target } from './targets.js';

export type Json = Record<string, unknown>;

export interface Habits {
  /** `header:NAME` or `body:NAME`. */
  key?: string;
  /** How a known key is answered: as the first time, `again` with another order, or `refused` without an id. */
  repeat?: 'replayed' | 'again' | 'refused';
  /** How another body under a known key is answered. Default: refused with 409. */
  other?: 'refused' | 'replayed' | 'made';
  /** Status of a request whose key is being worked on. Default: it is worked on, too. */
  busy?: number;
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
  /** Orders that are there before the first request. */
  before?: number;
  /** Milliseconds for which each write is worked on. */
  workMs?: number;
  /** Orders are not listed where another write was worked on at the same time. */
  hiddenInStorms?: boolean;
  /** A file to which a line is added for each order: its id and its note. */
  journal?: string;
  /** Orders are answered, and none is kept. */
  forgets?: boolean;
  /** What `GET /orders` answers, given the account's orders, the oldest first. Default: all of them, the newest first. */
  list?: (orders: Json[], query: URLSearchParams) => ListAnswer;
  /** What `GET /stats` answers. Default: there is no such path. */
  stats?: Stats;
}

/** What `GET /stats` answers, given the account's orders and those of all. */
type Stats = (own: number, all: number) => unknown;

interface ListAnswer {
  body: unknown;
  headers?: Record<string, string>;
}

interface Order {
  account: string;
  /** Whether another write was worked on at the same time. */
  crowded: boolean;
  shown: Json;
}

export async function serveOrders(habits: Habits = {}): Promise<Target> {
  const orders: Order[] = [];
  let made = 0;
  /** Writes that are worked on. */
  const open = new Set<{ crowded: boolean }>();
  /** Keys that are worked on. */
  const claims = new Set<string>();
  const known = new Map<string, { body: string; order: Order }>();
  const [place = 'header', keyName = ''] = (habits.key ?? 'header:Idempotency-Key').split(':');
  const wrap = (value: unknown) => (habits.wrapped === true ? { data: value } : value);

  const order = (account: string, body: Json): Order => {
    made += 1;
    const number = made;
    const { [keyName]: _, ...members } = body;
    const one = {
      account,
      crowded: false,
      shown: { id: habits.numbers === true ? number : `order_${number}`, ...members },
    };
    if (habits.forgets === true) return one;
    orders.unshift(one);
    if (habits.journal !== undefined) appendFileSync(habits.journal, `${one.shown.id} ${body.note}\n`);
    return one;
  };
  for (let n = 0; n < (habits.before ?? 0); n += 1) order('', { note: 'an old one', amount: 1 });

  const keyOf = (request: IncomingMessage, body: Json | null): string | null => {
    const key = place === 'body' ? body?.[keyName] : request.headers[keyName.toLowerCase()];
    return typeof key === 'string' && key !== '' ? key : null;
  };

  const create = (request: IncomingMessage, text: string, account: string): [status: number, answer: unknown] => {
    const body = object(text);
    if (body === null || typeof body.note !== 'string' || typeof body.amount !== 'number')
      return [422, { error: 'note and amount, please' }];
    const key = keyOf(request, body);
    if (key === null) return [201, wrap(order(account, body).shown)];
    const register = habits.keysOfAll === true ? key : `${account} ${key}`;
    const first = known.get(register);
    if (first === undefined) {
      const made = order(account, body);
      known.set(register, { body: text, order: made });
      return [201, wrap(made.shown)];
    }
    if (first.body !== text && habits.other === 'made') return [201, wrap(order(account, body).shown)];
    if (first.body !== text && habits.other !== 'replayed')
      return [409, { error: 'that key was used with another body' }];
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
    const { pathname, searchParams } = new URL(request.url as string, 'http://localhost');
    if (pathname === '/stats' && habits.stats !== undefined) {
      const own = orders.filter((one) => one.account === account).length;
      return send(response, 200, habits.stats(own, orders.length));
    }
    if (pathname !== '/orders') return send(response, 404, { error: 'no such path' });
    if (request.method === 'POST') {
      const key = keyOf(request, object(text));
      const claim = `${account} ${key}`;
      if (habits.busy !== undefined && key !== null && claims.has(claim))
        return send(response, habits.busy, { error: 'come again' });
      claims.add(claim);
      const work = { crowded: open.size > 0 };
      for (const one of open) one.crowded = true;
      open.add(work);
      if (habits.workMs !== undefined) await new Promise((resolve) => setTimeout(resolve, habits.workMs));
      open.delete(work);
      claims.delete(claim);
      const before = orders.length;
      const answer = create(request, text, account);
      for (const one of orders.slice(0, orders.length - before)) one.crowded = work.crowded;
      return send(response, ...answer);
    }
    const isHidden = ({ crowded }: Order) => crowded && habits.hiddenInStorms === true;
    const own = orders.filter((one) => one.account === account && !isHidden(one)).map(({ shown }) => shown);
    if (habits.list === undefined) return send(response, 200, wrap(own));
    const { body, headers } = habits.list(own.toReversed(), searchParams);
    return send(response, 200, body, headers);
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

function send(response: ServerResponse, status: number, json: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(json));
}
