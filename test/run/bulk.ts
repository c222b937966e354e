/** A small server of payouts, which takes several in one request and answers each by its reference. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { isObject, type Json, type JsonObject, parseJson } from '../../contracts/json.js';

/** What correct servers may do otherwise. */
export type Freedom = 'all or nothing' | 'aborts the others' | 'refuses twins' | 'refuses batches with twins';

/** What is wrong. */
export type Defect = 'knows whole batches' | 'looks up first' | 'undoes the others' | 'answers in its own order';

interface Payout {
  id: number;
  note: string;
}

interface Known {
  body: string;
  payout: Payout;
}

/** An item on its way to its result. */
interface Item {
  reference: string;
  body: string;
  note: string;
  /** What is known under its reference when the batch comes in. */
  known: Known | undefined;
}

/** Serves `POST /payouts/bulk` and `GET /payouts`. */
export async function serveBulk(
  habit?: Freedom | Defect,
  isByOrder = false,
): Promise<{ url: string; close(): Promise<void> }> {
  const payouts: Payout[] = [];
  const kept = new Map<string, Known>();
  let made = 0;

  const carryOut = (item: Item, scope: string): { status: number; said: JsonObject; payout?: Payout } => {
    const name = scope + item.reference;
    const known = habit === 'looks up first' ? item.known : kept.get(name);
    if (known !== undefined && known.body !== item.body)
      return { status: 409, said: { error: { code: 'reference_reused' } } };
    if (known !== undefined) return { status: 200, said: { payout: { ...known.payout } } };
    made += 1;
    const payout = { id: made, note: item.note };
    payouts.unshift(payout);
    kept.set(name, { body: item.body, payout });
    return { status: 201, said: { payout: { ...payout } }, payout };
  };

  const answer = (body: string): [status: number, value: Json] => {
    const sent = parseJson(body);
    const list = isObject(sent) && Array.isArray(sent.payouts) ? sent.payouts : null;
    if (list === null) return [400, { error: { code: 'invalid' } }];
    const scope = habit === 'knows whole batches' ? `${list.map((one) => isObject(one) && one.reference)} ` : '';
    const items = list.map((one) => itemOf(one, kept));
    const isTwin = (n: number) => items.findIndex((one) => one?.reference === items[n]?.reference) < n;
    if (habit === 'refuses batches with twins' && items.some((_, n) => isTwin(n)))
      return [409, { error: { code: 'reference_reused' } }];
    const isConflict = items.some((one) => one?.known !== undefined && one.known.body !== one.body);
    if (habit === 'all or nothing' && isConflict) return [409, { error: { code: 'reference_reused' } }];
    const results = items.map((item, n) => {
      const reference = item?.reference ?? null;
      if (item === null) return { reference, status: 400, said: { error: { code: 'invalid' } } };
      if (habit === 'refuses twins' && isTwin(n))
        return { reference, status: 409, said: { error: { code: 'reference_reused' } } };
      if (habit === 'aborts the others' && isConflict && item.known === undefined)
        return { reference, status: 409, said: { error: { code: 'reference_reused' } } };
      return { reference, ...carryOut(item, scope) };
    });
    if (habit === 'undoes the others' && isConflict)
      for (const { reference, ...result } of results)
        if ('payout' in result && result.payout !== undefined) {
          payouts.splice(payouts.indexOf(result.payout), 1);
          kept.delete(String(reference));
        }
    // The last that came is the first that is answered.
    const shown = results.map(({ reference, status, said }) => ({
      ...(isByOrder ? {} : { reference }),
      status,
      ...said,
    }));
    return [200, { results: isByOrder && habit !== 'answers in its own order' ? shown : shown.toReversed() }];
  };

  const server: Server = createServer(async (request, response) => {
    const body = await text(request).catch(() => null);
    if (body === null) return;
    const [status, value] = request.method === 'GET' ? [200, payouts as unknown as Json] : answer(body);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A valid item; `null` where it is not one. */
function itemOf(value: Json, kept: Map<string, Known>): Item | null {
  if (!isObject(value)) return null;
  const { reference, note, amount, ...others } = value;
  if (typeof reference !== 'string' || typeof note !== 'string' || note === '' || amount !== 2) return null;
  if (Object.keys(others).length > 0) return null;
  return { reference, note, body: JSON.stringify({ note, amount }), known: kept.get(reference) };
}
