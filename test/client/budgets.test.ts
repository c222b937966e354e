import { expect, test } from 'vitest';
import { BudgetSpent } from '../../client/pace.js';
import { get, wait } from '../../generators/plans.js';
import { clientFor, created, ends, planOf, startTarget, storm, write } from './target.js';

test('a plan stops when the budget of requests is spent, and keeps what was done', async () => {
  const target = await startTarget();
  const client = clientFor(target.url, { maxRequests: 2 });
  const { history, stopped } = await client.execute(planOf(write(), write(), write(), write()));
  expect(stopped).toBeInstanceOf(BudgetSpent);
  expect(stopped?.message).toBe('the budget of 2 requests is spent');
  expect(ends(history.exchanges)).toEqual([202, 202]);
  expect(target.received).toHaveLength(2);
  const next = await client.execute(planOf(write()));
  expect(next.stopped).toBeInstanceOf(BudgetSpent);
  expect(next.history.exchanges).toEqual([]);
});

test('a storm is sent as a whole or not at all', async () => {
  const target = await startTarget();
  const client = clientFor(target.url, { maxRequests: 4 });
  const { history, stopped } = await client.execute(planOf(write(), write(), storm(write(), write(), write())));
  expect(stopped).toBeInstanceOf(BudgetSpent);
  expect(history.exchanges).toHaveLength(2);
  // What the storm would have taken is still there.
  expect((await client.execute(planOf(write(), write()))).stopped).toBeNull();
});

test('the budget of created resources counts writes, and no reads', async () => {
  const target = await startTarget();
  const client = clientFor(target.url, { maxCreates: 2 });
  const { history, stopped } = await client.execute(planOf(write(), get(0), get(0), write(), get(0), write(), get(0)));
  expect(stopped?.message).toBe('the budget of 2 created resources is spent');
  expect(history.exchanges.map(({ operation }) => operation)).toEqual(['create', 'get', 'get', 'create', 'get']);
});

test('asking again counts as a request, and the first answer is kept when nothing is left for another', async () => {
  const target = await startTarget(() => ({ status: 429, headers: { 'retry-after': '0' } }));
  const client = clientFor(target.url, { maxRequests: 3, maxCreates: 1 });
  const { history, stopped } = await client.execute(planOf(write()));
  expect(stopped).toBeInstanceOf(BudgetSpent);
  expect(history.exchanges.map(({ retry }) => retry)).toEqual([0, 1, 2]);
});

test('when one request of a storm has nothing left to be asked again, the others are still waited for', async () => {
  const target = await startTarget(async (_, n) => {
    if (n === 0) return { status: 429, headers: { 'retry-after': '0' } };
    await new Promise((resolve) => setTimeout(resolve, 100));
    return created(n);
  });
  const client = clientFor(target.url, { maxRequests: 3 });
  const { history, stopped } = await client.execute(planOf(storm(write(), write(), write())));
  expect(stopped).toBeInstanceOf(BudgetSpent);
  expect(ends(history.exchanges).sort()).toEqual([202, 202, 429]);
});

test('settling, reading and cancelling count, too', async () => {
  const target = await startTarget((_, n) => created(n));
  const client = clientFor(target.url, { maxRequests: 6 });
  const { stopped } = await client.execute(planOf(write(), { do: 'settle', of: 0, within: 5_000 }));
  expect(stopped).toBeInstanceOf(BudgetSpent);
  expect(target.received).toHaveLength(6);
  await expect(client.read('/tasks', 'first')).rejects.toBeInstanceOf(BudgetSpent);
  await expect(client.cancel('task_0', 'first')).rejects.toBeInstanceOf(BudgetSpent);
  expect(target.received).toHaveLength(6);
});

test('requests arrive no faster than allowed on the whole, whoever sends them', async () => {
  const target = await startTarget();
  const client = clientFor(target.url, { perMinute: 1_200 });
  const plan = planOf(write(), write(), storm(write(), write()));
  await Promise.all([client.execute(plan), client.execute(plan), client.read('/tasks', 'first')]);
  const arrivals = target.received.map(({ at }) => at);
  expect(arrivals).toHaveLength(9);
  // 50 ms for each before the last storm; a timer may be early, and connections differ in speed.
  expect(Math.max(...arrivals) - Math.min(...arrivals)).toBeGreaterThan(7 * 50 * 0.8);
});

test('without a limit nobody waits for a turn', async () => {
  const target = await startTarget();
  const client = clientFor(target.url);
  await Promise.all(Array.from({ length: 50 }, () => client.execute(planOf(write()))));
  expect(target.received).toHaveLength(50);
});

/** Executes a plan and aborts when `when` is fulfilled, which is told how many answers the client has. */
async function stopDuring(url: string, steps: Parameters<typeof planOf>, when: (answered: number) => boolean) {
  const stopping = new AbortController();
  let answered = 0;
  const onExchange = () => {
    answered += 1;
  };
  const client = clientFor(url, { signal: stopping.signal, timeoutMs: 30_000, onExchange });
  const execution = client.execute(planOf(...steps));
  while (!when(answered)) await new Promise((resolve) => setTimeout(resolve, 5));
  stopping.abort(new Error('enough'));
  return { client, ...(await execution) };
}

test('the signal stops a pause at once, and keeps what was done', async () => {
  const target = await startTarget();
  const steps = [write(), wait(600_000), write()];
  const { client, history, stopped } = await stopDuring(target.url, steps, (answered) => answered === 1);
  expect(stopped?.message).toBe('enough');
  expect(ends(history.exchanges)).toEqual([202]);
  // Nothing is sent after that.
  const next = await client.execute(planOf(write()));
  expect(next).toMatchObject({ history: { exchanges: [] }, stopped: { message: 'enough' } });
  expect(target.received).toHaveLength(1);
});

test('the signal stops a request that hangs, and one that waits to be asked again', async () => {
  const hanging = await startTarget((_, n) => (n === 1 ? undefined : created(n)));
  const hung = await stopDuring(hanging.url, [write(), write(), write()], () => hanging.received.length === 2);
  expect(hung.stopped?.message).toBe('enough');
  expect(ends(hung.history.exchanges)[0]).toBe(202);
  const limiting = await startTarget(() => ({ status: 429, headers: { 'retry-after': '30' } }));
  const limited = await stopDuring(limiting.url, [write(), write()], (answered) => answered === 1);
  expect(limited.stopped?.message).toBe('enough');
  expect(ends(limited.history.exchanges)).toEqual([429]);
});

test('a signal that was given before the start lets nothing through', async () => {
  const target = await startTarget();
  const client = clientFor(target.url, { signal: AbortSignal.abort(new Error('never')) });
  const { history, stopped } = await client.execute(planOf(write()));
  expect(stopped?.message).toBe('never');
  expect(history.exchanges).toEqual([]);
  expect(target.received).toEqual([]);
});
