/** `idem-conformance judge FILE…` as a process. */
import { spawnSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { RecordedLine } from '../../history/ndjson.js';
import { bin, command, type Ended, newFolder } from './command.js';

type Line = { [member in keyof RecordedLine]?: RecordedLine[member] | undefined } | string;

/** A success with the key k, changed in some members. */
function line(change: Line = {}): string {
  if (typeof change === 'string') return `${change}\n`;
  const whole = { scope: 's', key: 'k', bytes: 'a', sent: 0, done: 1, status: 201, id: 'order_1', ...change };
  return `${JSON.stringify(whole)}\n`;
}

/** Judges files of these lines: `a.ndjson`, `b.ndjson` and so on. */
function judged(files: Line[][], ...options: string[]): Promise<Ended> {
  const folder = newFolder();
  const names = files.map((_, index) => `${'abc'[index]}.ndjson`);
  for (const [index, lines] of files.entries()) {
    writeFileSync(join(folder, names[index] as string), lines.map(line).join(''));
  }
  return command(['judge', ...names, ...options], { folder });
}

const repeat: Line[] = [{}, { sent: 5, done: 6 }];
const second: Line = { sent: 7, done: 8, id: 'order_2' };
const conflict: Line = { sent: 2, done: 3, status: 409, id: undefined, bytes: 'b' };

describe('exit codes', () => {
  test.concurrent('0: every answer can be explained', async () => {
    const ended = await judged([[...repeat, conflict, { key: null, id: 'order_3' }, { status: 500, id: undefined }]]);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toBe(
      '5 exchanges, 1 key (1 sent more than once), 1 without a key, 1 with an unknown outcome.\n' +
        'Explainable: one resource a key, every repeat and refusal in its place.\n',
    );
    expect(readdirSync(ended.folder)).toEqual(['a.ndjson']);
  });

  test.concurrent('without ids: what their keys, bodies and refusals prove', async () => {
    const nameless = { id: null };
    const other = { ...nameless, key: 'other' };
    const right = await judged([
      [nameless, { ...nameless, sent: 5, done: 6 }, conflict, other, { key: null, id: null }],
    ]);
    expect(right).toMatchObject({ code: 0, stderr: '' });
    const wrong = await judged([[nameless, { ...nameless, sent: 5, done: 6, bytes: 'b' }, other]]);
    expect(wrong).toMatchObject({ code: 1, stderr: 'idem-conformance: Not explainable: 1 violation.\n' });
    // The key may have been forgotten, and used for another body.
    const forgotten = await judged(
      [[nameless, { ...nameless, sent: 5000, done: 5001, bytes: 'b' }]],
      '--retention',
      '1',
    );
    expect(forgotten).toMatchObject({ code: 0 });
  });

  test.concurrent('1: a violation, with the lines that prove it and what is required', async () => {
    const ended = await judged([repeat, [{ key: 'other', id: 'x' }, second]]);
    expect(ended).toMatchObject({ code: 1, stderr: 'idem-conformance: Not explainable: 1 violation.\n' });
    expect(ended.stdout).toBe(
      '✗ The key "k" of "s" made two resources: the same body got order_1 and order_2.\n' +
        '    a.ndjson:1  201 success with order_1, sent 0, answered 1\n' +
        '    b.ndjson:2  201 success with order_2, sent 7, answered 8\n' +
        '    Required: One key makes one resource: a repeat is answered with the first, another body is refused ' +
        '(REPLAY-1, CONFLICT-1).\n\n' +
        '4 exchanges, 2 keys (1 sent more than once), 0 without a key, 0 with an unknown outcome.\n',
    );
  });

  const wrong: [words: string[], sentence: RegExp][] = [
    [['judge'], /missing required argument 'file'/],
    [['judge', 'nope.ndjson'], /nope\.ndjson: cannot be read \(ENOENT\); check the path\.\n$/],
    [['judge', '.'], /\. is a folder; name its files\.\n$/],
    [['judge', bin, bin], /is the same file as .*: name it once\.\n$/],
    [['judge', bin, '--skew', 'x'], /'--skew <ms>' argument 'x' is invalid\. Give a number, 0 or above/],
    [['judge', bin, '--retention', '-1'], /Give a number, 0 or above/],
    [['judge', bin, '--nope'], /unknown option '--nope'/],
  ];
  test.concurrent.each(wrong)('2: %j', async (words, sentence) => {
    const ended = await command(words);
    expect(ended).toMatchObject({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
  });

  test.concurrent.each<[string, Line[]]>([
    ['there is no exchange to judge', []],
    ['there is no exchange to judge', [{ key: ' ' }]],
    ['no answer proves anything', [{ status: 500 }, { status: 422 }, { status: undefined, done: null }]],
  ])('3: %s', async (sentence, lines) => {
    const ended = await judged([lines]);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toMatch(new RegExp(`^idem-conformance: Inconclusive: ${sentence}.*\\.\n$`));
  });
});

describe('lines that cannot be read', () => {
  const bad: [Line, string][] = [
    ['{"scope":"s","ke', 'is not JSON'],
    ['[]', 'it must be object'],
    [{ scope: undefined }, 'scope is missing'],
    [{ bytes: undefined }, 'bytes or body is missing'],
    [{ sent: '1' as never }, 'sent must be number'],
    [{ done: undefined }, 'done is missing'],
    [{ done: null }, 'done must be number'],
    [{ sent: 2 }, 'done is before sent'],
    [{ kind: 'ok', id: undefined }, 'id is missing'],
    [{ kind: 'conflict', done: undefined }, 'done is missing'],
    [{ kind: 'oK' as never }, 'kind must be one of ok, conflict, refused, none, inflight, unknown'],
    [{ Key: 'k' } as never, 'there is no member "Key"'],
  ];
  test.concurrent('each is told with its place, and the rest is judged: 3', async () => {
    const ended = await judged([repeat, bad.map(([one]) => one)]);
    const told = bad.map(([, problem], index) => `idem-conformance: b.ndjson:${index + 1}: ${problem}\n`).join('');
    expect(ended.stderr).toBe(`${told}idem-conformance: Inconclusive: 12 lines could not be read.\n`);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toContain('2 exchanges, 1 key');
  });

  test.concurrent('a violation goes first: 1', async () => {
    const ended = await judged([['x', ...repeat, second]]);
    expect(ended.code).toBe(1);
    expect(ended.stderr).toBe(
      'idem-conformance: a.ndjson:1: is not JSON\n' +
        'idem-conformance: Not explainable: 1 violation; 1 line could not be read.\n',
    );
    expect(ended.stdout).toContain('a.ndjson:2 ');
  });

  test.concurrent('a violation that one of them may explain is not proven: 3', async () => {
    const ended = await judged([['x', conflict]]);
    expect(ended.code).toBe(3);
    expect(ended.stdout).toMatch(/^\? The key "k" of "s" was refused as a conflict,.*\n.*\n.*\n {4}Not proven: /);
    expect(ended.stderr).toContain('1 line could not be read, and may explain 1 violation.');
    expect((await judged([[conflict]])).code).toBe(1);
  });
});

test.concurrent('what is not UTF-8 is not guessed at', async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, 'a'),
    Buffer.concat([Buffer.from(line()), Buffer.from([0xff, 0x0a]), Buffer.from(line())]),
  );
  const ended = await command(['judge', 'a'], { folder });
  expect(ended.stderr).toContain('a:2: is not UTF-8, or longer than 16 MiB');
  expect(ended.stdout).toContain('2 exchanges');
});

test.concurrent('more than twenty violations: the rest is counted', async () => {
  const lines = Array.from({ length: 25 }, (_, n) => `k${n}`).flatMap((key): Line[] => [
    { key, id: `a ${key}` },
    { key, id: `b ${key}`, sent: 2, done: 3 },
  ]);
  const { code, stdout, stderr } = await judged([lines]);
  expect({ code, shown: stdout.match(/^✗/gm)?.length }).toEqual({ code: 1, shown: 20 });
  expect(stdout).toContain('… cut: 5 more are not shown; --json prints all.');
  expect(stderr).toBe('idem-conformance: Not explainable: 25 violations.\n');
});

test.concurrent('--json prints every finding and the verdict, one a line', async () => {
  const { code, stdout, stderr } = await judged([['x', ...repeat, second]], '--json');
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  const lines = stdout
    .trim()
    .split('\n')
    .map((one) => JSON.parse(one) as object);
  expect(lines).toMatchObject([
    { type: 'unreadable', file: 'a.ndjson', line: 1, problem: 'is not JSON' },
    {
      type: 'finding',
      rule: 'two-ids',
      scope: 's',
      key: 'k',
      weight: 'violation',
      exchanges: [{ line: 2 }, { line: 4 }],
    },
    { type: 'verdict', exitCode: 1, exchanges: 3, keys: 1, repeated: 1, violations: 1, unreadable: 1 },
  ]);
});

describe('standard input', () => {
  const judgeInput = (input: string, ...words: string[]) =>
    spawnSync(process.execPath, [bin, 'judge', ...words], { input, encoding: 'utf8', env: { PATH: process.env.PATH } });

  test('is read like a file, twice where need be, and leaves nothing behind', () => {
    const alone = [line(), line({ sent: 5, done: 6, status: 409, id: undefined })].join('');
    const folder = newFolder();
    const env = { PATH: process.env.PATH, TMPDIR: folder };
    const ended = spawnSync(process.execPath, [bin, 'judge', '-'], { input: alone, encoding: 'utf8', env });
    expect(ended.status).toBe(1);
    expect(ended.stdout).toContain('    stdin:2  409 conflict, sent 5, answered 6\n');
    expect(readdirSync(folder)).toEqual([]);
  });

  test('may stand between files, once', () => {
    const folder = newFolder();
    const file = join(folder, 'a');
    writeFileSync(file, line());
    expect(judgeInput(line(second), file, '-').status).toBe(1);
    expect(judgeInput(line(second), '-', '-')).toMatchObject({ status: 2, stdout: '' });
  });
});

describe('options', () => {
  // The conflict's cause was sent after it was answered, by the other recorder's clock.
  const early: Line[] = [conflict, { sent: 5, done: 6 }];

  test.concurrent('--skew widens every exchange', async () => {
    expect((await judged([early])).code).toBe(1);
    expect((await judged([early], '--skew', '0.9')).code).toBe(1);
    expect((await judged([early], '--skew', '1')).code).toBe(0);
  });

  test.concurrent('--grace lets a duplicate be in flight a while after the answer', async () => {
    const late: Line[] = [{}, { sent: 5, done: 6, status: 409, id: undefined, kind: 'inflight' }];
    expect((await judged([late])).code).toBe(1);
    expect((await judged([late], '--grace', '4')).code).toBe(0);
  });

  test.concurrent('--retention lets a key be used again', async () => {
    const again: Line[] = [{}, { sent: 2000, done: 2001, id: 'order_2' }];
    expect((await judged([again])).code).toBe(1);
    expect((await judged([again], '--retention', '2')).code).toBe(0);
    expect((await judged([again], '--retention', '2.01')).code).toBe(1);
  });
});

describe('what a line may leave out', () => {
  test.concurrent('the hash: bodies are hashed, and compared as values where they are JSON or a form', async () => {
    const body = (text: string): Line => ({ bytes: undefined, body: text });
    const same = [body('{"a":1,"b":2}'), body('{"b":2, "a":1.0}')];
    expect((await judged([same])).code).toBe(0);
    expect((await judged([[body('{"a":1}'), body('{"a":2}')]])).code).toBe(1);
    expect((await judged([[body('a=x+y&b[c]=%c3%bc'), body('b%5Bc%5D=%C3%BC&a=x%20y')]])).code).toBe(0);
    expect((await judged([[body('a=1&a=2'), body('a=2&a=1')]])).code).toBe(1);
    expect((await judged([[body('some = text'), body('some =  text')]])).code).toBe(1);
  });

  test.concurrent.each<[string, Line]>([
    ['408', { status: 408, id: undefined }],
    ['499', { status: 499, id: undefined }],
    ['500', { status: 500, id: undefined }],
    ['a success without an id', { id: undefined }],
    ['no status', { status: undefined, id: undefined, done: undefined }],
  ])('the kind: %s is an unknown outcome, which may explain a conflict', async (_name, first) => {
    expect(await judged([[first, { ...(conflict as object), sent: 5, done: 6 }]])).toMatchObject({
      code: 0,
      stderr: '',
    });
  });

  test.concurrent('a 400 is without effect: a conflict after it is a warning', async () => {
    const { code, stdout } = await judged([
      [
        { status: 400, id: undefined },
        { ...(conflict as object), sent: 5, done: 6 },
      ],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^! The key "k" of "s" was bound by a request that was refused/);
    expect(stdout).toContain('in its place, with 1 warning.\n');
  });
});

test.concurrent('what comes from elsewhere cannot write to the terminal', async () => {
  const key = '\u001b[31mk\u202e';
  const { stdout, stderr } = await judged([[{ key }, { ...(second as object), key, id: '\u001b]0;x\u0007' }]]);
  for (const control of ['\u001b', '\u202e', '\u0007']) expect(stdout + stderr).not.toContain(control);
});

describe('several operations', () => {
  const api = `extends: ietf
basePath: /v1
create: { example: { note: two of them } }
operations:
  order: { create: { path: '/orders' } }
  refund: { create: { path: '/orders/{order}/refunds', parameters: { order: ord_1 } } }
  pay:
    create: { path: /graphql, example: { query: 'mutation { pay }', variables: { note: two of them } }, nonce: null }
  void:
    create: { path: /graphql, example: { query: 'mutation { void }', variables: { note: two of them } }, nonce: null }
`;
  const of = (path: string, change: object = {}): Line => ({ method: 'POST', path, ...change });
  const document = (query: string, change: object): Line =>
    of('/v1/graphql', { bytes: undefined, body: JSON.stringify({ query, variables: { note: 'a' } }), ...change });
  const byContract = (lines: Line[], ...words: string[]) => {
    const folder = newFolder();
    writeFileSync(join(folder, 'api.yaml'), api);
    writeFileSync(join(folder, 'a.ndjson'), lines.map(line).join(''));
    return command(['judge', 'a.ndjson', '--contract', './api.yaml', ...words], { folder });
  };
  const right = [
    of('/v1/orders?x=1'),
    of('/v1/orders/ord_1/refunds', { id: 'refund_1' }),
    document('mutation { pay }', { id: 'pay_1' }),
    document('mutation { void }', { id: 'void_1' }),
  ];
  const bad = of('/v1/orders/ord_1/refunds', { id: 'refund_2', sent: 5, done: 6 });

  test.concurrent('are told by method, path and document, and one key is of each', async () => {
    const ended = await byContract(right);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    const row = (name: string) =>
      `${name}\n    Explainable: one resource a key, every repeat and refusal in its place.\n` +
      '    1 exchange, 1 key (0 sent more than once), 0 without a key, 0 with an unknown outcome.\n';
    const names = ['order', 'refund', 'pay', 'void'];
    expect(ended.stdout).toBe(`${names.map(row).join('')}Explainable: ${names.join(', ')}.\n`);
    // By itself the same would be one key with four resources.
    expect((await judged([right.map((one) => ({ ...(one as object), method: undefined }))])).code).toBe(1);
  });

  test.concurrent('have a verdict each, and any violation decides', async () => {
    const ended = await byContract([...right, bad]);
    expect(ended).toMatchObject({ code: 1, stderr: 'idem-conformance: Not explainable: refund.\n' });
    expect(ended.stdout).toMatch(
      /^✗ refund: The key "k" of "s" made two resources: .*\n {4}a\.ndjson:2 .*\n {4}a\.ndjson:5 /,
    );
    const json = (await byContract([...right, bad], '--json')).stdout
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one));
    expect(json).toMatchObject([
      { type: 'finding', operation: 'refund', rule: 'two-ids' },
      {
        exitCode: 1,
        exchanges: 5,
        keys: 4,
        violations: 1,
        operations: [
          { operation: 'order', exitCode: 0, exchanges: 1 },
          { operation: 'refund', exitCode: 1, exchanges: 2, violations: 1 },
          { operation: 'pay', exitCode: 0, exchanges: 1 },
          { operation: 'void', exitCode: 0, exchanges: 1 },
        ],
      },
    ]);
  });

  test.concurrent('--operation chooses one', async () => {
    const chosen = await byContract([...right, bad], '--operation', 'order');
    expect(chosen).toMatchObject({ code: 0, stderr: '' });
    expect(chosen.stdout).toContain('4 exchanges of other operations: left out.\n');
    expect((await byContract([...right, bad], '--operation', 'refund')).code).toBe(1);
    const unknown = await byContract(right, '--operation', 'nope');
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('no operation nope. Known: order, refund, pay, void.');
  });

  test.concurrent('one of which nothing was recorded decides nothing, one that proves nothing leaves it open', async () => {
    const some = await byContract(right.slice(0, 2));
    expect(some).toMatchObject({ code: 0 });
    expect(some.stdout).toContain('pay\n    Inconclusive: there is no exchange to judge.\n');
    const open = await byContract([right[0] as Line, of('/v1/orders/ord_1/refunds', { status: 500, id: undefined })]);
    expect(open).toMatchObject({ code: 3, stderr: 'idem-conformance: Inconclusive: refund.\n' });
  });

  test.concurrent('what fits none, or more than one, is judged together', async () => {
    const unknown = [of('/v2/orders'), of('/v1/orders', { method: 'PUT', sent: 5, done: 6, id: 'order_2' })];
    const ended = await byContract(unknown);
    expect(ended.code).toBe(1);
    expect(ended.stdout).toMatch(/^✗ The key "k" of "s" made two/);
    expect(ended.stderr).toContain('Not explainable: what is of no known operation.');
    const undecided = [of('/v1/graphql'), of('/v1/graphql', { sent: 5, done: 6, id: 'order_2' })];
    expect((await byContract(undecided)).stderr).toContain('what is of no known operation');
  });

  test.concurrent('may be named in the lines, as a run does', async () => {
    const lines: Line[] = [{ operation: 'a' }, { operation: 'b', id: 'order_2', sent: 5, done: 6 }];
    expect((await judged([lines])).stdout).toMatch(/^a\n.*\n.*\nb\n.*\n.*\nExplainable: a, b\.\n$/);
    const folder = newFolder();
    const served = `extends: ietf
key: { operations: separate }
operations:
  order: { create: { path: /orders, example: { note: two of them } }, effects: { list: { path: /orders } } }
  refund: { create: { path: /refunds, example: { note: too late } }, effects: { list: { path: /refunds } } }
`;
    writeFileSync(join(folder, 'api.yaml'), served);
    const words = ['--contract', './api.yaml', '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1'];
    expect(await command(words, { folder })).toMatchObject({ code: 0 });
    const ended = await command(['judge', 'idem-report/history.ndjson'], { folder });
    expect(ended.stdout).toContain('Explainable: order, refund.\n');
  });
});

describe('the history of a run', () => {
  test.concurrent.each([
    [0, []],
    [1, ['--fault', 'never-replays']],
  ])('%i for %j', async (code, words) => {
    const run = await command(['--profile', 'smoke', '--seed', '1', ...words]);
    expect(run.code).toBe(code);
    const ended = await command(['judge', 'idem-report/history.ndjson'], { folder: run.folder });
    expect(ended.code, ended.stdout + ended.stderr).toBe(code);
    if (code === 1) expect(ended.stdout).toContain('made two resources: the same body got ');
  });
});

describe('an access log', () => {
  const script = fileURLToPath(new URL('../../examples/access-log-to-history.mjs', import.meta.url));
  const entry = (change: Record<string, string> = {}) =>
    `${JSON.stringify({
      msec: '1700000000.123',
      request_time: '0.020',
      status: '201',
      method: 'POST',
      uri: '/v1/orders',
      scope: 'acme',
      key: 'k',
      body: 'sha-256=:YQ==:',
      id: 'order_1',
      ...change,
    })}\n`;
  const convert = (input: string, endpoint = '/v1/orders') =>
    spawnSync(process.execPath, [script, endpoint], { input, encoding: 'utf8' });

  test('becomes a history that is judged', async () => {
    const log = [
      entry(),
      entry({ method: 'GET', body: '' }),
      entry({ uri: '/v1/other', id: 'other' }),
      entry({ key: '', id: 'order_2' }),
      entry({ status: '499', id: '' }),
      entry({ status: '425', id: '' }),
      entry({ msec: '1700000001.500', body: 'sha-256=:Yg==:', status: '409', id: '' }),
    ].join('');
    const { stdout, stderr, status } = convert(log);
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
    const lines = stdout
      .trim()
      .split('\n')
      .map((one) => JSON.parse(one) as RecordedLine);
    expect(lines).toHaveLength(5);
    expect(lines[0]).toEqual({
      scope: 'acme',
      key: 'k',
      bytes: 'sha-256=:YQ==:',
      sent: 1700000000101,
      done: 1700000000125,
      status: 201,
      id: 'order_1',
    });
    expect(lines[1]?.key).toBeNull();
    const legal = await judged([lines]);
    expect(legal.code, legal.stderr).toBe(0);
    const twice = convert(log + entry({ msec: '1700000002.000', id: 'order_3' })).stdout;
    expect((await judged([twice.trim().split('\n')])).code).toBe(1);
  });

  test.each([
    ['PUT /v1/payments/{key}', 'PUT', '/v1/payments/a%2F1%20b?x=1', '/v1/payments'],
    ['/v1/orders?requestId={key}', 'POST', '/v1/orders?x=1&requestId=a%2F1+b', '/v1/order'],
  ])('has keys of %s', (endpoint, method, uri, other) => {
    const log = entry({ method, uri, key: 'not this' }) + entry({ method, uri: other });
    const { stdout, stderr } = convert(log, endpoint);
    expect(stderr).toBe('');
    expect(
      stdout
        .trim()
        .split('\n')
        .map((one) => JSON.parse(one).key),
    ).toEqual(['a/1 b']);
  });

  test('without a body hash it is refused, with the line', () => {
    const { stderr, status } = convert(entry() + entry({ body: '' }));
    expect({ stderr, status }).toEqual({ stderr: 'access-log-to-history: line 2: there is no body hash\n', status: 1 });
  });
});

describe('shards', () => {
  const script = fileURLToPath(new URL('../../examples/split-history.mjs', import.meta.url));
  const keys = Array.from({ length: 40 }, (_, n) => `k${n}`);
  const lines = keys.flatMap((key): Line[] => [
    { key, id: `of ${key}` },
    { key, sent: 5, done: 6, status: 409, id: undefined, bytes: 'b' },
  ]);

  async function shards(of: Line[], ...by: string[]): Promise<Ended> {
    const folder = newFolder();
    const { status } = spawnSync(process.execPath, [script, '4', ...by], { input: of.map(line).join(''), cwd: folder });
    expect(status).toBe(0);
    const names = [0, 1, 2, 3].map((n) => `shard-${n}.ndjson`);
    const each = await Promise.all(names.map((name) => command(['judge', name], { folder })));
    return each.find(({ code }) => code !== 0) ?? (each[0] as Ended);
  }

  test.concurrent('of keys are judged alone', async () => {
    expect(await shards(lines)).toMatchObject({ code: 0 });
    const bad = [...lines, { key: 'k7', id: 'another', sent: 7, done: 8 }];
    expect(await shards(bad)).toMatchObject({ code: 1, stdout: expect.stringContaining('"k7" of "s" made two') });
  });

  test.concurrent('of ids show an id that two keys share', async () => {
    const bad = [...lines, { key: null, id: 'of k3', sent: 7, done: 8 }];
    expect(await shards(lines, 'id')).toMatchObject({ code: 0 });
    expect((await shards(bad, 'id')).stdout).toContain('The key "k3" of "s" and a request without a key');
  });
});
