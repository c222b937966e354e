/** Orders in memory, in dialects that the bundled reference does not speak: a row of habits each, right or wrong. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as after } from 'node:timers/promises';
import type { JsonObject } from '../../contracts/contract.js';

/** What is left out is the usual: bodies compared, repeats replayed, duplicates wait, and nothing is wrong. */
export interface Habits {
  /** What another body under a known key comes to. */
  otherBody?: 'refused' | 'replayed' | 'executed';
  /** How a repeat of what has ended is answered: with the order, with 409, or with 409 and the order's id. */
  repeats?: 'replayed' | 'refused' | 'pointed';
  /** How a duplicate in flight is answered: held back, or with this status and Retry-After. */
  duplicates?: { status: number; hint: string | null } | 'wait';
  /** Milliseconds for which each new write is worked on. */
  workMs?: number;
  /** Ids as text, as numbers from 1, or as numbers of 64 bits, which no double holds. */
  ids?: 'text' | 'small' | 'wide';
  /** Equal writes without a key are one order. */
  joinsKeyless?: boolean;
  /** How a wrong body is refused. */
  invalid?: number;
  /** A refusal of a wrong body is kept under its key. */
  storesRefusals?: boolean;
  /** Keys are those of all credentials. */
  oneAccount?: boolean;
  /** Keys are those of all endpoints. */
  oneKeySpace?: boolean;
  /** Another order with the same note is refused. */
  uniqueNotes?: boolean;
  /** The query string and the whole Content-Type belong to what is compared. */
  comparesRequest?: boolean;
  wrong?: Wrong;
}

/** What a broken server does besides. */
export type Wrong =
  /** A replay makes an order that no answer names. */
  | 'orphans'
  /** Every request makes an order. */
  | 'forgets'
  /** Two requests that come at once both find their key free. */
  | 'races'
  /** One order in seven is acknowledged, and never there. */
  | 'loses'
  /** An account is answered with the order of another one. */
  | 'mixes'
  /** When a client hangs up before its answer, its key is free again. */
  | 'hang-ups forget'
  /** When a client hangs up before its answer, its key is refused as in flight for ever. */
  | 'hang-ups lock'
  /** Keys are compared in lower case. */
  | 'any case'
  /** Equal writes without a key are one order, although they are apart. */
  | 'joins keyless'
  /** An object makes an order, whatever is in it. */
  | 'takes anything'
  /** A body with a character of four bytes is answered with 500. */
  | 'crashes';

interface Answer {
  status: number;
  /** JSON; ids of 64 bits are not for JSON.stringify. */
  text: string;
  headers?: Record<string, string>;
}

interface Order {
  id: string;
  account: string;
  text: string;
  note: string;
}

interface Known {
  compared: string;
  answer: Promise<Answer>;
  order: Order | null;
  ended: boolean;
  locked: boolean;
}

export interface Served {
  url: string;
  keys: [string, string];
  close(): Promise<void>;
}

const KEYS: [string, string] = ['orders_first_0123456789', 'orders_second_0123456789'];
const FIRST_WIDE = 9_007_199_254_740_993n;

export async function serveHabits(habits: Habits): Promise<Served> {
  const { otherBody = 'refused', repeats = 'replayed', duplicates = 'wait', wrong } = habits;
  const orders: Order[] = [];
  const known = new Map<string, Known>();
  const keyless = new Map<string, Order>();

  const make = (account: string, body: JsonObject): Order => {
    const id = idOf(habits.ids ?? 'text', orders.length);
    // Small numbers stand in every answer, as part of a date for example.
    const text = `{"id":${id},"made_at":"${new Date().toISOString()}",${JSON.stringify(body).slice(1)}`;
    const order = { id, account, text, note: String(body.note) };
    orders.push(order);
    return order;
  };
  // Not from the first: a list that shows nothing at all is another matter.
  const isThere = (order: Order) => wrong !== 'loses' || orders.indexOf(order) < 10 || orders.indexOf(order) % 7 !== 6;

  const execute = (account: string, body: JsonObject | null): { answer: Answer; order: Order | null } => {
    const isWrong = body === null || typeof body.note !== 'string' || typeof body.amount !== 'number';
    if (body === null || (isWrong && wrong !== 'takes anything'))
      return { answer: problem(habits.invalid ?? 400, 'invalid', 'Give a note and an amount.'), order: null };
    if (wrong === 'crashes' && /[\u{10000}-\u{10ffff}]/u.test(String(body.note)))
      return { answer: problem(500, 'internal', 'Sorry.'), order: null };
    if (habits.uniqueNotes === true && orders.some((one) => one.account === account && one.note === body.note))
      return { answer: problem(409, 'name_taken', 'There is an order with this note.'), order: null };
    const order = make(account, body);
    return { answer: { status: 201, text: order.text }, order };
  };

  const again = (one: Known, account: string, body: JsonObject | null, answer: Answer): Answer => {
    if (wrong === 'forgets') return execute(account, body).answer;
    if (wrong === 'orphans' && body !== null) make(account, body);
    if (one.order === null || repeats === 'replayed') return answer;
    const pointer = repeats === 'pointed' ? `,"order":${one.order.id}` : '';
    return { status: 409, text: `{"code":"key_used","detail":"This key was used."${pointer}}` };
  };

  const create = async (request: IncomingMessage, text: string, account: string): Promise<Answer> => {
    const { pathname, search } = new URL(request.url as string, 'http://localhost');
    const body = objectIn(text);
    const given = request.headers['idempotency-key'];
    const key = wrong === 'any case' ? String(given ?? '').toLowerCase() : String(given ?? '');
    if (key === '') {
      const joined = `${account} ${text}`;
      const first = keyless.get(joined);
      if (first !== undefined && (habits.joinsKeyless === true || wrong === 'joins keyless'))
        return { status: 201, text: first.text };
      await after(habits.workMs ?? 0);
      const { answer, order } = execute(account, body);
      if (order !== null && !keyless.has(joined)) keyless.set(joined, order);
      return answer;
    }
    const owner = habits.oneAccount === true || wrong === 'mixes' ? '' : account;
    const place = habits.oneKeySpace === true ? '' : pathname;
    const register = [owner, place, key, ...(otherBody === 'executed' ? [text] : [])].join('\n');
    const compared =
      habits.comparesRequest === true ? [search, request.headers['content-type'], text].join('\n') : text;
    if (wrong === 'races') await after(5);
    const one = known.get(register);
    if (one === undefined) return first(register, compared, request, account, body);
    if (one.locked) return refusedInFlight(duplicates);
    if (otherBody === 'refused' && one.compared !== compared) {
      return problem(422, 'key_reused', 'This key was used with another request.');
    }
    if (!one.ended && duplicates !== 'wait') return refusedInFlight(duplicates);
    return again(one, account, body, await one.answer);
  };

  const first = async (
    register: string,
    compared: string,
    request: IncomingMessage,
    account: string,
    body: JsonObject | null,
  ): Promise<Answer> => {
    const working = (async () => {
      await after(wrong === 'races' ? 20 : (habits.workMs ?? 0));
      return execute(account, body);
    })();
    const one: Known = {
      compared,
      answer: working.then(({ answer }) => answer),
      order: null,
      ended: false,
      locked: false,
    };
    if (wrong === 'races') await working;
    known.set(register, one);
    const { answer, order } = await working;
    one.order = order;
    one.ended = true;
    const isStored = order !== null || (habits.storesRefusals === true && answer.status === 400);
    const hungUp = request.socket.destroyed;
    if (!isStored || (hungUp && wrong === 'hang-ups forget')) known.delete(register);
    if (hungUp && wrong === 'hang-ups lock') one.locked = true;
    return answer;
  };

  const list = (account: string): Answer => {
    const shown = orders.filter((one) => one.account === account && isThere(one));
    return { status: 200, text: `[${shown.map(({ text }) => text).join(',')}]` };
  };

  const answerTo = async (request: IncomingMessage, text: string): Promise<Answer> => {
    const account = request.headers.authorization?.replace('Bearer ', '') ?? '';
    if (!KEYS.includes(account)) return problem(401, 'unauthorized', 'Who are you?');
    const holder = habits.oneAccount === true ? 'all' : account;
    const { pathname } = new URL(request.url as string, 'http://localhost');
    const [, id] = /^\/orders\/(.+)$/.exec(pathname) ?? [];
    if (request.method === 'GET' && id !== undefined) {
      const found = orders.find((one) => one.account === holder && one.id.replaceAll('"', '') === id && isThere(one));
      return found === undefined ? problem(404, 'not_found', 'No such order.') : { status: 200, text: found.text };
    }
    if (request.method === 'GET' && pathname === '/orders') return list(holder);
    if (request.method === 'POST' && ['/orders', '/notes'].includes(pathname)) return create(request, text, holder);
    return problem(404, 'not_found', 'No such path.');
  };

  const server = createServer(async (request, response) => {
    const text = await whole(request).catch(() => null);
    if (text === null) return;
    send(response, await answerTo(request, text));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    keys: KEYS,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** JSON of the id of the order with this index. */
function idOf(ids: NonNullable<Habits['ids']>, index: number): string {
  if (ids === 'small') return String(index + 1);
  return ids === 'wide' ? String(FIRST_WIDE + BigInt(index)) : `"ord_${String(index).padStart(8, '0')}"`;
}

function refusedInFlight(duplicates: Habits['duplicates']): Answer {
  const { status, hint } = typeof duplicates === 'object' ? duplicates : { status: 409, hint: null };
  const headers = hint === null ? {} : { 'retry-after': hint };
  return { ...problem(status, 'in_progress', 'A request with this key is at work.'), headers };
}

function problem(status: number, code: string, detail: string): Answer {
  return { status, text: JSON.stringify({ code, detail }) };
}

async function whole(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return new TextDecoder('utf-8').decode(Buffer.concat(chunks));
}

function objectIn(text: string): JsonObject | null {
  try {
    const json = JSON.parse(text);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? json : null;
  } catch {
    return null;
  }
}

function send(response: ServerResponse, { status, text, headers = {} }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
}
