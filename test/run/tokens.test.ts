/** Access tokens: renewed while a run goes on, once for all who need it, and never taken for a refusal of the write. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Exchange } from '../../history/history.js';
import { type Reference, type ServeOptions, serveReference } from '../../reference/server/server.js';
import type { RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';
import { check, idsWith } from './check.js';
import { filesOf } from './files.js';
import { frontOf } from './front.js';

const { written } = filesOf('tokens');
const open: (() => Promise<unknown>)[] = [];
afterAll(() => Promise.all(open.map((close) => close())));

function contractWith(authentication: object): string {
  return written(JSON.stringify({ extends: 'ietf', scope: 'credential', authentication }));
}

async function served(options: ServeOptions): Promise<Reference & { options: RunOptions }> {
  const reference = await serveReference(options);
  open.push(reference.close);
  const [first, second] = reference.clients;
  const { contract, url } = { ...reference, ...options };
  const own = { contract, targets: [url], clients: { first, second }, profile: 'smoke', seed: 1, stormWidth: 4 };
  return { ...reference, options: own as RunOptions };
}

/** The run's exchanges, as the judge sees them. */
async function exchangesOf(options: RunOptions, only: string[]) {
  const exchanges: Exchange[] = [];
  const named: string[] = [];
  const results = await run(
    { ...options, only },
    {
      onReading: ({ exchange }) => void exchanges.push(exchange),
      onProgress: (progress) => {
        // Nothing was sent yet.
        if (progress.kind === 'learnt' && exchanges.length === 0) named.push(progress.sentence);
      },
    },
  );
  return { results, exchanges, named };
}

const tokensIn = (exchanges: Exchange[], whose: string) =>
  new Set(
    exchanges
      .filter(({ credential }) => credential === whose)
      .map(({ request }) => request.headers.find(([name]) => name === 'Authorization')?.[1]),
  );

const isRefused = ({ outcome, credential }: Exchange) =>
  outcome.kind === 'answer' && outcome.status === 401 && (credential === 'first' || credential === 'second');

/** A command that asks the reference for a token, leaves a line for each time, and does not say how long it lives. */
function commandFor(url: string, more = ''): { command: string; times(): number } {
  const log = written('', 'log');
  const body = "{ method: 'POST', body: new URLSearchParams({ grant_type: 'client_credentials' }), headers }";
  const script = written(
    `import { appendFileSync, readFileSync } from 'node:fs';
const [id, secret] = process.argv.slice(2);
const headers = { authorization: 'Basic ' + Buffer.from(id + ':' + secret).toString('base64') };
appendFileSync(${JSON.stringify(log)}, id + '\\n');
const times = readFileSync(${JSON.stringify(log)}, 'utf8').split('\\n').length - 1;
${more}
const answer = await fetch(${JSON.stringify(`${url}/oauth/token`)}, ${body});
process.stdout.write((await answer.json()).access_token + '\\n');
`,
    'mjs',
  );
  return { command: `"${process.execPath}" ${script}`, times: () => readFileSync(log, 'utf8').split('\n').length - 1 };
}

/** What is answered then. */
const over = {
  status: 401,
  headers: { 'content-type': 'application/problem+json' },
  body: { type: 'about:blank', title: 'The token is over.', status: 401 },
};

/** Tokens of which each is over after so many requests, however fast the machine is. */
const REQUESTS_OF_A_TOKEN = 40;

async function commanded(more?: string) {
  const contract = contractWith({ token: { command: 'true' } });
  const { clients, options } = await served({ contract });
  const used = new Map<string, number>();
  const front = await frontOf(
    { onTestFinished: (close) => void open.push(async () => close({} as never)) },
    ({ path, headers: { authorization = '' } }) => {
      if (path === '/oauth/token') return undefined;
      used.set(authorization, (used.get(authorization) ?? 0) + 1);
      return (used.get(authorization) ?? 0) > REQUESTS_OF_A_TOKEN ? over : undefined;
    },
    { contract },
  );
  const { command, times } = commandFor(String(front.options.targets?.[0]), more);
  const [first, second] = clients.map(({ id, secret }) => `${command} ${id} ${secret}`);
  return {
    times,
    options: { ...options, ...front.options, contract: contractWith({ token: { command: first, second } }) },
  };
}

describe.concurrent('a token that runs out', () => {
  test.each(['basic', 'body'])('is renewed before it is over where its end is known: %s', async (send) => {
    const contract = contractWith({ token: { url: '/oauth/token', scope: 'a b', send } });
    const { options } = await served({ contract, tokenSeconds: 1 });
    const { results, exchanges, named } = await exchangesOf(options, ['REPLAY', 'SCOPE', 'STORM-1']);
    expect([results.exitCode, idsWith(results, 'failed', 'inconclusive')]).toEqual([0, []]);
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(['SCOPE-1', 'SCOPE-4', 'SCOPE-6']));
    expect(tokensIn(exchanges, 'first').size).toBeGreaterThan(1);
    expect(named).toEqual([expect.stringMatching(/^access tokens come from POST http:\S+\/oauth\/token$/)]);
  });

  test('is renewed once for all who meet a 401, and they are sent again', async () => {
    const { options, times } = await commanded();
    const { results, exchanges, named } = await exchangesOf(options, ['REPLAY', 'SCOPE', 'STORM-1']);
    expect([idsWith(results, 'failed', 'inconclusive'), results.stop]).toEqual([[], null]);
    const refused = exchanges.filter(isRefused);
    expect(refused.length).toBeGreaterThan(0);
    for (const one of refused) {
      const again = exchanges.filter(
        (other) => other.attempt === one.attempt && other.key === one.key && other.retry === one.retry + 1,
      );
      expect(again.length).toBeGreaterThan(0);
      expect(again.filter(isRefused)).toEqual([]);
    }
    const all = tokensIn(exchanges, 'first').size + tokensIn(exchanges, 'second').size;
    // Some may be met by the reading of effects alone, which is in no plan.
    expect(times()).toBeLessThan(2 * all + 4);
    expect(named).toEqual([1, 2].map(() => expect.stringMatching(/^access tokens come from a program that is run/)));
  });

  test('stops the run with the exact answer where no other is given, and nothing is lost', async () => {
    const secret = 'zz_secret_of_the_helper';
    const { options } = await commanded(
      `if (times > 4) { process.stdout.write('${secret}'); process.stderr.write('vault: ${secret} is sealed\\n'); process.exit(7); }`,
    );
    const { results, exchanges } = await exchangesOf(options, ['REPLAY', 'SCOPE', 'STORM']);
    expect(results.requirements.filter(({ status }) => status === 'failed').map((one) => one.findings[0])).toEqual([]);
    expect(results.exitCode).toBe(3);
    expect(exchanges.length).toBeGreaterThan(0);
    const { message } = results.stop as { message: string };
    expect(message).toMatch(
      /^The command for access tokens \(.*\) ended with exit code 7\. It says: vault: ‹secret \w+› is/,
    );
    expect(JSON.stringify(results)).not.toContain(secret);
  });
});

test('a server that refuses repeats as if the token were over is found all the same', async () => {
  const contract = contractWith({ token: { url: '/oauth/token' } });
  const answered = new Set<unknown>();
  const front = await frontOf(
    { onTestFinished },
    ({ headers }) => {
      const key = headers['idempotency-key'];
      if (key !== undefined && answered.has(key)) return { status: 401 };
      answered.add(key);
      return undefined;
    },
    { contract },
  );
  const { clients } = await served({ contract });
  const reached = { ...front.options, contract, clients: { first: clients[0] } };
  const results = await check({ ...reached, profile: 'smoke', only: ['REPLAY-1'] });
  expect(idsWith(results, 'failed')).toEqual(['REPLAY-1']);
  expect(results.requirements.find(({ id }) => id === 'REPLAY-1')?.findings[0]?.confirmed.failed).toBe(10);
});

test.each([
  [{}, 'noticed'],
  [{ promise: ['scope'] }, 'failed'],
])('where the contract is silent on whose a key is, with %j: %s', async (more, status) => {
  const contract = written(JSON.stringify({ extends: 'ietf', authentication: { token: { url: '/oauth/token' } } }));
  const fault = 'keys-by-access-token';
  const results = await check({ contract, fault, profile: 'smoke', only: ['SCOPE-6', 'REPLAY-1'], ...more });
  expect(results.requirements.find(({ id }) => id === 'SCOPE-6')?.status).toBe(status);
  expect(idsWith(results, 'passed')).toEqual(['REPLAY-1']);
});

describe.concurrent('no token', () => {
  /** A token endpoint that gives one answer. */
  async function answering(status: number, body: string): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    open.push(() => new Promise((resolve) => server.close(resolve)));
    await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  }

  test.each<[number, string, 2 | 3, RegExp]>([
    [401, '{"error":"invalid_client"}', 2, /was answered 401 \{"error":"invalid_client"\}\. Check clients\.first/],
    [503, 'down for\nnow', 3, /was answered 503 down for now\.$/],
    [302, '', 3, /was answered 302\.$/],
    [200, '{"token":"abcdefghij"}', 3, /answered 200 without an access_token \(its members: token\)\.$/],
    [200, '{"access_token":"abc"}', 3, /gave a token that has fewer than 6 characters/],
    [200, '{"access_token":"two words here"}', 3, /gave a token that holds characters that no access token may have/],
  ])('%i %s: an obstacle, and nothing is sent to the target', async (status, body, exitCode, words) => {
    const url = await answering(status, body);
    const { options } = await served({ contract: contractWith({ token: { url } }) });
    const { results, exchanges } = await exchangesOf(options, ['REPLAY-1']);
    expect([results.exitCode, exchanges]).toEqual([exitCode, []]);
    expect((results.stop as { message: string }).message).toMatch(words);
    expect(JSON.stringify(results)).not.toContain('abcdefghij');
  });

  test.each<[string, RegExp]>([
    ['exit 3', /\(exit 3\) ended with exit code 3\.$/],
    ['true', /\(true\) printed nothing\. It must print a token/],
    [`echo '{"token":"abcdefghij"}'`, /printed no access_token\. It must print a token/],
    ['printf "one_token\\nanother"', /printed a token that holds characters/],
    ['sleep 9', /\(sleep 9\) did not end within 1 s and was killed; timeout says how long it has\.$/],
  ])('%s: an obstacle', async (command, words) => {
    const { options } = await served({ contract: contractWith({ token: { command } }) });
    const { results, exchanges } = await exchangesOf({ ...options, timeout: 1 }, ['REPLAY-1']);
    expect([results.exitCode, exchanges]).toEqual([2, []]);
    expect((results.stop as { message: string }).message).toMatch(words);
    expect(JSON.stringify(results)).not.toContain('abcdefghij');
  });
});

test('a source that gives the same token again shows nothing of its renewal', async () => {
  const contract = contractWith({ token: { command: `echo demo_key_${'0de'.repeat(8)}` } });
  const { options } = await served({ contract });
  const results = await check({ ...options, only: ['SCOPE-6', 'REPLAY-1'] });
  expect([idsWith(results, 'passed'), idsWith(results, 'skipped')]).toEqual([
    ['REPLAY-1'],
    expect.arrayContaining(['SCOPE-6']),
  ]);
});
