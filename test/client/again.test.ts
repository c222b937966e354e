import { describe, expect, test } from 'vitest';
import { MOST_RETRIES } from '../../client/patience.js';
import { Policy } from '../../client/policy.js';
import type { Contract } from '../../contracts/contract.js';
import { get } from '../../generators/plans.js';
import {
  type Answer,
  clientFor,
  created,
  ends,
  exchangesOf,
  exchangesUnder,
  moda,
  planOf,
  startTarget,
  storm,
  write,
} from './target.js';

const IN_FLIGHT = { error: { code: 'request_in_progress', retry_after_ms: 20 } };
const CONFLICT = { error: { code: 'idempotency_conflict', retry_after_ms: 20 } };
const soon = { error: { retry_after_ms: 20 } };
const yesterday = new Date(Date.now() - 86_400_000).toUTCString();

describe('answers that ask to come again are followed with the same bytes', () => {
  test.each<[string, Answer]>([
    ['429 with seconds', { status: 429, headers: { 'retry-after': '0' } }],
    ['429 with a date', { status: 429, headers: { 'retry-after': yesterday } }],
    ['429 with a hint in its body', { status: 429, body: soon }],
    [
      '429 with a header that says nothing, and a hint in its body',
      { status: 429, headers: { 'retry-after': 'soon' }, body: soon },
    ],
    ['503 with seconds', { status: 503, headers: { 'retry-after': '0' }, body: 'busy' }],
    ['503 with a hint in its body', { status: 503, body: soon }],
    ['502, for there is a key', { status: 502, body: '<html>' }],
    ['504, for there is a key', { status: 504, headers: { 'retry-after': '0' } }],
    ['a refusal in flight', { status: 409, body: IN_FLIGHT }],
  ])('%s', async (_, first) => {
    const target = await startTarget((__, n) => (n < 2 ? first : created(n)));
    const exchanges = await exchangesOf(clientFor(target.url), write(), write());
    expect(ends(exchanges)).toEqual([first.status, first.status, 202, 202]);
    expect(exchanges.map(({ attempt, retry, time }) => [attempt, retry, time])).toEqual([
      [0, 0, 0],
      [0, 1, 0],
      [0, 2, 0],
      [1, 0, 0],
    ]);
    const [bytes] = target.received.map(({ body }) => body);
    for (const { body } of target.received) expect(body.equals(bytes as Buffer)).toBe(true);
    expect(new Set(target.received.map(({ headers }) => JSON.stringify(headers))).size).toBe(1);
  });
});

describe('other answers stand', () => {
  test.each<[string, Answer, Parameters<typeof write>[0]]>([
    ['502 without a key', { status: 502 }, { key: { kind: 'absent' } }],
    ['502 with a null key', { status: 502 }, { key: { kind: 'null' } }],
    ['504 without a key', { status: 504, headers: { 'retry-after': '0' } }, { key: { kind: 'absent' } }],
    ['502 with a key that is no string', { status: 502 }, { key: { kind: 'literal', value: 5 } }],
    ['503 without a hint', { status: 503 }, {}],
    ['500', { status: 500, headers: { 'retry-after': '0' } }, {}],
    ['a conflict', { status: 409, body: CONFLICT }, {}],
    ['a 409 that says nothing', { status: 409, body: 'conflict' }, {}],
    ['422', { status: 422, body: soon }, {}],
    [
      'a refusal in flight that asks for longer than the contract',
      { status: 409, headers: { 'retry-after': '3600' }, body: IN_FLIGHT },
      {},
    ],
    ['503 that asks for longer than the contract', { status: 503, headers: { 'retry-after': '3600' } }, {}],
  ])('%s', async (_, first, change) => {
    const target = await startTarget((__, n) => (n === 0 ? first : created(n)));
    expect(ends(await exchangesOf(clientFor(target.url), write(change), write()))).toEqual([first.status, 202]);
  });
});

test('a status that stands for other refusals too is asked again only where it says so', async () => {
  const inFlight: Contract['inFlight'] = { policy: 'either', statuses: [409], code: null, header: null, graceMs: 1000 };
  const contract: Contract = { ...moda, conflict: null, inFlight };
  const answers: Answer[] = [{ status: 409, headers: { 'retry-after': '0' } }, created(0), { status: 409 }, created(1)];
  const target = await startTarget((_, n) => answers[n] ?? created(n));
  const exchanges = await exchangesOf(clientFor(target.url, { contract }), write(), write(), write());
  expect(ends(exchanges)).toEqual([409, 202, 409, 202]);
});

test('the last answer stands when asking again leads nowhere', async () => {
  const target = await startTarget(() => ({ status: 409, headers: { 'retry-after': '0' }, body: IN_FLIGHT }));
  const exchanges = await exchangesOf(clientFor(target.url), write());
  expect(exchanges.map(({ retry }) => retry)).toEqual(Array.from({ length: MOST_RETRIES + 1 }, (_, n) => n));
});

test('nobody sends before the time that a rate limit names', async () => {
  // A date has whole seconds.
  const until = Math.ceil(Date.now() / 1000 + 0.5) * 1000;
  const arrivals: number[] = [];
  const target = await startTarget((_, n) => {
    arrivals.push(Date.now());
    return n === 0 ? { status: 429, headers: { 'retry-after': new Date(until).toUTCString() } } : created(n);
  });
  const client = clientFor(target.url);
  const limited = client.execute(planOf(write()));
  while (client.pace.sent < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([limited, client.execute(planOf(write())), client.read('/tasks', 'first')]);
  expect(target.received).toHaveLength(4);
  // A timer may be a little early.
  for (const arrival of arrivals.slice(1)) expect(arrival).toBeGreaterThanOrEqual(until - 20);
});

test('in a storm each request is asked again for itself', async () => {
  const seen = new Set<number>();
  const target = await startTarget(({ port }, n) => {
    const first = !seen.has(port);
    seen.add(port);
    return first && n > 0 ? { status: 409, body: IN_FLIGHT } : created(n);
  });
  const exchanges = await exchangesOf(clientFor(target.url), storm(write(), write(), write()));
  expect(ends(exchanges).sort()).toEqual([202, 202, 202, 409, 409]);
  for (const attempt of [0, 1, 2]) {
    const own = exchanges.filter((one) => one.attempt === attempt);
    expect(own.map(({ retry }) => retry)).toEqual(own.map((_, n) => n));
    expect(ends(own).at(-1)).toBe(202);
  }
  // Again over the connection of its own.
  expect(seen.size).toBe(3);
});

describe('a resource that is not found', () => {
  const contract: Contract = { ...moda, visibleWithin: 0.08 };

  test('is asked for again, as it may be late', async () => {
    const target = await startTarget((_, n) => (n === 0 ? created(0) : n < 3 ? { status: 404 } : created(0)));
    expect(ends(await exchangesOf(clientFor(target.url, { contract }), write(), get(0)))).toEqual([202, 404, 404, 202]);
  });

  test('is asked for once where that is known to be in vain', async () => {
    const target = await startTarget(({ method }) => (method === 'POST' ? created(0) : { status: 404 }));
    const client = clientFor(target.url, { contract });
    const policy = new Policy();
    policy.patient = false;
    expect(ends(await exchangesUnder(policy, client, write(), get(0)))).toEqual([202, 404]);
  });
});

test('a read outside of plans is asked again while the target is busy, and counts each time', async () => {
  const busy: Answer[] = [429, 502, 503, 504].map((status) => ({ status, headers: { 'retry-after': '0' } }));
  const target = await startTarget((_, n) => busy[n] ?? { body: { data: [] } });
  const client = clientFor(target.url);
  const { outcome } = await client.readAgain('/tasks', 'second');
  expect(outcome).toMatchObject({ kind: 'answer', status: 200 });
  expect(target.received).toHaveLength(5);
  expect(client.pace.sent).toBe(5);
});

describe('a duplicate that is refused by a rate limit', () => {
  const limits = (hint: string) =>
    startTarget((_, n) => (n === 0 || n > 3 ? created(0) : { status: 429, headers: { 'retry-after': hint } }));

  test('is asked again for itself: other keys need not wait', async () => {
    const target = await limits('0');
    const client = clientFor(target.url);
    expect(ends(await exchangesOf(client, write(), write()))).toEqual([202, 429, 429, 429, 202]);
    expect(client.pace.limited).toBe(false);
  });

  test('stands where it would take longer than the contract gives', async () => {
    const target = await limits('50');
    const client = clientFor(target.url);
    expect(ends(await exchangesOf(client, write(), write()))).toEqual([202, 429]);
    expect(client.pace.limited).toBe(false);
  });
});

test('a rate limit stands that asks for longer than may be waited', async () => {
  const target = await startTarget(() => ({ status: 429, headers: { 'retry-after': '86400' } }));
  const client = clientFor(target.url);
  expect(ends(await exchangesOf(client, write()))).toEqual([429]);
  expect(await client.readAgain('/tasks', 'first')).toMatchObject({ outcome: { status: 429 } });
  expect(target.received).toHaveLength(2);
});

describe('a duplicate that may be in flight, where the contract does not say how that is refused', () => {
  const contract: Contract = { ...moda, inFlight: null };
  const lost = write({ hangUp: { after: 'body', ms: 20 } });

  test.each([409, 422, 425])('%i is asked again until it is answered', async (status) => {
    const target = await startTarget((_, n) => {
      if (n === 0) return new Promise(() => {});
      return n === 1 ? { status, headers: { 'retry-after': '0' } } : created(0);
    });
    expect(ends(await exchangesOf(clientFor(target.url, { contract }), lost, write()))).toEqual([
      'unknown',
      status,
      202,
    ]);
  });

  test('only a few times, and not at all where that never helps', async () => {
    const seen = new Set<string>();
    const target = await startTarget(({ body }) => {
      const known = seen.has(body.toString());
      seen.add(body.toString());
      return known ? { status: 409, headers: { 'retry-after': '0' } } : new Promise(() => {});
    });
    const [client, policy] = [clientFor(target.url, { contract }), new Policy()];
    const counts: number[] = [];
    for (let plan = 0; plan < 10; plan += 1) counts.push((await exchangesUnder(policy, client, lost, write())).length);
    expect(counts).toEqual([5, 5, 5, 5, 5, 5, 5, 5, 2, 2]);
  });

  test('a repeat of what was answered is none', async () => {
    const target = await startTarget((_, n) => (n === 0 ? created(0) : { status: 409 }));
    expect(ends(await exchangesOf(clientFor(target.url, { contract }), write(), write()))).toEqual([202, 409]);
  });
});

test('where a request that comes alone runs for long, what is in flight is asked again more slowly', async () => {
  const target = await startTarget(() => ({ status: 409, headers: { 'retry-after': '0' }, body: IN_FLIGHT }));
  const policy = Object.assign(new Policy(), { runsMs: 400 });
  const exchanges = await exchangesUnder(policy, clientFor(target.url), write());
  const pauses = exchanges.slice(1).map(({ sent }, n) => sent - (exchanges[n]?.done ?? 0));
  // A timer may be a little early.
  for (const pause of pauses) expect(pause).toBeGreaterThanOrEqual((3 * 400) / MOST_RETRIES - 2);
});
