/** Signed requests: every one of them, at an API that checks, and what becomes of a run whose module does not sign. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { Client } from '../../client/client.js';
import { Mask } from '../../client/mask.js';
import { Signer } from '../../client/signing.js';
import { loadContract } from '../../contracts/load.js';
import { SignHost } from '../../contracts/sign-host.js';
import { keyExamples } from '../../generators/keys.js';
import { body, create, slot, storm } from '../../generators/plans.js';
import type { Exchange } from '../../history/history.js';
import { startReference } from '../../reference/server/start.js';
import type { RunOptions } from '../../run/options.js';
import { replay } from '../../run/replay.js';
import { run } from '../../run/run.js';
import { check, checkUntil, idsWith } from './check.js';
import { filesOf } from './files.js';
import { frontOf } from './front.js';

const { folder, written } = filesOf('sign');
const open: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(open.map((close) => close())));

/** A contract that is signed by a module of this text. */
const signedBy = (text: string, said: object = { extends: 'ietf' }) =>
  written(JSON.stringify({ ...said, sign: written(text, 'mjs') }), 'yaml');

/** The run's exchanges, and what was named before the first of them. */
async function exchangesOf(options: RunOptions) {
  const exchanges: Exchange[] = [];
  const named: string[] = [];
  const results = await run(
    { seed: 1, profile: 'smoke', stormWidth: 4, ...options },
    {
      onReading: ({ exchange }) => void exchanges.push(exchange),
      onProgress: (progress) => {
        if (progress.kind === 'learnt' && exchanges.length === 0) named.push(progress.sentence);
      },
    },
  );
  return { results, exchanges, named };
}

const messageOf = ({ stop }: { stop: { message: string } | null }) => stop?.message ?? '';

describe.concurrent('payments that are signed', () => {
  const example = join(import.meta.dirname, '..', '..', 'examples', 'signed-payments');
  const [first, second] = ['merchant_1:first-shared-secret', 'merchant_2:other-shared-secret'];

  /** The example's server, right or with a defect of its own. */
  async function payments(defect: string): Promise<RunOptions> {
    const env = { ...process.env, IDEM_API_KEY: first, IDEM_API_KEY_2: second };
    const child = spawn(process.execPath, [join(example, 'server.mjs'), '0', defect], { env });
    open.push(async () => child.kill());
    const [url] = await once(child.stdout.setEncoding('utf8'), 'data');
    return {
      contract: join(example, 'contract.yaml'),
      targets: [String(url).trim()],
      credentials: { first, second },
    };
  }

  test('are judged: each request has a signature of its own, and no other credential is let in', async () => {
    const { results, exchanges, named } = await exchangesOf(await payments('none'));
    expect([results.exitCode, results.effects.blind, idsWith(results, 'failed', 'warned', 'inconclusive')]).toEqual([
      0,
      null,
      [],
    ]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['REPLAY-1', 'SCOPE-1', 'STORM-1', 'REJECT-1']));
    expect(named).toEqual([
      expect.stringMatching(/^requests are signed by \.\/sign\.mjs, a program that is run here \(/),
    ]);
    const signatures = exchanges.map(({ request }) => request.headers.find(([name]) => name === 'authorization')?.[1]);
    expect(signatures.filter((one) => one !== undefined && !/^HMAC-SHA256 [\w:]+$/.test(one))).toEqual([]);
    expect(JSON.stringify(exchanges)).not.toMatch(/first-shared-secret|other-shared-secret/);
    for (const use of ['wrong', 'none'] as const) {
      const answers = exchanges.filter(({ credential }) => credential === use).map(({ outcome }) => outcome);
      expect(new Set(answers.map((one) => one.kind === 'answer' && one.status))).toEqual(new Set([401]));
    }
  });

  test.each([
    ['timestamp-compared', 'REPLAY-1'],
    ['keys-shared', 'SCOPE-1'],
    ['check-then-act', 'STORM-1'],
  ])('%s: %s', async (defect, id) => {
    const results = await checkUntil({ ...(await payments(defect)), profile: 'smoke', only: [id] }, [id]);
    expect([results.exitCode, idsWith(results, 'failed')[0], results.effects.blind]).toEqual([1, id, null]);
    expect(JSON.stringify(results)).not.toMatch(/HMAC-SHA256 \w|first-shared-secret/);
    expect(JSON.stringify(results)).toMatch(/‹signature \w+›/);
  });

  test('replay signs as well', async () => {
    const broken = await payments('timestamp-compared');
    const options: RunOptions = { ...broken, profile: 'smoke', seed: 1, only: ['REPLAY-1'] };
    const results = await run(options);
    const [finding] = results.requirements.find(({ id }) => id === 'REPLAY-1')?.findings ?? [];
    if (finding === undefined) throw new Error('nothing was found');
    expect((await replay('REPLAY-1', finding, options)).state).toBe('failing');
    expect((await replay('REPLAY-1', finding, { ...options, ...(await payments('none')) })).state).toBe('fixed');
  });
});

/** Signs what it is given, and says for what. */
const DIGEST = `import { createHash } from 'node:crypto';
export default async ({ method, url, headers, body, credential, secret, attempt }) => {
  const { pathname, search } = new URL(url);
  const digest = createHash('sha256').update(method + pathname + search + (secret ?? '')).update(body).digest('hex');
  const key = headers.find(([name]) => name.toLowerCase() === 'idempotency-key')?.[1] ?? '';
  return new Map([['X-Digest', digest], ['X-Signed', [credential, attempt, key].join(' ')]]);
};`;

test('everything that is sent is signed with what it is: lists, other endpoints, uploads, cancellations, retries', async () => {
  const busy = new Set<unknown>();
  const seen = new Set<string>();
  const unsigned: string[] = [];
  const front = await frontOf({ onTestFinished }, ({ method, path, headers, body }) => {
    const secret = String(headers.authorization ?? '').replace('Bearer ', '');
    const digest = createHash('sha256')
      .update(method + path + secret)
      .update(body)
      .digest('hex');
    if (headers['x-digest'] !== digest) unsigned.push(`${method} ${path}`);
    const [use = '', attempt] = String(headers['x-signed']).split(' ');
    seen
      .add(`${method} ${path.replace(/\?.*/, '').replace(/task_\w+/, '{id}')}`)
      .add(use)
      .add(`attempt ${attempt}`);
    if (method !== 'POST' || !path.endsWith('/tasks') || busy.has(body.toString())) return undefined;
    busy.add(body.toString());
    return {
      status: 429,
      headers: { 'retry-after': '0' },
      body: { error: { type: 'rate_limited', code: 'r', message: 'no' } },
    };
  });
  const contract = signedBy(DIGEST, { extends: 'moda' });
  const only = ['REPLAY-1', 'REPLAY-8', 'ENDPOINT-1', 'UPLOAD-1', 'SCOPE-1', 'REJECT-3'];
  const results = await check({ ...front.options, contract, profile: 'smoke', stormWidth: 2, only });
  expect(unsigned).toEqual([]);
  expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['REPLAY-1', 'UPLOAD-1']));
  const base = [...seen].find((one) => one.endsWith('/uploads'))?.replace(/^POST (.*)\/uploads$/, '$1') ?? '';
  expect([...seen]).toEqual(
    expect.arrayContaining([
      ...[`POST ${base}/tasks`, `GET ${base}/tasks`, `POST ${base}/uploads`, `POST ${base}/brand-kits`],
      ...['first', 'second', 'attempt 0', 'attempt 1'],
    ]),
  );
});

test('with access tokens, each request is signed with the token that it has', async () => {
  const tokens = new Set<string>();
  const wrong: string[] = [];
  const contract = { extends: 'ietf', scope: 'credential', authentication: { token: { url: '/oauth/token' } } };
  const served = written(JSON.stringify(contract), 'yaml');
  const front = await frontOf(
    { onTestFinished },
    ({ method, path, headers, body }) => {
      const token = String(headers.authorization ?? '').replace('Bearer ', '');
      if (path === '/oauth/token' || token === '') return undefined;
      tokens.add(token);
      const digest = createHash('sha256')
        .update(method + path + token)
        .update(body)
        .digest('hex');
      if (headers['x-digest'] !== digest) wrong.push(path);
      return undefined;
    },
    { contract: served, tokenSeconds: 1 },
  );
  const reference = await startReference({ contract: served });
  onTestFinished(() => reference.close());
  const clients = { first: reference.clients[0], second: reference.clients[1] };
  const options = { ...front.options, clients, contract: signedBy(DIGEST, contract) };
  const results = await check({ ...options, profile: 'smoke', only: ['SCOPE-6', 'REPLAY-1'] });
  expect([results.exitCode, idsWith(results, 'passed'), wrong]).toEqual([0, ['REPLAY-1', 'SCOPE-6'], []]);
  expect(tokens.size).toBeGreaterThan(1);
});

test('a storm is signed before any of it is released', async () => {
  const log = written('', 'log');
  const loaded = loadContract(
    signedBy(
      `import { appendFileSync } from 'node:fs';
let n = 0;
export default async () => {
  n += 1;
  await new Promise((resolve) => setTimeout(resolve, 20 * n));
  appendFileSync(${JSON.stringify(log)}, 'signed ');
  return {};
};`,
    ),
  );
  const events: string[] = [];
  const server = createServer(async (incoming, response) => {
    for await (const _ of incoming);
    // Read here, so that a signature which follows stands behind it.
    events.push(readFileSync(log, 'utf8'));
    response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"a"}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const mask = new Mask([]);
  const signer = new Signer(new SignHost(loaded.signFile as string, 5_000), 'sign.mjs', mask);
  const client = new Client({
    ...{ contract: loaded.contract, targets: [`http://127.0.0.1:${(server.address() as AddressInfo).port}`] },
    ...{ credentials: {}, headers: [], parallel: 4, timeoutMs: 5_000, signer, mask },
    ...{ maxRequests: null, maxCreates: null, perMinute: null, signal: new AbortController().signal },
  });
  const attempts = Array.from({ length: 6 }, () => create(slot(0), body({ name: 'a' })));
  await client.execute({ keys: keyExamples(loaded.contract.key).slice(0, 1), steps: [storm(attempts)] });
  await Promise.all([client.close(), signer.close()]);
  expect(events).toEqual(Array(6).fill('signed '.repeat(6)));
});

describe.concurrent('a signature in the body', () => {
  const module = `import { createHash } from 'node:crypto';
let n = 0;
export default ({ body, placeholder }) => {
  n += 1;
  const signature = createHash('sha256').update(body + n).digest('base64url');
  return { headers: {}, body: placeholder === null ? body : body.replace(placeholder, signature) };
};`;
  const said = {
    extends: 'ietf',
    companions: [{ in: 'body', name: '/signature', value: 'signature' }],
    create: { path: '/payments', example: { amount: 2, note: 'two of them' } },
    effects: { list: { path: '/payments' } },
    fingerprint: 'bytes',
  };

  test('is put in, and is no part of the body', async () => {
    const { results, exchanges } = await exchangesOf({ contract: signedBy(module, said) });
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed')]).toEqual([0, []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['REPLAY-1', 'CONFLICT-1', 'STORM-1']));
    const writes = exchanges.filter(
      ({ operation, request }) => operation === 'create' && request.body.includes('signature'),
    );
    const signatures = writes.map(({ request }) => /"signature"[\s:]*"([^"]*)"/.exec(request.body)?.[1]);
    expect(writes.filter((_, n) => !/^[\w-]{43}$/.test(signatures[n] ?? '')).map((one) => one.request.body)).toEqual(
      [],
    );
    expect(new Set(signatures).size).toBe(signatures.length);
  });

  test.each([
    ['fresh-values-compared', 'REPLAY-1'],
    ['fresh-values-as-keys', 'REPLAY-1'],
    ['replay-makes-orphan', 'REPLAY-3'],
  ])('%s: %s', async (fault, id) => {
    const results = await check({ contract: signedBy(module, said), fault, profile: 'smoke', only: [id] });
    expect([results.exitCode, idsWith(results, 'failed')[0]]).toEqual([1, id]);
  });

  test('where other bytes change with it, the run does not begin', async () => {
    const other = module.replace(
      'body.replace(placeholder, signature)',
      'JSON.stringify({ ...JSON.parse(body), signature, more: 1 })',
    );
    const { results, exchanges } = await exchangesOf({ contract: signedBy(other, said) });
    expect([results.exitCode, exchanges]).toEqual([2, []]);
    expect(messageOf(results)).toMatch(
      /changed more of the body than its signature: .*The request: POST \/payments\.$/,
    );
  });

  test('where it is left out, the run does not begin', async () => {
    const { results, exchanges } = await exchangesOf({ contract: signedBy('export default () => ({})', said) });
    expect([results.exitCode, exchanges]).toEqual([2, []]);
    expect(messageOf(results)).toMatch(/left the signature out of the body/);
  });
});

test('a server that compares signatures fails by it', async () => {
  const contract = signedBy('export default () => ({ "X-Signature": crypto.randomUUID() })');
  const results = await check({ contract, fault: 'signatures-compared', profile: 'smoke', only: ['REPLAY-1'] });
  expect(idsWith(results, 'failed')).toEqual(['REPLAY-1']);
  const right = await check({ contract, profile: 'smoke', only: ['REPLAY-1'] });
  expect([right.exitCode, idsWith(right, 'passed')]).toEqual([0, ['REPLAY-1']]);
});

describe.concurrent('a module that does not sign', () => {
  test.each<[string, string, RegExp]>([
    ['is not JavaScript', 'export default (', /cannot be loaded: SyntaxError/],
    ['has no default export', 'export const sign = () => ({});', /has no default export that is a function/],
    ['throws', 'export default () => { throw new TypeError("no key"); }', /threw TypeError: no key/],
    ['rejects', 'export default async () => { throw new Error("No key."); }', /threw Error: No key\. The request/],
    ['ends its thread', 'export default () => process.exit(4)', /ended its thread with exit code 4/],
    ['returns nothing', 'export default () => {}', /returned undefined: it must return an object or pairs/],
    ['returns a string', 'export default () => "abc"', /returned a string: it must/],
    ['returns no string for a header', 'export default () => ({ a: {} })', /returned an object for the header a/],
    ['returns no pairs', 'export default () => [1]', /returned headers with a number among them/],
    [
      'takes the key away',
      'export default () => ({ "idempotency-key": "a" })',
      /returned idempotency-key, which carries/,
    ],
    [
      'frames',
      'export default () => ({ Host: "a" })',
      /returned the header "Host": the client sets that header itself/,
    ],
    ['breaks a line', 'export default () => ({ a: "b\\nc" })', /returned a value of a that no header may carry/],
    ['writes another body', 'export default () => ({ headers: {}, body: "{}" })', /returned another body, which only/],
  ])('%s: nothing is sent', async (_, text, words) => {
    const { results, exchanges } = await exchangesOf({ contract: signedBy(text), only: ['REPLAY-1'] });
    expect([results.exitCode, exchanges, results.stop?.kind]).toEqual([2, [], 'obstacle']);
    expect(messageOf(results)).toMatch(
      /^The module that signs requests \(.*\.mjs\) .*\. The request: POST \/resources\./,
    );
    expect(messageOf(results)).toMatch(words);
  });

  test.each(['while (true);', 'return new Promise(() => {});'])('does not end: %s', async (line) => {
    const contract = signedBy(`export default () => { ${line} }`);
    const { results, exchanges } = await exchangesOf({ contract, only: ['REPLAY-1'], timeout: 0.5 });
    expect([results.exitCode, exchanges]).toEqual([2, []]);
    expect(messageOf(results)).toMatch(/did not return within 0\.5 s\. The request: POST \/resources\.$/);
  });

  test('in the middle of a run: it stops, and what was found stands', async () => {
    const flag = join(folder, 'broken');
    const contract = signedBy(
      `import { existsSync } from 'node:fs';
export default ({ secret }) => {
  if (!existsSync(${JSON.stringify(flag)})) return { 'X-Signature': 'a' };
  console.error('vault is sealed: ' + secret);
  throw new Error('no more keys for ' + secret);
};`,
      { extends: 'ietf', authentication: {} },
    );
    const results = await run(
      { contract, fault: 'never-replays', profile: 'standard', seed: 1, only: ['REPLAY', 'STORM'] },
      {
        onProgress: (progress) => {
          if (progress.kind === 'finding') writeFileSync(flag, '');
        },
      },
    );
    expect([results.exitCode, results.stop?.kind]).toEqual([1, 'stopped']);
    expect(idsWith(results, 'failed').length).toBeGreaterThan(0);
    expect(messageOf(results)).toMatch(
      /\) threw Error: no more keys for ‹secret \w+›\. The request: (?:POST|GET) \/resources.* It printed: (?:vault is sealed: ‹secret [\w/]+›\s?)+$/,
    );
  });
});
