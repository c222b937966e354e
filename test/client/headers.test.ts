import { describe, expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { get } from '../../generators/plans.js';
import type { Attempt } from '../../history/plan.js';
import {
  clientFor,
  ends,
  exchangesOf,
  FIRST,
  headerKeyed,
  moda,
  type Received,
  SECOND,
  startTarget,
  valuesOf,
  write,
} from './target.js';

/** Sends one attempt and gives what arrived. */
async function arrived(attempt: Attempt, options: Parameters<typeof clientFor>[1] = {}): Promise<Received> {
  const target = await startTarget();
  await exchangesOf(clientFor(target.url, options), attempt);
  return target.received[0] as Received;
}

test('a write carries the usual headers, those of the contract and those of the user, each once', async () => {
  const { headers } = await arrived(write(), {
    headers: [
      ['X-Team', 'a'],
      ['X-Team', 'b'],
    ],
  });
  const own = headers.filter(([name]) => !['host', 'connection', 'content-length'].includes(name.toLowerCase()));
  expect(own).toEqual([
    ['accept', 'application/json'],
    ['accept-encoding', 'gzip, deflate, br'],
    ['user-agent', 'idem-conformance'],
    ['content-type', 'application/json'],
    ['Moda-Version', '2026-05-01'],
    ['X-Team', 'a'],
    ['X-Team', 'b'],
    ['Authorization', `Bearer ${FIRST}`],
  ]);
});

test('a read has no body and says nothing about one', async () => {
  const target = await startTarget();
  await exchangesOf(clientFor(target.url), write(), get(0));
  const read = target.received[1] as Received;
  expect([read.method, read.path, read.body.length]).toEqual(['GET', '/v1/tasks/task_0', 0]);
  for (const name of ['content-type', 'content-length', 'transfer-encoding']) expect(valuesOf(read, name)).toEqual([]);
});

test('headers of the user replace the usual ones and those of the contract', async () => {
  const received = await arrived(write(), {
    headers: [
      ['moda-version', '2027-01-01'],
      ['User-Agent', 'mine'],
      ['CONTENT-TYPE', 'application/merge-patch+json'],
    ],
  });
  expect(valuesOf(received, 'moda-version')).toEqual(['2027-01-01']);
  expect(valuesOf(received, 'user-agent')).toEqual(['mine']);
  expect(valuesOf(received, 'content-type')).toEqual(['application/merge-patch+json']);
});

test('framing replaces headers whatever their case, and its own case stays on the wire', async () => {
  const framing = {
    headers: [
      ['ACCEPT', '*/*'],
      ['USER-agent', 'another/2.0'],
      ['X-team', 'c'],
      ['moda-VERSION', 'x'],
      ['TraceParent', '00'],
    ],
  } satisfies Attempt['framing'];
  const received = await arrived(write({ framing }), { headers: [['X-Team', 'a']] });
  for (const [name, value] of framing.headers) {
    expect(received.headers.filter(([one]) => one.toLowerCase() === name.toLowerCase())).toEqual([[name, value]]);
  }
});

test.each<[Attempt['credential'], string[]]>([
  ['first', [`Bearer ${FIRST}`]],
  ['second', [`Bearer ${SECOND}`]],
  ['none', []],
  ['wrong', [expect.stringMatching(/^Bearer (?!sk_first_secret)\S+$/)]],
])('the credential %s', async (credential, expected) => {
  expect(valuesOf(await arrived(write({ credential })), 'authorization')).toEqual(expected);
});

test('an API without authentication gets no credential', async () => {
  const contract: Contract = { ...moda, authentication: null };
  expect(valuesOf(await arrived(write(), { contract }), 'authorization')).toEqual([]);
});

describe('a key in a header', () => {
  const quoted: Contract = { ...headerKeyed, key: { ...headerKeyed.key, quoting: 'sf-string' } };
  const literal = (value: string | number | null) => write({ key: { kind: 'literal', value } });

  test('stands there bare, or as a structured field, and not in the body', async () => {
    for (const [contract, pattern] of [
      [headerKeyed, /^[0-9a-f]{24}$/],
      [quoted, /^"[0-9a-f]{24}"$/],
    ] as const) {
      const received = await arrived(write(), { contract });
      expect(valuesOf(received, 'idempotency-key')).toEqual([expect.stringMatching(pattern)]);
      expect(received.headers.map(([name]) => name)).toContain('Idempotency-Key');
      expect(Object.keys(JSON.parse(received.body.toString()))).toEqual(['prompt']);
    }
  });

  test('is escaped where it is quoted', async () => {
    expect(valuesOf(await arrived(literal('a"b\\c'), { contract: quoted }), 'idempotency-key')).toEqual([
      '"a\\"b\\\\c"',
    ]);
    expect(valuesOf(await arrived(literal('a"b'), { contract: headerKeyed }), 'idempotency-key')).toEqual(['a"b']);
    expect(valuesOf(await arrived(literal(''), { contract: quoted }), 'idempotency-key')).toEqual(['']);
  });

  test('is left out where there is none', async () => {
    for (const attempt of [write({ key: { kind: 'absent' } }), write({ key: { kind: 'null' } }), literal(17)]) {
      expect(valuesOf(await arrived(attempt, { contract: headerKeyed }), 'idempotency-key')).toEqual([]);
    }
  });

  test('that no header can carry is never sent, and the plan goes on', async () => {
    const target = await startTarget();
    const exchanges = await exchangesOf(
      clientFor(target.url, { contract: headerKeyed }),
      literal('line\nbreak'),
      literal('☃'),
      write(),
    );
    expect(ends(exchanges)).toEqual(['unsent', 'unsent', 202]);
    expect(target.received).toHaveLength(1);
  });
});

test.each([
  ['', '/v1', '/v1/tasks'],
  ['/', '/v1', '/v1/tasks'],
  ['/v1', '/v1', '/v1/tasks'],
  ['/v1/', '/v1', '/v1/tasks'],
  ['/prefix', '/v1', '/prefix/v1/tasks'],
  ['/prefix/v1//', '/v1', '/prefix/v1/tasks'],
  ['/v1/proxy', '/v1', '/v1/proxy/v1/tasks'],
  ['/notv1', '/v1', '/notv1/v1/tasks'],
  ['', '', '/tasks'],
  ['/prefix/', '', '/prefix/tasks'],
])('to a target at %j with the base path %j, it is sent to %s', async (prefix, basePath, path) => {
  const target = await startTarget();
  const client = clientFor(`${target.url}${prefix}`, { contract: { ...moda, basePath } });
  const [exchange] = await exchangesOf(client, write());
  expect(target.received[0]?.path).toBe(path);
  expect(exchange?.request.url).toBe(`${target.url}${path}`);
});
