/** Effects seen by a command that asks what a server keeps: an orphan is found, or nothing passes unseen. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type Habits, serveOrders } from '../cli/orders.js';
import { check } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-command-'));
afterAll(() => rmSync(root, { recursive: true }));
const body = join(root, 'order.json');
writeFileSync(body, '{"note":"two of them","amount":2}');

/** What a run comes to; `command` is made from the file to which the server adds a line for each order. */
async function outcome(habits: Habits, command: (journal: string) => string, more: { timeout?: number } = {}) {
  const journal = join(root, `${Math.random()}.txt`);
  writeFileSync(journal, '');
  const { url } = await serveOrders({ ...habits, journal });
  const results = await check({
    targets: [url],
    endpoint: { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body },
    effectsCommand: command(journal),
    profile: 'smoke',
    only: ['REPLAY-1', 'REPLAY-3'],
    ...more,
  });
  const [replay1, replay3] = ['REPLAY-1', 'REPLAY-3'].map((id) => results.requirements.find((one) => one.id === id));
  return {
    exitCode: results.exitCode,
    statuses: [replay1?.status, replay3?.status],
    reason: replay3?.reason,
    observer: results.effects.observer,
    confirmed: replay3?.findings[0]?.confirmed,
  };
}

const whole = (journal: string) => `cat '${journal}'`;
const two = { credentials: ['sk_first_0123456789', 'sk_second_0123456789'] };

describe.concurrent('a command', () => {
  test.each<[name: string, habits: Habits]>([
    ['of a new server', {}],
    ['of one that holds something', { before: 30 }],
    ['whose ids are numbers', { numbers: true }],
  ])('%s shows an orphan with each repeat, and passes a correct server', async (_, habits) => {
    expect(await outcome({ ...habits, hiddenSecond: true }, whole)).toMatchObject({
      exitCode: 1,
      statuses: ['passed', 'failed'],
      observer: 'effectsCommand',
      confirmed: { failed: 10, of: 10 },
    });
    expect(await outcome(habits, whole)).toMatchObject({ exitCode: 0, statuses: ['passed', 'passed'] });
  });

  test('that prints ids alone passes a correct server, and leaves open whose an orphan is', async () => {
    const ids = (journal: string) => `cut -d ' ' -f 1 '${journal}'`;
    expect(await outcome({}, ids)).toMatchObject({ exitCode: 0, statuses: ['passed', 'passed'] });
    expect(await outcome({ hiddenSecond: true }, ids)).toMatchObject({
      exitCode: 3,
      statuses: ['passed', 'inconclusive'],
      reason: expect.stringMatching(/^\d+ resources appeared that cannot be attributed/),
    });
  });

  test.each<[name: string, command: (journal: string) => string, reason: RegExp, habits?: Habits]>([
    [
      'prints nothing',
      () => 'true',
      /^effects cannot be seen: effectsCommand printed 0 resources, but 2 of 2 that were just made did not show within 2 s \(order_\d+ and order_\d+\): it must print the id of every resource at the beginning of a line/,
    ],
    ['prints one of two', (journal) => `tail -n 1 '${journal}'`, /printed 1 resource, but 1 of 2 that were just made/],
    [
      'prints other ids',
      (journal) => `sed 's/^order/row/' '${journal}'`,
      /though their text did, beside row_\d+: it must print the ids that answers name/,
    ],
    ['fails', () => 'echo no such table >&2; exit 4', /effectsCommand ended with exit code 4: no such table/],
    ['does not end', () => 'sleep 20', /effectsCommand did not end within 1 s/],
    ['of a server that makes nothing', whole, /printed 0 resources/, { forgets: true }],
  ])('that %s lets nothing pass unseen', async (_, command, reason, habits = { hiddenSecond: true }) => {
    expect(await outcome(habits, command, { timeout: 1 })).toMatchObject({
      exitCode: 3,
      statuses: ['passed', 'inconclusive'],
      reason: expect.stringMatching(reason),
      observer: null,
    });
  });
});

test('a command shows the resources of both accounts', async () => {
  const journal = join(root, 'two.txt');
  writeFileSync(journal, '');
  const { url } = await serveOrders({ ...two, hiddenSecond: true, journal });
  const contract = join(root, 'two.yaml');
  writeFileSync(
    contract,
    'name: orders\nauthentication: { header: Authorization, prefix: "Bearer " }\ncreate: { path: /orders, example: { note: two of them, amount: 2 } }\n',
  );
  const [first, second] = two.credentials;
  const results = await check({
    targets: [url],
    contract,
    credentials: { first, second },
    effectsCommand: whole(journal),
    profile: 'smoke',
    only: ['REPLAY-3'],
  });
  expect(results.requirements.find(({ id }) => id === 'REPLAY-3')?.status).toBe('failed');
  expect(results.effects).toMatchObject({ observer: 'effectsCommand', foreign: 0 });
});
