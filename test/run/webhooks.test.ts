/** WEBHOOK in whole runs: targets that send, that refuse the receiver, that never send. */
import { describe, expect, it, type TestContext, test } from 'vitest';
import type { Results } from '../../results/results.js';
import { type RunOptions, settle } from '../../run/options.js';
import { skipped } from '../../run/skip.js';
import { requirementById } from '../../suites/index.js';
import { check, idsWith } from './check.js';
import { callbackOf, frontOf, type Passing, refusal } from './front.js';

const ids = ['WEBHOOK-1', 'WEBHOOK-2', 'WEBHOOK-3', 'WEBHOOK-4', 'WEBHOOK-5'];
const only = ['WEBHOOK'];
const needSecret = 'it needs the secret that webhooks are signed with: set webhooks.secret';
const needReceiver = 'it needs a webhook receiver that the target can reach: webhooks.url';

function decided(results: Results): Record<string, string> {
  const own = results.requirements.filter(({ chapter }) => chapter === 'WEBHOOK');
  return Object.fromEntries(own.map(({ id, status, reason }) => [id, reason === '' ? status : `${status}: ${reason}`]));
}

const all = (words: string) => Object.fromEntries(ids.map((id) => [id, words]));
const isLocal = (url: unknown) => typeof url === 'string' && url.startsWith('http://127.0.0.1:');

describe('against the correct reference', () => {
  it.concurrent.each([1, 2, 3])('they pass with seed %i', async (seed) => {
    const results = await check({ only, profile: 'smoke', seed });
    expect([results.exitCode, decided(results)]).toEqual([0, all('passed')]);
  });

  it.concurrent('they pass in more rounds, and no event comes too much', async () => {
    const results = await check({ only, profile: 'standard' });
    expect([results.exitCode, decided(results)]).toEqual([0, all('passed')]);
    expect(idsWith(results, 'failed', 'warned')).toEqual([]);
  });

  it.concurrent('events that come late are waited for', async () => {
    const results = await check({ only, fault: 'webhook-late', profile: 'smoke' });
    expect([results.exitCode, decided(results)]).toEqual([0, all('passed')]);
  });
});

test.concurrent('what is found is told with its deliveries', async () => {
  const results = await check({ only: ['WEBHOOK-1'], fault: 'webhook-two-events', profile: 'smoke' });
  const record = results.requirements.find(({ id }) => id === 'WEBHOOK-1');
  expect([results.exitCode, record?.status]).toEqual([1, 'failed']);
  const { smallest } = record?.findings[0] ?? {};
  const [first, second] = smallest?.deliveries ?? [];
  expect(smallest?.deliveries?.map(({ type }) => type?.split('.')[0])).toEqual(['task', 'task']);
  expect([first?.resource, first?.event === second?.event, first?.answered]).toEqual([second?.resource, false, 200]);
  expect(smallest?.steps.at(-1)).toMatch(/^wait for the webhook about the task of A, at most \d+ ms$/);
});

test.concurrent.each([
  'webhook-new-id-on-redelivery',
  'webhook-new-id-on-quick-redelivery',
  'webhook-new-id-after-timeout',
])('%s is a redelivery under another id, and not a second event', async (fault) => {
  const results = await check({ only: ['WEBHOOK-1', 'WEBHOOK-2'], fault, profile: 'standard' });
  expect([idsWith(results, 'failed'), idsWith(results, 'passed')]).toEqual([['WEBHOOK-2'], ['WEBHOOK-1']]);
});

describe('with a target', () => {
  it.concurrent('without the secret WEBHOOK-4 alone is left out, and with it nothing', async (context) => {
    const { reference, results } = await withTarget(context, {});
    expect([results.exitCode, decided(results)]).toEqual([
      0,
      { ...all('passed'), 'WEBHOOK-4': `skipped: ${needSecret}` },
    ]);
    const { results: signed } = await withTarget(context, { webhooks: { secret: reference } });
    expect([signed.exitCode, decided(signed)]).toEqual([0, all('passed')]);
  });

  it.concurrent('another secret than the target’s is a wrong signature', async (context) => {
    const { results } = await withTarget(context, { webhooks: { secret: 'whsec_of_another' }, only: ['WEBHOOK-4'] });
    expect(decided(results)['WEBHOOK-4']).toBe('warned: The signature of a delivery is wrong.');
    expect(results.exitCode).toBe(0);
  });

  async function withTarget(context: TestContext, options: Partial<RunOptions>) {
    const front = await frontOf(context);
    const results = await check({ ...front.options, only, profile: 'smoke', ...options });
    return { reference: front.secret, results };
  }
});

describe('a target that refuses the receiver’s address', () => {
  const reason = (status: number) =>
    new RegExp(`^skipped: the target refuses the receiver’s address http://127\\.0\\.0\\.1:\\d+: ${status}: `);

  it.concurrent('is told so, is not asked again, and still conforms', async () => {
    const results = await check({ only, fault: 'webhooks-https-only', profile: 'standard' });
    const { 'WEBHOOK-5': insecure, ...others } = decided(results);
    expect([results.exitCode, insecure]).toEqual([0, 'passed']);
    expect(Object.keys(others)).toEqual(ids.slice(0, 4));
    for (const words of Object.values(others)) expect(words).toMatch(reason(422));
    const receiving = results.requirements.filter(({ id }) => Object.hasOwn(others, id));
    expect(receiving.map(({ evidence }) => evidence.plans)).toEqual([1, 1, 1, 1]);
  });

  it.concurrent('later, but not at first: what was seen stays decided', async (context) => {
    const keys = new Set<unknown>();
    let refused = 0;
    const front = await frontOf(context, (passing) => {
      if (!isLocal(callbackOf(passing))) return undefined;
      const { idempotency_key: key } = JSON.parse(passing.body.toString('utf8'));
      if (keys.has(key) || keys.size < 12) return void keys.add(key);
      refused += 1;
      return refusal(422, 'unprocessable', 'validation_failed');
    });
    const webhooks = { secret: front.secret };
    const results = await check({ ...front.options, only, webhooks, profile: 'standard' });
    expect(refused).toBeGreaterThan(0);
    expect([results.exitCode, decided(results)]).toEqual([0, all('passed')]);
  });

  it.concurrent('a rate limit is no such refusal', async (context) => {
    const limited = { ...refusal(429, 'rate_limited', 'rate_limited'), headers: { 'retry-after': '0' } };
    const front = await frontOf(context, (passing) => (isLocal(callbackOf(passing)) ? limited : undefined));
    const results = await check({ ...front.options, only: ['WEBHOOK-1', 'WEBHOOK-5'], profile: 'smoke' });
    expect(decided(results)['WEBHOOK-1']).toMatch(/^inconclusive: no webhook came to http:\/\/127\.0\.0\.1:\d+$/);
    expect(decided(results)['WEBHOOK-5']).toBe('passed');
  });
});

test.concurrent('a target that never sends decides nothing', async (context) => {
  const front = await frontOf(context, (passing) => {
    // The reference never hears of the receiver.
    const url = callbackOf(passing);
    if (isLocal(url)) {
      const { callback_url: _, ...rest } = JSON.parse(passing.body.toString('utf8'));
      passing.body = Buffer.from(JSON.stringify(rest));
    }
    return undefined;
  });
  const webhooks = { secret: front.secret };
  const results = await check({ ...front.options, only, webhooks, profile: 'smoke' });
  const { 'WEBHOOK-5': insecure, ...others } = decided(results);
  expect([results.exitCode, insecure]).toEqual([3, 'passed']);
  for (const words of Object.values(others)) {
    expect(words).toMatch(/^inconclusive: no webhook came to http:\/\/127\.0\.0\.1:\d+$/);
  }
});

describe('why something is left out', () => {
  const away = { targets: ['https://staging.example'], credentials: { first: 'sk_one', second: 'another' } };
  const reasons = (options: RunOptions) => {
    const settings = settle(options);
    return Object.fromEntries(ids.map((id) => [id, skipped(requirementById(id), settings)?.reason ?? null]));
  };
  const nothing = Object.fromEntries(ids.map((id) => [id, null]));
  const unreachable = { ...Object.fromEntries(ids.map((id) => [id, needReceiver])), 'WEBHOOK-5': null };

  test.each<[string, RunOptions, Record<string, string | null>]>([
    ['the bundled reference', {}, nothing],
    ['the bundled reference, whatever secret', { webhooks: { secret: 'whsec_1' } }, nothing],
    ['a target on loopback', { ...away, targets: ['http://localhost:1'] }, { ...nothing, 'WEBHOOK-4': needSecret }],
    ['with a secret', { ...away, targets: ['http://[::1]:1'], webhooks: { secret: 'whsec_1' } }, nothing],
    [
      'an empty secret',
      { ...away, targets: ['http://127.0.0.1:1'], webhooks: { secret: '' } },
      { ...nothing, 'WEBHOOK-4': needSecret },
    ],
    ['a target elsewhere', away, unreachable],
    ['a target elsewhere, with a secret', { ...away, webhooks: { secret: 'whsec_1' } }, unreachable],
    ['a port is no way to it', { ...away, webhooks: { listen: '0.0.0.0:8081' } }, unreachable],
    ['a way to it', { ...away, webhooks: { url: 'https://tunnel.example' } }, { ...nothing, 'WEBHOOK-4': needSecret }],
    ['a way to it, and a secret', { ...away, webhooks: { url: 'https://tunnel.example', secret: 'whsec_1' } }, nothing],
  ])('%s', (_, options, expected) => expect(reasons(options)).toEqual(expected));
});

describe('options', () => {
  const at = { targets: ['http://127.0.0.1:1'], credentials: { first: 'sk_one' } };

  test.each<[string, { host: string; port: number }]>([
    ['127.0.0.1:8081', { host: '127.0.0.1', port: 8081 }],
    ['localhost:0', { host: 'localhost', port: 0 }],
    ['[::1]:65535', { host: '::1', port: 65_535 }],
    ['0.0.0.0:80', { host: '0.0.0.0', port: 80 }],
  ])('--webhook-listen %s', (listen, expected) => {
    expect(settle({ ...at, webhooks: { listen } }).webhooks).toEqual({
      ...expected,
      url: undefined,
      secret: undefined,
    });
  });

  test.each([
    '',
    'nonsense',
    ':8081',
    '8081',
    'localhost',
    'localhost:',
    'localhost:x',
    '127.0.0.1:65536',
    '::1:80',
    'http://127.0.0.1:80',
  ])('not: --webhook-listen %s', (listen) => {
    const sentence = /^webhooks\.listen must be a /;
    expect(() => settle({ ...at, webhooks: { listen } })).toThrow(sentence);
  });

  test.each(['', 'nonsense', 'ftp://127.0.0.1', '127.0.0.1:80', 'localhost:80'])('not: --webhook-url %s', (url) => {
    const sentence = /^webhooks\.url must be a/;
    expect(() => settle({ ...at, webhooks: { url } })).toThrow(sentence);
  });
});

test.concurrent('nothing reaches out: whatever is sent, nobody but this machine can be called', async (context) => {
  const seen: Passing[] = [];
  const front = await frontOf(context, (passing) => {
    seen.push(passing);
    return undefined;
  });
  const webhooks = { secret: front.secret };
  const results = await check({ ...front.options, webhooks, profile: 'smoke' });
  expect([results.exitCode, idsWith(results, 'failed', 'warned')]).toEqual([0, []]);
  const urls = new Set(seen.map(callbackOf).filter((url) => typeof url === 'string'));
  expect(urls.size).toBeGreaterThan(5);
  const hosts = new Set([...urls].filter((url) => URL.canParse(url)).map((url) => new URL(url).hostname));
  expect([...hosts].filter((host) => host !== '127.0.0.1' && !host.endsWith('.invalid'))).toEqual([]);
  // Nor anything else in a body that could be called.
  const texts = seen.flatMap(({ body }) => body.toString('latin1').match(/https?:\/\/[^\s"\\/]+/g) ?? []);
  const others = texts.filter((text) => !/^https?:\/\/(127\.0\.0\.1(:\d+)?|[^/]*\.invalid)$/.test(text));
  expect(others).toEqual([]);
});
