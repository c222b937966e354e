import { expect, test } from 'vitest';
import { Mint } from '../../client/mint.js';
import { NONCE } from '../../history/nonce.js';
import type { Plan } from '../../history/plan.js';
import { BODY, clientFor, ends, planOf, startTarget, storm, write } from './target.js';

const key = (slot: number) => write({ key: { kind: 'slot', slot } });

test('one execution uses one key for a slot, and no execution uses the key of another', async () => {
  const target = await startTarget();
  const client = clientFor(target.url);
  const plan: Plan = {
    ...planOf(key(0), key(1), key(0), storm(key(1), key(2))),
    keys: ['{unique}', 'a:{uuid}', '{sha256}'],
  };
  const seen = new Set<string>();
  for (let execution = 0; execution < 10; execution += 1) {
    const { exchanges } = (await client.execute(plan)).history;
    const keys = [0, 1, 2, 3, 4].map((attempt) => exchanges.find((one) => one.attempt === attempt)?.key as string);
    expect(keys).toEqual([keys[0], keys[1], keys[0], keys[1], keys[4]]);
    for (const one of new Set(keys)) {
      expect(seen).not.toContain(one);
      seen.add(one);
    }
  }
  expect(seen.size).toBe(30);
});

test('neither do two runs with the same plan', async () => {
  const target = await startTarget();
  const keys = new Set<unknown>();
  for (const client of [clientFor(target.url), clientFor(target.url)]) {
    keys.add((await client.execute(planOf(write()))).history.exchanges[0]?.key);
  }
  expect(keys.size).toBe(2);
});

test('a template without placeholder is refused the second time, before anything is sent', async () => {
  const target = await startTarget();
  const client = clientFor(target.url);
  const plan: Plan = { ...planOf(write(), write()), keys: ['always-the-same'] };
  expect(ends((await client.execute(plan)).history.exchanges)).toEqual([202, 202]);
  await expect(client.execute(plan)).rejects.toThrow(
    'the key always-the-same was made twice: a template without placeholder?',
  );
  expect(target.received).toHaveLength(2);
});

test('two slots that would be one key are refused, too', async () => {
  const target = await startTarget();
  const plan: Plan = { ...planOf(key(0), key(1)), keys: ['same', 'same'] };
  await expect(clientFor(target.url).execute(plan)).rejects.toThrow('the key same was made twice');
});

test('placeholders become what they say', () => {
  const execution = new Mint().execution();
  expect(execution.key(0, 'a-{unique}-b')).toMatch(/^a-[0-9a-f]{24}-b$/);
  expect(execution.key(1, '{uuid}')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(execution.key(2, '{sha256}')).toMatch(/^[0-9a-f]{64}$/);
});

test('one nonce stands for a logical operation, and for no other of any execution', async () => {
  const target = await startTarget();
  const client = clientFor(target.url);
  const other = write({ body: { ...BODY, operation: 1 } });
  const plan = planOf(write(), other, write({ body: { ...BODY, keyAt: 1 } }));
  for (let execution = 0; execution < 2; execution += 1) await client.execute(plan);
  const nonces = target.received.map(({ body }) => NONCE.exec(JSON.parse(body.toString()).prompt)?.[0]);
  expect(nonces).not.toContain(undefined);
  expect([nonces[2], nonces[5]]).toEqual([nonces[0], nonces[3]]);
  expect(new Set(nonces).size).toBe(4);
});
