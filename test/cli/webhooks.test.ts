/** Webhooks on the command line: options that are wrong, ports that are taken, and a secret that nobody ever reads. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, type Ended, expectRun, expectUsage, withKey } from './command.js';
import { frontOf, servePort } from './targets.js';

/** Never listened to: usage is found before anything is sent. */
const target = ['--target', 'http://127.0.0.1:1'];

const SECRET = 'whsec_live_2b71f0c9d4e8';

test.concurrent.each<[words: string[], sentence: string]>([
  [
    ['--webhook-listen', 'nonsense'],
    "--webhook-listen must be a host and a port to listen on, e.g. 127.0.0.1:8081, not 'nonsense'.",
  ],
  [
    ['--webhook-listen', '8081'],
    "--webhook-listen must be a host and a port to listen on, e.g. 127.0.0.1:8081, not '8081'.",
  ],
  [
    ['--webhook-listen', '127.0.0.1:70000'],
    "--webhook-listen must be a host and a port to listen on, e.g. 127.0.0.1:8081, not '127.0.0.1:70000'.",
  ],
  [['--webhook-url', 'nonsense'], "--webhook-url must be an http:// or https:// address, not 'nonsense'."],
  [
    ['--webhook-url', 'tunnel.example:443'],
    "--webhook-url must be an http:// or https:// address, not 'tunnel.example:443'.",
  ],
])('2: %j', async (words, sentence) => {
  expectUsage(await command([...words, ...target], withKey), sentence);
  // Wrong for the bundled reference, too.
  expectUsage(await command(words), sentence);
});

test.concurrent('2: a port that is taken; nothing keeps the command from ending', async () => {
  const { port } = await servePort(() => {});
  const front = await frontOf();
  // A timer of the run would hold the command for so long.
  const words = ['--webhook-listen', `127.0.0.1:${port}`, '--max-time', '600', '--profile', 'smoke'];
  const taken = `--webhook-listen 127\\.0\\.0\\.1:${port}: nothing can listen there \\(.*EADDRINUSE.*\\)`;
  const sentence = new RegExp(`^idem-conformance: ${taken}\\. Give another address\\.\\n$`);
  for (const ended of [await command(words), await command([...words, '--target', front.url], { env: front.env })]) {
    expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code: 2, stdout: '' });
    expect(ended.stderr).toMatch(sentence);
    expect(existsSync(join(ended.folder, 'idem-report', 'results.json'))).toBe(false);
  }
  expect(front.requests).toEqual([]);
});

test.concurrent('a port that is taken does not matter where nobody asks for webhooks', async () => {
  const { port } = await servePort(() => {});
  const words = ['--webhook-listen', `127.0.0.1:${port}`, '--only', 'CREATE-1,WEBHOOK-5', '--profile', 'smoke'];
  expectRun(await command(words), 0);
});

test.concurrent('the port that is given is listened on', async () => {
  const free = await servePort(() => {});
  await free.close();
  const words = ['--webhook-listen', `127.0.0.1:${free.port}`, '--only', 'WEBHOOK-1', '--fault', 'webhook-two-events'];
  const results = expectRun(await command([...words, '--profile', 'smoke']), 1, /WEBHOOK-1 violated/);
  const [finding] = results.requirements.find(({ id }) => id === 'WEBHOOK-1')?.findings ?? [];
  expect(finding?.smallest.exchanges[0]?.request.body).toContain(`"callback_url":"http://127.0.0.1:${free.port}/`);
});

function everything(ended: Ended): string {
  const files = readdirSync(ended.folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['results.json', 'report.html', 'summary.md', 'junit.xml', 'history.ndjson']),
  );
  const texts = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8'));
  return [ended.stdout, ended.stderr, ...texts].join('\n');
}

test.concurrent('the secret is used, and stands in no output and no report, whatever a target does with it', async () => {
  const front = await frontOf({
    change: (passing) => {
      // Shows the secret in a header and in a body that is wrong, so that the exchange is kept.
      passing.headers['x-debug'] = SECRET;
      if (passing.request.method !== 'POST' || passing.status >= 300) return;
      const { status: _, ...task } = JSON.parse(passing.text) as Record<string, unknown>;
      passing.text = JSON.stringify({ ...task, debug: SECRET });
    },
  });
  const words = ['--target', front.url, '--only', 'CREATE-4,WEBHOOK', '--profile', 'smoke', '--seed', '1', '--verbose'];
  const ended = await command(words, { env: { ...front.env, IDEM_WEBHOOK_SECRET: SECRET } });
  const results = expectRun(ended, 1, /CREATE-4.* violated/);
  // It is not the target's secret.
  expect(results.requirements.find(({ id }) => id === 'WEBHOOK-4')?.status).toBe('warned');
  const all = everything(ended);
  expect(all).not.toContain(SECRET);
  expect(all).toMatch(/"x-debug":"‹secret [0-9a-f]+›"/);
});

test.concurrent('without the secret the reason names its variable', async () => {
  const front = await frontOf();
  const words = ['--target', front.url, '--only', 'WEBHOOK-1,WEBHOOK-4', '--profile', 'smoke'];
  const results = expectRun(await command(words, { env: { ...front.env, IDEM_WEBHOOK_SECRET: '' } }), 0);
  expect(results.requirements.find(({ id }) => id === 'WEBHOOK-4')).toMatchObject({
    status: 'skipped',
    reason: 'it needs the secret that webhooks are signed with: set IDEM_WEBHOOK_SECRET',
  });
});
