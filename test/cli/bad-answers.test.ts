/** Targets that answer, and answer wrongly: a violation where a promise is broken, never a pass by mistake. */
import { expect, test } from 'vitest';
import { command, expectRun, idsWith, withKey } from './command.js';
import { always, frontOf, type Passing, serve } from './targets.js';

const smoke = ['--profile', 'smoke', '--seed', '1', '--only', 'CREATE-4,REPLAY-1'];

const whole: [name: string, text: string][] = [
  ['JSON that breaks off', '{"id":"task_01","status":"que'],
  ['an empty body', ''],
  ['an empty array', '[]'],
  ['deep nesting', '['.repeat(5000) + ']'.repeat(5000)],
  ['control characters', '{"id":"\u0000\u001b[31m"\n,"status":"\\ud800"}'],
];

// A complete answer of the right type: the target says 'created', so what is wrong in it is its own doing.
test.concurrent.each(whole)('1: a success that is %s', async (_, text) => {
  const target = await serve(always(200, 'application/json', text));
  const ended = await command(['--target', target.url, ...smoke, '--verbose'], withKey);
  const results = expectRun(ended, 1, /CREATE-4.* violated/);
  expect(idsWith(results, 'passed')).toEqual([]);
  // What a target says never reaches the terminal as control characters.
  expect(ended.stdout + ended.stderr).not.toContain('\u001b');
  const finding = results.requirements.find(({ id }) => id === 'CREATE-4')?.findings[0];
  expect(finding?.smallest.exchanges[0]?.answer).toMatchObject({ status: 200, body: text });
});

test.concurrent('1: the same answer to everything', async () => {
  const task = { id: 'task_1', kind: 'design', status: 'queued', created_at: '2026-01-01T00:00:00Z' };
  const target = await serve(always(200, 'application/json', JSON.stringify(task)));
  const words = ['--target', target.url, '--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1,CREATE-3'];
  const results = expectRun(await command(words, withKey), 1, / violated/);
  expect(idsWith(results, 'failed')).toEqual(expect.arrayContaining(['CREATE-1', 'CREATE-3']));
});

type Task = Record<string, unknown>;

/** Changes every task that a POST is answered. */
const inCreated =
  (change: (task: Task) => void) =>
  ({ request, status, ...passing }: Passing) =>
    request.method === 'POST' && status < 300
      ? JSON.stringify(changed(JSON.parse(passing.text), change))
      : passing.text;

function changed(task: Task, change: (task: Task) => void): Task {
  change(task);
  return task;
}

const members: [name: string, change: (task: Task) => void][] = [
  ['no id', (task) => delete task.id],
  ['a number as id', (task) => Object.assign(task, { id: 12_345 })],
  ['no status', (task) => delete task.status],
  ['a number as status', (task) => Object.assign(task, { status: 7 })],
  ['a kind that is null', (task) => Object.assign(task, { kind: null })],
];

test.concurrent.each(members)('1: a task with %s', async (_, change) => {
  const text = inCreated(change);
  const target = await frontOf({ change: (passing) => Object.assign(passing, { text: text(passing) }) });
  const results = expectRun(await command(['--target', target.url, ...smoke], target), 1, /CREATE-4.* violated/);
  const finding = results.requirements.find(({ id }) => id === 'CREATE-4')?.findings[0];
  expect(finding?.smallest.attempts).toBe(1);
  expect(finding?.smallest.exchanges[0]?.answer?.body).toMatch(/^\{/);
  expect(idsWith(results, 'failed')).not.toContain('REPLAY-1');
});

test.concurrent('3: without ids nothing but their absence can be judged', async () => {
  const text = inCreated((task) => delete task.id);
  const target = await frontOf({ change: (passing) => Object.assign(passing, { text: text(passing) }) });
  const words = ['--target', target.url, '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1'];
  const results = expectRun(await command(words, target), 3, /^idem-conformance: /);
  expect(idsWith(results, 'passed')).toEqual([]);
  expect(idsWith(results, 'failed')).toEqual(['CREATE-4']);
});

// The pages promise members and their types. They say nothing of the content type, and an optional member may be absent.
test.concurrent.each<[name: string, change: (passing: Passing) => void]>([
  ['JSON that is called HTML', (passing) => Object.assign(passing.headers, { 'content-type': 'text/html' })],
  ['no content type', (passing) => delete passing.headers['content-type']],
  [
    'a member that the contract does not know',
    (passing) =>
      Object.assign(passing, { text: inCreated((task) => Object.assign(task, { extra: { deep: [1] } }))(passing) }),
  ],
])('0: %s', async (_, change) => {
  const target = await frontOf({ change });
  const results = expectRun(await command(['--target', target.url, ...smoke], target), 0);
  expect(idsWith(results, 'passed')).toEqual(['CREATE-4', 'REPLAY-1']);
});

test.concurrent('3: a list that cannot be read, and 0 where effects are left out by name', async () => {
  const change = (passing: Passing) => {
    if (passing.request.method === 'GET' && /^\/v1\/tasks(\?|$)/.test(passing.request.path)) passing.text = '<html>';
  };
  const target = await frontOf({ change });
  const words = ['--target', target.url, '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1,REPLAY-3'];
  const open = expectRun(await command(words, target), 3);
  expect(open.requirements.find(({ id }) => id === 'REPLAY-3')).toMatchObject({
    status: 'inconclusive',
    reason:
      'effects cannot be seen: GET /tasks answered 200, not a list; to leave out what they decide, use --no-effects',
  });
  const left = expectRun(await command([...words, '--no-effects'], target), 0);
  expect(left.requirements.find(({ id }) => id === 'REPLAY-3')).toMatchObject({
    status: 'skipped',
    reason: 'effects are not counted: --no-effects',
  });
  for (const results of [open, left]) expect(idsWith(results, 'passed')).toEqual(['REPLAY-1']);
});

test.concurrent('3: effects that must be decided, and a list that fails', async () => {
  const change = (passing: Passing) => {
    if (passing.request.method === 'GET') Object.assign(passing, { status: 500, text: 'broken' });
  };
  const target = await frontOf({ change });
  const words = ['--target', target.url, '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-3'];
  const results = expectRun(await command(words, target), 3);
  expect(results.requirements.find(({ id }) => id === 'REPLAY-3')?.reason).toContain('answered 500, not a list');
});
