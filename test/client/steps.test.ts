import { describe, expect, test } from 'vitest';
import { Policy } from '../../client/policy.js';
import type { Contract } from '../../contracts/contract.js';
import { cancel, get, sendTimes, settle, wait } from '../../generators/plans.js';
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

const fresh = write({ framing: { connection: 'new' } });

test('steps follow each other, and a storm is made as often as it says', async () => {
  const target = await startTarget();
  const seen: number[] = [];
  const client = clientFor(target.url, { onExchange: ({ attempt }) => seen.push(attempt) });
  const exchanges = await exchangesOf(client, write(), sendTimes(3, write()), wait(20), write());
  expect(exchanges.map(({ attempt, step, time }) => [attempt, step, time])).toEqual([
    [0, 0, 0],
    [1, 1, 0],
    [1, 1, 1],
    [1, 1, 2],
    [2, 3, 0],
  ]);
  expect(seen).toEqual([0, 1, 1, 1, 2]);
  // Each was complete before the next was sent, and the pause lay between.
  for (const [n, { sent }] of exchanges.slice(1).entries())
    expect(sent).toBeGreaterThanOrEqual(exchanges[n]?.done as number);
  expect((exchanges[4]?.sent ?? 0) - (exchanges[3]?.done ?? 0)).toBeGreaterThan(18);
});

test('the requests of a storm are under way at the same time, each over a connection of its own', async () => {
  const waiting: (() => void)[] = [];
  // Nobody is answered before all three are there: one after the other, this would end in silence.
  const target = await startTarget(async (_, n) => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      if (waiting.length === 3) for (const go of waiting.splice(0)) go();
    });
    return created(n);
  });
  const client = clientFor(target.url, { timeoutMs: 10_000 });
  const exchanges = await exchangesOf(client, { ...storm(write(), write(), write()), times: 2 });
  expect(ends(exchanges)).toEqual([202, 202, 202, 202, 202, 202]);
  const ports = target.received.map(({ port }) => port);
  expect(new Set(ports.slice(0, 3)).size).toBe(3);
  expect(new Set(ports).size).toBe(3);
});

describe('connections', () => {
  test('a plan keeps its own, and opens another where it says so', async () => {
    const target = await startTarget();
    await exchangesOf(clientFor(target.url), write(), write(), fresh, write(), fresh, get(0), wait(10), write());
    const [first, ...others] = target.received.map(({ port }) => port);
    const [second, new1, third, new2, ...last] = others;
    expect([second, third, ...last]).toEqual([first, first, first, first]);
    expect(new Set([first, new1, new2]).size).toBe(3);
  });

  test('two plans at a time share none, and a later one takes over a warm one', async () => {
    const target = await startTarget(async (_, n) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return created(n);
    });
    const client = clientFor(target.url);
    await Promise.all([client.execute(planOf(write(), write())), client.execute(planOf(write(), write()))]);
    const ports = target.received.map(({ port }) => port);
    expect(new Set(ports).size).toBe(2);
    await client.execute(planOf(write()));
    expect(ports).toContain(target.received[4]?.port);
  });
});

test('no more plans send at a time than allowed, and one that pauses holds nobody up', async () => {
  let running = 0;
  let most = 0;
  const target = await startTarget(async (_, n) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setTimeout(resolve, 10));
    running -= 1;
    return created(n);
  });
  const client = clientFor(target.url, { parallel: 2 });
  await Promise.all(Array.from({ length: 6 }, () => client.execute(planOf(write(), wait(30), write()))));
  expect(target.received).toHaveLength(12);
  expect(most).toBe(2);
  const stopping = new AbortController();
  const one = clientFor(target.url, { parallel: 1, signal: stopping.signal });
  const pausing = one.execute(planOf(write(), wait(600_000), write()));
  expect((await one.execute(planOf(write(), write()))).stopped).toBeNull();
  stopping.abort(new Error('enough'));
  expect(ends((await pausing).history.exchanges)).toEqual([202]);
});

describe('reads and cancels', () => {
  test('use the id that their attempt was answered', async () => {
    const target = await startTarget((_, n) => (n < 2 ? { status: 201, body: { id: `task/${n} ü` } } : {}));
    await exchangesOf(clientFor(target.url), write(), write(), get(1), cancel(0), get(0));
    expect(target.received.slice(2).map(({ method, path, body }) => [method, path, body.toString()])).toEqual([
      ['GET', '/v1/tasks/task%2F1%20%C3%BC', ''],
      ['POST', '/v1/tasks/task%2F0%20%C3%BC/cancel', '{}'],
      ['GET', '/v1/tasks/task%2F0%20%C3%BC', ''],
    ]);
  });

  test.each<[string, Answer]>([
    ['a refusal', { status: 422, body: { id: 'task_1' } }],
    ['an answer without an id', { status: 202, body: {} }],
    ['an answer that is not JSON', { status: 202, body: '<html>' }],
  ])('are left out after %s', async (_, answer) => {
    const target = await startTarget(() => answer);
    const exchanges = await exchangesOf(clientFor(target.url), write(), get(0), cancel(0), settle(0, 1_000), write());
    expect(exchanges.map(({ attempt }) => attempt)).toEqual([0, 3]);
    expect(target.received).toHaveLength(2);
  });

  test('take the id of a later answer where the first had none', async () => {
    const target = await startTarget((_, n) =>
      n === 0 ? { status: 503, headers: { 'retry-after': '0' } } : created(n),
    );
    await exchangesOf(clientFor(target.url), write(), get(0));
    expect(target.received.at(-1)?.path).toBe('/v1/tasks/task_1');
  });

  test('follow the contract', async () => {
    const contract: Contract = {
      ...moda,
      cancel: { method: 'DELETE', path: '/jobs/{id}', body: null },
    };
    const target = await startTarget((_, n) => (n === 0 ? created(n) : { status: 200 }));
    const client = clientFor(target.url, { contract });
    await exchangesOf(client, write(), cancel(0));
    await client.cancel('task_7', 'second');
    expect(target.received.slice(1).map(({ method, path, body }) => [method, path, body.length])).toEqual([
      ['DELETE', '/v1/jobs/task_0', 0],
      ['DELETE', '/v1/jobs/task_7', 0],
    ]);
    await clientFor(target.url, { contract: { ...moda, cancel: null } }).cancel('task_7', 'first');
    expect(target.received).toHaveLength(3);
  });
});

describe('settling', () => {
  const statuses = ['queued', 'running', 'succeeded', 'succeeded'];

  test('asks until the resource is terminal', async () => {
    let reads = 0;
    const target = await startTarget(({ method }, n) =>
      method === 'POST' ? created(n) : { body: { id: 'task_0', status: statuses[reads++] } },
    );
    const exchanges = await exchangesOf(clientFor(target.url), write(), settle(0, 10_000), write());
    expect(ends(exchanges)).toEqual([202, 202]);
    expect(target.received.map(({ method }) => method)).toEqual(['POST', 'GET', 'GET', 'GET', 'POST']);
  });

  test.each<[string, Answer]>([
    ['unfinished', { body: { status: 'running' } }],
    ['broken', { status: 500, body: 'x' }],
    ['late', { status: 404 }],
  ])('ends after its time where the resource stays %s', async (_, answer) => {
    const target = await startTarget(({ method }, n) => (method === 'POST' ? created(n) : answer));
    expect(ends(await exchangesOf(clientFor(target.url), write(), settle(0, 120), write()))).toEqual([202, 202]);
    expect(target.received.length).toBeGreaterThan(2);
  });

  test('asks nothing where the contract does not say how, or asking is known to be in vain', async () => {
    const target = await startTarget(({ method }, n) => (method === 'POST' ? created(n) : { status: 404 }));
    for (const contract of [
      { ...moda, status: null },
      { ...moda, get: null },
    ]) {
      await exchangesOf(clientFor(target.url, { contract }), write(), settle(0, 10_000));
    }
    expect(target.received.map(({ method }) => method)).toEqual(['POST', 'POST']);
    const client = clientFor(target.url);
    const policy = new Policy();
    policy.patient = false;
    await exchangesUnder(policy, client, write(), settle(0, 10_000));
    expect(target.received.map(({ method }) => method)).toEqual(['POST', 'POST', 'POST', 'GET']);
  });
});

test('a request is sent before it arrives, and done after it was answered', async () => {
  const target = await startTarget(async (_, n) => {
    await new Promise((resolve) => setTimeout(resolve, n % 3));
    return created(n);
  });
  const client = clientFor(target.url);
  // The client's clock begins later than the process's; read in this order, the difference is not too large.
  const earliest = performance.now();
  const offset = earliest - client.clock();
  const steps = Array.from({ length: 10 }, () => [
    write(),
    storm(write(), write()),
    fresh,
    write({ framing: { chunked: true } }),
  ]);
  const exchanges = await exchangesOf(client, ...steps.flat());
  expect(exchanges).toHaveLength(50);
  const arrivals = target.received.map(({ at }) => at).sort((a, b) => a - b);
  expect(exchanges.map(({ sent }) => sent)).toEqual(exchanges.map(({ sent }) => sent).sort((a, b) => a - b));
  for (const [n, { sent, done }] of exchanges.entries()) {
    expect(sent).toBeLessThanOrEqual(done as number);
    // The n-th to be sent cannot be later than the n-th to arrive.
    expect(sent + offset).toBeLessThanOrEqual(arrivals[n] as number);
  }
});
