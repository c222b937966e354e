/** A contract of ten lines: what it extends says the rules, and it finds what breaks them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, expectRun, idsWith, newFolder } from './command.js';
import { type Habits, serveOrders } from './orders.js';

const TEN_LINES = `extends: ietf
name: orders
create:
  path: /orders
  example: { note: two of them, amount: 2 }
key: { required: false, quoting: none }
conflict: { statuses: [409] }
effects:
  list:
    path: /orders
`;

const ONLY = 'CREATE-3,REPLAY-1,REPLAY-3,CONFLICT-1,STORM-1,STORM-2';

async function judge(habits: Habits, code: number) {
  const { url } = await serveOrders(habits);
  const folder = newFolder();
  writeFileSync(join(folder, 'orders.yaml'), TEN_LINES);
  const words = ['--contract', './orders.yaml', '--target', url, '--profile', 'smoke', '--seed', '1', '--only', ONLY];
  return expectRun(await command(words, { folder }), code);
}

test.concurrent('0: an API that keeps it', async () => {
  const results = await judge({}, 0);
  expect(idsWith(results, 'passed')).toEqual(ONLY.split(','));
  expect(results.contract).toMatchObject({ name: 'orders', title: 'POST /orders', version: '07' });
  expect(results.effects.observer).toBe('GET /orders');
});

test.concurrent('1: a second order that only the list shows', async () => {
  const results = await judge({ hiddenSecond: true }, 1);
  expect(idsWith(results, 'failed')).toEqual(['REPLAY-3', 'STORM-2']);
});
