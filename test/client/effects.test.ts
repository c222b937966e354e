import { describe, expect, test } from 'vitest';
import { EffectsUnseen } from '../../client/effect-source.js';
import { EffectReader } from '../../client/effects.js';
import type { ListObserver } from '../../contracts/contract.js';
import type { CredentialUse } from '../../history/plan.js';
import { type Answer, clientFor, FIRST, moda, type Received, startTarget, valuesOf } from './target.js';

const NONCE = 'idem-0123456789ab';
const list: ListObserver = { ...(moda.effects.list as ListObserver), pageSize: { query: 'limit', value: 2 } };

function task(n: number, members: object = {}): { id: string } {
  return { id: `task_${n}`, kind: 'design', input: { prompt: `${NONCE} number ${n}` }, ...members } as { id: string };
}

/** Pages through `tasks`, newest first, as the bundled contract says. */
function page(tasks: object[], { path }: Received): Answer {
  const query = new URL(path, 'http://x').searchParams;
  const from = Number(query.get('cursor') ?? 0);
  const to = from + Number(query.get('limit') ?? tasks.length);
  return { body: { data: tasks.slice(from, to), next_cursor: to < tasks.length ? String(to) : null } };
}

/** A list that tests change, and a reader of it. */
async function startList(of = list, credential: CredentialUse = 'first') {
  const tasks: object[] = [];
  const target = await startTarget((received) => page(tasks, received));
  const client = clientFor(target.url);
  return { tasks, target, client, reader: new EffectReader(client, of, credential) };
}

const ids = (effects: { id: string }[]) => effects.map(({ id }) => id);

test('resources are read newest first, page by page, and each once', async () => {
  const { tasks, target, reader } = await startList();
  await reader.begin();
  tasks.unshift(...[5, 4, 3, 2, 1].map((n) => task(n)));
  expect(ids(await reader.read())).toEqual(['task_5', 'task_4', 'task_3', 'task_2', 'task_1']);
  expect(target.received.slice(1).map(({ path }) => path)).toEqual([
    '/v1/tasks?limit=2',
    '/v1/tasks?limit=2&cursor=2',
    '/v1/tasks?limit=2&cursor=4',
  ]);
  expect(await reader.read()).toEqual([]);
  tasks.unshift(task(6));
  expect(ids(await reader.read())).toEqual(['task_6']);
});

test('reading ends at what was there before, once the list is seen to be newest first', async () => {
  const { tasks, target, reader } = await startList({ ...list, pageSize: { query: 'limit', value: 50 } });
  tasks.push(...Array.from({ length: 1000 }, (_, n) => task(1000 - n)));
  await reader.begin();
  expect(target.received).toHaveLength(20);
  const fresh = Array.from({ length: 10 }, (_, n) => task(1010 - n));
  tasks.unshift(...fresh);
  expect(await reader.read()).toHaveLength(10);
  expect(target.received).toHaveLength(22);
});

test('what came late, behind what is old, is found by reading to the end', async () => {
  const { tasks, target, reader } = await startList({ ...list, pageSize: { query: 'limit', value: 50 } });
  tasks.push(...Array.from({ length: 1000 }, (_, n) => task(1000 - n)));
  await reader.begin();
  tasks.unshift(...Array.from({ length: 10 }, (_, n) => task(1010 - n)));
  await reader.read();
  tasks.splice(500, 0, task(2000));
  tasks.unshift(task(1011));
  expect(ids(await reader.read())).toEqual(['task_1011']);
  const before = target.received.length;
  expect(ids(await reader.readAll())).toEqual(['task_2000']);
  expect(target.received.length - before).toBe(21);
});

test('what stands behind something old in a list that looked newest first makes all of it be read', async () => {
  const { tasks, target, reader } = await startList({ ...list, pageSize: { query: 'limit', value: 50 } });
  tasks.push(...Array.from({ length: 200 }, (_, n) => task(200 - n)));
  await reader.begin();
  tasks.unshift(...Array.from({ length: 10 }, (_, n) => task(210 - n)));
  await reader.read();
  tasks.splice(20, 0, task(999));
  tasks.push(task(1000));
  expect(ids(await reader.read())).toEqual(['task_999', 'task_1000']);
  expect(target.received).toHaveLength(4 + 2 + 5);
});

test('a resource that shows late is found, also behind one that is known', async () => {
  const { tasks, reader } = await startList();
  tasks.push(task(1));
  await reader.begin();
  tasks.unshift(task(3));
  expect(ids(await reader.read())).toEqual(['task_3']);
  tasks.splice(1, 0, task(2));
  expect(ids(await reader.read())).toEqual(['task_2']);
});

test('other kinds are left out, and do not hide what was there before', async () => {
  const { tasks, reader } = await startList();
  const export_ = (n: number) => task(n, { kind: 'export' });
  tasks.push(export_(6), export_(5), export_(4), task(3), task(2));
  await reader.begin();
  tasks.unshift(export_(9), task(8), export_(7));
  expect(ids(await reader.read())).toEqual(['task_8']);
});

test('without a kind all are counted; entries without an id never are', async () => {
  const { tasks, reader } = await startList({ ...list, kind: null, pageSize: null });
  tasks.push(task(3, { kind: 'export' }), { id: 4 }, 'text' as unknown as object, {}, task(2, { kind: 7 }));
  expect(ids(await reader.read())).toEqual(['task_3', '4', 'task_2']);
});

test.each<[string, object, string | null, boolean]>([
  ['a nonce', { input: { prompt: `${NONCE} a deck` } }, NONCE, true],
  ['a nonce alone', { input: { prompt: NONCE } }, NONCE, true],
  ['a nonce that is not at the beginning', { input: { prompt: `a ${NONCE}` } }, null, true],
  ['a text of somebody else', { input: { prompt: 'a deck' } }, null, true],
  ['an empty text', { input: { prompt: '' } }, null, false],
  ['no text', { input: { prompt: null } }, null, false],
  ['no member', { input: {} }, null, false],
])('a resource with %s', async (_, members, nonce, readable) => {
  const { tasks, reader } = await startList();
  tasks.push(task(1, members));
  expect(await reader.read()).toEqual([{ id: 'task_1', credential: 'first', nonce, readable }]);
});

test('where the contract names no nonce, none is readable', async () => {
  const { tasks, reader } = await startList({ ...list, nonce: null });
  tasks.push(task(1));
  expect(await reader.read()).toEqual([{ id: 'task_1', credential: 'first', nonce: null, readable: false }]);
});

test('each credential has its own list', async () => {
  const target = await startTarget((received) => {
    const own = valuesOf(received, 'authorization')[0] === `Bearer ${FIRST}` ? [task(1)] : [task(2)];
    return page(own, received);
  });
  const client = clientFor(target.url);
  const found = [];
  for (const credential of ['first', 'second'] as const)
    found.push(...(await new EffectReader(client, list, credential).read()));
  expect(found.map(({ id, credential }) => [id, credential])).toEqual([
    ['task_1', 'first'],
    ['task_2', 'second'],
  ]);
});

test('another form of list is read as its contract says', async () => {
  const target = await startTarget(() => ({ body: [task(2), task(1)] }));
  const plain: ListObserver = {
    ...list,
    path: '/jobs',
    query: { kind: 'a b' },
    items: '',
    pages: null,
    pageSize: null,
  };
  expect(ids(await new EffectReader(clientFor(target.url), plain, 'first').read())).toEqual(['task_2', 'task_1']);
  expect(target.received.map(({ path }) => path)).toEqual(['/v1/jobs?kind=a+b']);
});

describe('a list that cannot be read', () => {
  test.each<[string, Answer, string]>([
    ['is not there', { status: 404 }, 'GET /tasks answered 404, not a list'],
    ['is refused', { status: 403, body: { data: [] } }, 'GET /tasks answered 403, not a list'],
    ['fails', { status: 500, body: 'oops' }, 'GET /tasks answered 500, not a list'],
    ['is not JSON', { body: '<html>' }, 'GET /tasks answered 200, not a list'],
    ['is an object', { body: { data: {} } }, 'GET /tasks answered 200, not a list'],
    ['is cut', { body: '{"data":[{"id":"task_1"' }, 'GET /tasks answered 200, not a list'],
    [
      'is too long',
      { body: { data: [task(1, { text: 'x'.repeat(16 * 1024 * 1024) })] } },
      'GET /tasks answered 200 with more than 16 MiB',
    ],
  ])('because it %s', async (_, answer, message) => {
    const target = await startTarget(() => answer);
    const reader = new EffectReader(clientFor(target.url), list, 'first');
    for (const read of [() => reader.begin(), () => reader.read()])
      await expect(read()).rejects.toThrow(new EffectsUnseen(message));
  });

  test('because it never ends', async () => {
    const target = await startTarget((_, n) => ({ body: { data: [task(n)], next_cursor: 'again' } }));
    const reader = new EffectReader(clientFor(target.url), list, 'first');
    await expect(reader.read()).rejects.toThrow(
      new EffectsUnseen('GET /tasks leads to the page /tasks?limit=2&cursor=again twice'),
    );
    expect(target.received).toHaveLength(2);
  });

  test('because it cannot be decoded, which it says', async () => {
    const target = await startTarget((_, __, response) => {
      response.writeHead(200, { 'content-encoding': 'zstd' }).end('(');
      return undefined;
    });
    const reader = new EffectReader(clientFor(target.url), list, 'first');
    await expect(reader.read()).rejects.toThrow(/^GET \/tasks answered 200 with a body in the content coding 'zstd'/);
  });

  test('because nobody answers, after some tries', async () => {
    const target = await startTarget((_, __, response) => void response.socket?.destroy());
    const reader = new EffectReader(clientFor(target.url), list, 'first');
    await expect(reader.read()).rejects.toThrow(/^GET \/tasks got no answer: \S/);
    expect(target.received.length).toBeGreaterThan(1);
  });

  test('leaves what was found to the next reading', async () => {
    let broken = true;
    const tasks = [3, 2, 1].map((n) => task(n));
    const target = await startTarget((received) =>
      broken && received.path.includes('cursor') ? { status: 500 } : page(tasks, received),
    );
    const reader = new EffectReader(clientFor(target.url), list, 'first');
    await expect(reader.read()).rejects.toThrow(EffectsUnseen);
    broken = false;
    expect(ids(await reader.read())).toEqual(['task_3', 'task_2', 'task_1']);
  });
});
