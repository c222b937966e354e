/** No secret in any output or report, whatever a target does with it; the idempotency key stays readable. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { isShown, secrets, spellings } from '../client/spellings.js';
import { command, type Ended, expectRun, expectUsage, KEY, newFolder, resultsOf } from './command.js';
import { frontOf, type Passing, serve } from './targets.js';

function outputs(ended: Ended): [name: string, text: string][] {
  const files = readdirSync(ended.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['results.json', 'report.html', 'history.ndjson']),
  );
  return [
    ['stdout', ended.stdout],
    ['stderr', ended.stderr],
    ...files
      .filter(({ name }) => !['order.json', 'own.json'].includes(name))
      .map(({ parentPath, name }): [string, string] => [name, readFileSync(join(parentPath, name), 'utf8')]),
  ];
}

const everything = (ended: Ended) =>
  outputs(ended)
    .map(([, text]) => text)
    .join('\n');

/** Names of outputs in which somebody who peels encodings finds a secret. */
function leaks(ended: Ended, all: string[]): string[] {
  return outputs(ended).flatMap(([name, text]) => all.filter((one) => isShown(text, one)).map(() => name));
}

/** Shows the credential in a header and in the body, and leaves out a member, so that the exchanges are kept. */
const telling = ({ request, ...passing }: Passing): Passing => {
  const credential = String(request.headers.authorization);
  const headers = { ...passing.headers, 'x-debug': credential };
  if (request.method !== 'POST' || passing.status >= 300) return { request, ...passing, headers };
  const { status: _, ...task } = JSON.parse(passing.text) as Record<string, unknown>;
  return { request, ...passing, headers, text: JSON.stringify({ ...task, debug: { credential } }) };
};

const smoke = ['--profile', 'smoke', '--seed', '1', '--storm-width', '2'];

test.concurrent('a target that repeats both keys in headers and bodies', async () => {
  const target = await frontOf({ change: (passing) => Object.assign(passing, telling(passing)) });
  const env = { ...target.env, IDEM_API_KEY_2: target.secondKey };
  const words = ['--target', target.url, ...smoke, '--only', 'CREATE-4,REPLAY-1', '--verbose'];
  const ended = await command(words, { env });
  const results = expectRun(ended, 1, /CREATE-4.* violated/);
  const all = everything(ended);
  for (const key of [env.IDEM_API_KEY, env.IDEM_API_KEY_2]) expect(all).not.toContain(key);

  const exchange = results.requirements.find(({ id }) => id === 'CREATE-4')?.findings[0]?.original.exchanges[0];
  const authorization = exchange?.request.headers.find(([name]) => name.toLowerCase() === 'authorization')?.[1];
  expect(authorization).toMatch(/^Bearer ‹secret [0-9a-f]+›$/);
  expect(exchange?.answer?.headers['x-debug']).toBe(authorization);
  expect(exchange?.answer?.body).toContain(`"credential":"${authorization}"`);
  expect(exchange?.key).toMatch(/.{8}/);
  expect(exchange?.request.body).toContain(`"idempotency_key":${JSON.stringify(exchange?.key)}`);
});

const refusal: [name: string, status: number][] = [
  ['refuses the key and repeats it', 401],
  ['fails and repeats the key', 500],
  ['redirects to an address with it', 302],
];

test.concurrent.each(refusal)('a target that %s', async (_, status) => {
  const target = await serve((incoming, response) => {
    const text = JSON.stringify({ error: `no: ${incoming.headers.authorization}` });
    response.writeHead(status, { 'content-type': 'application/json', location: `/?key=${KEY}` }).end(text);
  });
  const ended = await command(['--target', target.url, '--verbose'], { env: { IDEM_API_KEY: KEY } });
  expect(ended.code).toBe(status === 401 ? 2 : 3);
  expect(leaks(ended, [KEY])).toEqual([]);
  expect(everything(ended)).toMatch(status === 302 ? /\?key=‹secret/ : /no: Bearer ‹secret/);
});

/** Where a server puts what it was sent, each spelled in a way of its own. */
interface Echo {
  id(n: number): string;
  headers: Record<string, string>;
  member: string;
  value: string;
  text: string;
}

/** Orders that are made again with every request, so that every answer is kept; ids and list hold what is echoed. */
function orders(echo: Echo) {
  const made: string[] = [];
  return async (incoming: IncomingMessage, response: import('node:http').ServerResponse) => {
    for await (const _ of incoming);
    const shown = { [echo.member]: echo.value };
    const answer = (status: number, value: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', ...echo.headers })
        .end(`${JSON.stringify(value).slice(0, -1)},"text":"${echo.text}"}`);
    if (incoming.method === 'GET') return answer(200, { items: made.toReversed().map((id) => ({ id, ...shown })) });
    made.push(echo.id(made.length));
    return answer(201, { id: made.at(-1), ...shown });
  };
}

const described = ['--endpoint', 'POST /orders', '--body', 'order.json', '--list', 'GET /orders'];
const byHeader = ['--key', 'header:Idempotency-Key', '--only', 'REPLAY-1,CREATE-1'];

async function order(
  handler: Parameters<typeof serve>[0],
  words: string[],
  env: Record<string, string>,
  sent: object = { note: 'two of them', amount: 2 },
): Promise<Ended> {
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), JSON.stringify(sent));
  const { url } = await serve(handler);
  return command(['--target', url, ...described, ...byHeader, ...smoke, ...words], { folder, env });
}

/** No quote and backslash in it ends the text of a JSON string: what is spelled is put there as it is. */
const asText = (spelled: string) =>
  /^(?:[^"\\]|\\(?:["\\/]|u[0-9a-f]{4}))*$/i.test(spelled) ? spelled : JSON.stringify(spelled).slice(1, -1);

test.concurrent('random secrets, in random spellings, at every place of an answer', async () => {
  const drawn = fc.record({
    secrets: fc.tuple(secrets, secrets, secrets, secrets, secrets),
    spells: fc.array(spellings, { minLength: 7, maxLength: 7 }),
  });
  const property = fc.asyncProperty(drawn, async ({ secrets: all, spells }) => {
    const [key, second, header, named, webhook] = all;
    let n = 0;
    const spelled = () => {
      n += 1;
      return (spells[n % spells.length] as (text: string) => string)(all[n % all.length] as string);
    };
    const hex = (secret: string) => Buffer.from(secret).toString('hex');
    const echo: Echo = {
      id: (made) => `${spelled()}-${made}`,
      headers: {
        [`x-${hex(key)}`]: 'a name',
        'x-echo': spelled().replace(/[^\x20-\x7e]/g, ''),
        location: `/orders/${spelled().replace(/[^\x21-\x7e]/g, '')}`,
        'set-cookie': `sid=${encodeURIComponent(second)}; Path=/`,
      },
      member: spelled(),
      value: spelled(),
      text: asText(spelled()),
    };
    const words = ['--header', `X-Api-Key: ${header}`, '--header', `X-Mine: ${named}`, '--secret-header', 'X-Mine'];
    const env = { IDEM_API_KEY: key, IDEM_API_KEY_2: second, IDEM_WEBHOOK_SECRET: webhook, GITHUB_ACTIONS: 'true' };
    const ended = await order(orders(echo), [...words, '--verbose', '--format', 'html,junit,markdown,sarif'], env, {
      note: spelled(),
      amount: 2,
    });
    expect(ended.code, ended.stderr).toBe(1);
    expect(leaks(ended, all)).toEqual([]);
    expect(everything(ended)).toMatch(/‹secret [^›]+›[\s\S]*‹header [^›]+›/);
  });
  // A smaller secret is no better proof, and every run is a process.
  await fc.assert(property, { numRuns: 3, endOnFailure: true });
});

describe.concurrent('what is judged is what was answered', () => {
  /** A server that takes keys seriously, but for what `id` makes of them. */
  function keyed(id: (n: number, repeat: boolean) => string) {
    const byKey = new Map<string, number>();
    const listed: string[] = [];
    return async (incoming: IncomingMessage, response: import('node:http').ServerResponse) => {
      for await (const _ of incoming);
      response.setHeader('content-type', 'application/json');
      if (incoming.method === 'GET')
        return response.end(JSON.stringify({ items: listed.toReversed().map((one) => ({ id: one })) }));
      const key = String(incoming.headers['idempotency-key']);
      const repeat = byKey.has(key);
      const n = byKey.get(key) ?? byKey.size;
      byKey.set(key, n);
      const own = id(n, repeat);
      if (!repeat) listed.push(own);
      return response.writeHead(201).end(JSON.stringify({ id: own }));
    };
  }

  test('a key that every id and body holds changes no verdict', async () => {
    const ended = await order(
      keyed((n) => `testing_${n}`),
      ['--skip', 'CREATE-4'],
      { IDEM_API_KEY: 'testing' },
      {
        note: 'testing',
        amount: 2,
      },
    );
    expectRun(ended, 0);
    expect(leaks(ended, ['testing'])).toEqual([]);
  });

  test.each([
    ['another secret', 'sk_first_0123456789', 'sk_other_0123456789'],
    ['the same secret in other letters', 'sk_first_0123456789', 'SK_FIRST_0123456789'],
  ])('a repeat that differs in %s alone is found', async (_, first, other) => {
    const env = { IDEM_API_KEY: first, IDEM_API_KEY_2: 'sk_other_0123456789' };
    const ended = await order(
      keyed((n, repeat) => `${repeat ? other : first}_${n}`),
      [],
      env,
    );
    const results = expectRun(ended, 1, /REPLAY-1/);
    const finding = results.requirements.find(({ id }) => id === 'REPLAY-1')?.findings[0];
    expect(new Set(finding?.smallest.exchanges.map(({ resource }) => resource)).size).toBe(2);
    expect(leaks(ended, Object.values(env))).toEqual([]);

    // The same is read off the history alone.
    const history = join(ended.folder, 'idem-report', 'history.ndjson');
    const judged = await command(['judge', history], { folder: ended.folder });
    expect(judged.code).toBe(1);
    expect(isShown(judged.stdout, first)).toBe(false);
  });
});

test.concurrent('the contract that init writes shows what it saw, and no secret', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"note":"two of them"}');
  const encoded = Buffer.from(`:${KEY}`).toString('base64url');
  const target = await serve((incoming, response) => {
    incoming.resume().on('end', () => {
      const status = incoming.headers['idempotency-key'] === undefined ? 400 : 201;
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(status === 201 ? { id: `order_${KEY}` } : { error: `${KEY} ${encoded}` }));
    });
  });
  const words = ['--target', target.url, '--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key'];
  const ended = await command(['init', ...words, '--body', 'order.json'], { folder, env: { IDEM_API_KEY: KEY } });
  expect(ended.code).toBe(0);
  const written = readFileSync(join(folder, 'idem-contract.yaml'), 'utf8');
  expect(written).toMatch(/Seen, not documented/);
  for (const text of [written, ended.stdout, ended.stderr]) expect(isShown(text, KEY)).toBe(false);
});

/** A contract as a file whose headers carry credentials. */
function withHeaders(headers: Record<string, string>): string {
  const folder = newFolder();
  const create = { path: '/orders', success: [201], example: { note: 'a gift' } };
  writeFileSync(join(folder, 'own.json'), JSON.stringify({ create, authentication: null, headers }));
  return folder;
}

const byContract = ['--contract', './own.json', ...smoke, '--only', 'CREATE-1,REPLAY-1'];

test.concurrent('credentials that stand in the contract, and a key of digits that comes back as a number', async () => {
  const [bearer, custom, digits] = ['hunter2-hunter2', 'tiger77tiger', '83920174'];
  let made = 0;
  const target = await serve((incoming, response) => {
    incoming.resume().on('end', () => {
      made += 1;
      const seen = [incoming.headers.authorization, incoming.headers['x-tiger']];
      const answer = { id: `order_${made}`, seen, pin: made % 2 === 0 ? Number(digits) : made };
      response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
  });
  const folder = withHeaders({ Authorization: `Bearer ${bearer}`, 'X-Tiger': custom });
  const words = [...byContract, '--secret-header', 'X-Tiger', '--verbose', '--target'];
  const env = { IDEM_API_KEY: digits };
  const ended = await command([...words, target.url], { folder, env });
  expect(ended.code).toBe(1);
  expect(leaks(ended, [bearer, custom, digits])).toEqual([]);
  const explained = await command(['explain', './own.json'], { folder, env });
  const unreached = await command([...words, 'http://127.0.0.1:1'], { folder, env });
  for (const { stdout, stderr } of [explained, unreached])
    expect([bearer, custom].filter((one) => isShown(stdout + stderr, one))).toEqual([]);
});

describe.concurrent('what cannot be masked is refused before anything is sent', () => {
  const refused: [name: string, env: Record<string, string>, words: string[], said: RegExp][] = [
    ['a short API key', { IDEM_API_KEY: 'test' }, [], /secret in IDEM_API_KEY has fewer than 6 characters/],
    ['a short header', { IDEM_API_KEY: KEY }, ['--header', 'X-Api-Key: abc'], /secret in --header X-Api-Key has fewer/],
    [
      'a word of reports',
      { IDEM_API_KEY: 'answer' },
      [],
      /IDEM_API_KEY stands in every report, as one of its own words/,
    ],
    ['a part of the address', { IDEM_API_KEY: '127.0.0.1' }, [], /IDEM_API_KEY stands in the address of the target/],
  ];
  test.each(refused)('%s', async (_, env, words, said) => {
    const target = await serve((_, response) => response.end());
    expectUsage(await command(['--target', target.url, ...words], { env }), said);
    expect(target.requests).toEqual([]);
  });

  test('a short header of the contract', async () => {
    const target = await serve((_, response) => response.end());
    const folder = withHeaders({ Authorization: 'Bearer abc' });
    const ended = await command(['--target', target.url, ...byContract], { folder, env: { IDEM_API_KEY: KEY } });
    expectUsage(ended, /secret in the header Authorization of the contract has fewer than 6 characters/);
    expect(target.requests).toEqual([]);
  });

  test('but not for the bundled reference, which has keys of its own', async () => {
    expectRun(await command([...smoke, '--only', 'CREATE-1'], { env: { IDEM_API_KEY: 'test' } }), 0);
  });
});

test.concurrent('wrong usage never repeats a credential that stands where it should not', async () => {
  const secret = 'hunter2hunter2';
  for (const words of [
    ['--target', `http://user:${secret}@127.0.0.1`],
    ['--target', 'http://127.0.0.1', '--profile', secret, '--header', `Authorization: Bearer ${secret}`],
    [secret],
  ]) {
    const ended = await command(words, { env: { IDEM_API_KEY: secret } });
    expect(ended.code).toBe(2);
    expect(ended.stderr).not.toContain(secret);
  }
});

test.concurrent('a replay sends nothing to a target that only the file names', async () => {
  const folder = newFolder();
  await command([...smoke, '--only', 'CONFLICT-1', '--fault', 'conflict-other-status'], { folder });
  const ended = await command(['merge', 'idem-report'], { folder });
  const results: Results = resultsOf({ ...ended, code: 1 });
  writeFileSync(
    join(folder, 'of-others.json'),
    JSON.stringify({ ...results, fault: null, targets: ['https://collects.invalid'] }),
  );
  const replay = ['replay', 'CONFLICT-1', '--from', 'of-others.json'];
  const refused = await command(replay, { folder, env: { IDEM_API_KEY: KEY } });
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toMatch(/names the target https:\/\/collects\.invalid.* Name the target with --target/);
  const target = await serve((_, response) => response.writeHead(503).end());
  const sent = await command([...replay, '--target', target.url, '--max-wait', '1'], {
    folder,
    env: { IDEM_API_KEY: KEY },
  });
  expect(sent.code).toBe(3);
  expect(target.requests.length).toBeGreaterThan(0);
});
