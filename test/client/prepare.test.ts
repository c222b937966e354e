/** Which writes share what set-up steps make. */
import { expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import { get, slot } from '../../generators/plans.js';
import type { Exchange } from '../../history/history.js';
import { recallPlan } from '../../run/recall.js';
import { type Answer, clientFor, created, planOf, type Received, startTarget, storm, write } from './target.js';

const { contract } = loadContract('moda', {
  setup: [
    { each: 'run', path: '/shops', save: { shop: '/id' } },
    { each: 'plan', path: '/shops/{shop}/quotes', save: { quote: '/id' } },
    { name: 'folder', path: '/folders', headers: { 'X-Quote': '{quote}' }, save: { folder: { header: 'Location' } } },
    { name: 'label', path: '/labels' },
  ],
  create: { path: '/{shop}/folders/{folder}/tasks' },
  companions: [{ in: 'query', name: 'quote', value: 'of {quote}' }],
  get: { path: '/folders/{folder}/tasks/{id}' },
  cancel: { path: '/folders/{folder}/tasks/{id}/cancel' },
  effects: { list: { path: '/{shop}/tasks', id: '/id' } },
});

/** Numbers everything that is made of a kind. */
function making() {
  const made = new Map<string, number>();
  const next = (kind: string) => {
    made.set(kind, (made.get(kind) ?? 0) + 1);
    return `${kind}${made.get(kind)}`;
  };
  return ({ method, path }: Received): Answer => {
    if (method === 'GET' || path.endsWith('/cancel')) return { body: { data: [] } };
    const [kind = ''] = /shops$|quotes$|folders$|labels$/.exec(path) ?? [];
    if (kind === '') return created(Number(next('task').slice(4)));
    const id = next(kind.slice(0, -1));
    return { status: 201, headers: { location: `/x/${id}` }, body: { id } };
  };
}

const started = async (options: { contract?: Contract } = {}) => {
  const target = await startTarget(making());
  return { target, client: clientFor(target.url, { contract, ...options }) };
};

const paths = (exchanges: Exchange[]) =>
  exchanges.map(({ request }) => new URL(request.url)).map((url) => url.pathname.replace('/v1', '') + url.search);

test('a key has one resource, another key another; the run and the plan share theirs', async () => {
  const { target, client } = await started();
  const other = { ...write(), key: slot(1) };
  const plan = { ...planOf(storm(write(), write()), other, write(), get(0)), keys: ['a-{unique}', 'b-{unique}'] };
  const { history } = await client.execute(plan);
  const written = paths(history.exchanges).sort();
  expect(written.filter((path) => path === '/shop1/folders/folder1/tasks?quote=of%20quote1')).toHaveLength(3);
  expect(written.filter((path) => path === '/shop1/folders/folder2/tasks?quote=of%20quote1')).toHaveLength(1);
  // The resource of the first is read where it was made.
  expect(written.filter((path) => path.startsWith('/folders/folder1/tasks/task_'))).toHaveLength(1);
  expect(history.setUp?.map(({ step, outcome }) => [step, outcome.kind]).sort()).toEqual(
    ['POST /shops', 'POST /shops/{shop}/quotes', 'folder', 'folder', 'label', 'label'].map((step) => [step, 'answer']),
  );
  // None of it is an exchange of the plan, and each counts as a request.
  expect(client.pace.sent).toBe(target.received.length);
  const [folder] = target.received.filter(({ path }) => path === '/v1/folders');
  expect(folder?.headers).toContainEqual(['X-Quote', 'quote1']);
});

test('the next plan has a quote of its own, and a key of long ago all that it had', async () => {
  const { client } = await started();
  const { history: first } = await client.execute(planOf(write()));
  const { history: second } = await client.execute(planOf(write()));
  const { history: again } = await client.execute(recallPlan(first.exchanges[0] as Exchange, 'REPLAY-4'));
  expect([first, second, again].map(({ exchanges }) => paths(exchanges))).toEqual([
    ['/shop1/folders/folder1/tasks?quote=of%20quote1'],
    ['/shop1/folders/folder2/tasks?quote=of%20quote2'],
    ['/shop1/folders/folder1/tasks?quote=of%20quote1'],
  ]);
  expect(again.exchanges[0]?.request.body).toBe(first.exchanges[0]?.request.body);
});

test('without a key, or with one that may count as none, each write has its own', async () => {
  const { client } = await started();
  const bare = [
    { kind: 'absent' },
    { kind: 'null' },
    { kind: 'literal', value: ' ' },
    { kind: 'literal', value: 7 },
  ] as const;
  const attempts = [...bare, ...bare].map((key) => write({ key }));
  const { history } = await client.execute(planOf(storm(...attempts)));
  expect(new Set(paths(history.exchanges)).size).toBe(8);
});

test('accounts have their own; no credential, and a wrong one, act on what the first has', async () => {
  const { target, client } = await started();
  const uses = ['first', 'second', 'none', 'wrong'] as const;
  const { history } = await client.execute(planOf(storm(...uses.map((credential) => write({ credential })))));
  const of = (credential: string) => paths(history.exchanges.filter((one) => one.credential === credential));
  expect(of('none')).toEqual(of('first'));
  expect(of('wrong')).toEqual(of('first'));
  expect(of('second')).not.toEqual(of('first'));
  expect(
    new Set(target.received.filter(({ path }) => path === '/v1/shops').map(({ headers }) => String(headers))).size,
  ).toBe(2);
});

test('a list is read for what the run has, and what is cancelled is named by its path', async () => {
  const { target, client } = await started();
  await client.execute(planOf(write()));
  await client.read('/{shop}/tasks?limit=1', 'first');
  await client.cancel('task_1', 'first');
  expect(target.received.slice(-2).map(({ path }) => path)).toEqual([
    '/v1/shop1/tasks?limit=1',
    '/v1/folders/folder1/tasks/task_1/cancel',
  ]);
  expect(client.linked('?cursor=2', '/{shop}/tasks?limit=1')).toBe('/{shop}/tasks?cursor=2');
});

test('one that fails is not tried again by the plans that follow', async () => {
  const target = await startTarget(({ path }) =>
    path.endsWith('/folders') ? { status: 410 } : { status: 201, body: { id: 'x' } },
  );
  const client = clientFor(target.url, { contract });
  const { stopped, history } = await client.execute(planOf(write()));
  const sent = target.received.length;
  const second = await client.execute(planOf(write()));
  expect([stopped?.name, second.stopped, history.exchanges]).toEqual(['SetUpFailed', stopped, []]);
  expect(target.received.length).toBe(sent);
});
