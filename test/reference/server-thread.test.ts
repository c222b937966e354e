import { expect, it } from 'vitest';
import type { Reference } from '../../reference/server/server.js';
import { startReference } from '../../reference/server/start.js';

const create = async (url: string, key: string, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/tasks`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ prompt: 'a', idempotency_key: 'k' }),
  });

async function list({ url, keys }: Reference): Promise<unknown[]> {
  const answer = await fetch(`${url}/v1/tasks`, { headers: { authorization: `Bearer ${keys[0]}` } });
  return ((await answer.json()) as { data: unknown[] }).data;
}

it('a thread that serves again knows nothing of before', async () => {
  const first = await startReference({ fault: 'never-replays' });
  const made = await Promise.all([1, 2].map(async () => (await create(first.url, first.keys[0])).json()));
  expect(new Set(made.map(({ id }) => id)).size).toBe(2);
  await first.close();
  await expect(create(first.url, first.keys[0])).rejects.toThrow();
  const second = await startReference();
  const { id } = await (await create(second.url, second.keys[0])).json();
  expect(await (await create(second.url, second.keys[0])).json()).toMatchObject({ id });
  expect(await list(second)).toHaveLength(1);
  // Its thread serves the second now.
  await first.close();
  expect(await list(second)).toHaveLength(1);
  await second.close();
});

it('an answer that is held back does not keep a server from closing', async () => {
  const reference = await startReference();
  const held = create(reference.url, reference.keys[0], { prefer: 'wait=60' });
  const ended = expect(held).rejects.toThrow();
  await expect.poll(() => list(reference)).toHaveLength(1);
  await reference.close();
  await ended;
});

it('two at once have threads of their own, and one that cannot serve says why', async () => {
  const [one, other] = await Promise.all([startReference(), startReference()]);
  expect(one.url).not.toBe(other.url);
  await expect(startReference({ port: Number(new URL(one.url).port) })).rejects.toThrow(/is taken/);
  await Promise.all([one.close(), other.close()]);
});
