/** Exit 2: what the user must change, found before anything is sent. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, expectRun, expectUsage, KEY, newFolder, repository, withKey } from './command.js';
import { always, serve } from './targets.js';

/** Never listened to: usage is found before anything is sent. */
const target = ['--target', 'http://127.0.0.1:1'];

const wrong: [words: string[], sentence: RegExp][] = [
  [['--nope'], /unknown option '--nope'/],
  [['--target'], /option '--target <url>' argument missing/],
  [['surplus'], /too many arguments/],
  [['--target', 'here'], /--target: 'here' is not a URL\. Give an origin with its scheme/],
  [['--target', 'localhost:8080'], /is not HTTP\. Give an http:\/\/ or https:\/\/ address/],
  [['--target', 'http://user:secret@127.0.0.1'], /--target holds a credential\. Give API keys in the environment/],
  [['--target', 'http://127.0.0.1/?a=1'], /has a query or a fragment/],
  [['--contract', 'nope'], /There is no contract nope\. Known: .*moda/],
  [['--contract', './nope.yaml'], /\.\/nope\.yaml: cannot be read \(ENOENT\); check the path/],
  [['--profile', 'huge'], /--profile must be one of smoke, standard, thorough, not 'huge'/],
  [['--parallel', '0'], /--parallel must be a whole number above 0, not 0\./],
  [['--seed', 'x'], /--seed must be a whole number from -2147483648 to 2147483647, not 'x'/],
  [['--seed', '2147483648'], /--seed must be a whole number from -2147483648 to 2147483647, not 2147483648/],
  [['--only', 'NOPE-1'], /--only: 'NOPE-1' is not the name of a requirement or chapter\. .*--list' shows them all/],
  [['--only', ''], /--only must name at least one/],
  [['--require', 'NOPE'], /--require: 'NOPE' is not the name of a requirement or chapter/],
  [['--require', ','], /--require must name at least one/],
  [['--max-requests', '-1'], /--max-requests must be a whole number above 0, not -1/],
  [['--max-creates', '0'], /--max-creates must be a whole number above 0, not 0/],
  [['--max-time', '0'], /--max-time must be a number of seconds above 0 and at most 2147483, not 0/],
  [['--max-time', '1e400'], /--max-time must be a number of seconds above 0/],
  // A timer that long would end at once.
  [['--max-time', '2147484'], /and at most 2147483, not 2147484/],
  [['--rate', 'fast'], /--rate must be a number above 0, not 'fast'/],
  [['--timeout', ''], /--timeout must be a number of seconds above 0 and at most 2147483, not ''/],
  [['--timeout', '5000000'], /and at most 2147483, not 5000000/],
  [['--wait', '-1'], /--wait must be a number of seconds from 0 to 2147483, not -1/],
  [['--header', 'nope'], /--header must be a header, e\.g\. 'Name: value'/],
  [['--header', 'X-Name: 💥'], /characters that no header may carry/],
  [['--header', 'Transfer-Encoding: chunked'], /--header Transfer-Encoding: the client sets that header itself/],
  [['--ca', './nope.pem'], /--ca: there is no file \.\/nope\.pem/],
  [['--fault', 'nope'], /There is no fault 'nope'/],
  [['--fault', 'never-replays', ...target], /--fault is for the bundled reference server: leave --target out/],
  [['--api-key-env', 'MISSING', ...target], /--api-key-env: the environment variable MISSING is not set/],
  [['--api-key-env', 'A', '--api-key-env', 'B', '--api-key-env', 'C', ...target], /--api-key-env may be given twice/],
  [
    [...target, '--report-dir', '/dev/null/reports'],
    /--report-dir \/dev\/null\/reports cannot be made: .* Choose another folder/,
  ],
];

test.concurrent.each(wrong)('2: %j', async (words, sentence) => {
  expectUsage(await command(words, withKey), sentence);
});

const environments: [name: string, env: Record<string, string>, words: string[], sentence: RegExp][] = [
  ['no API key', {}, target, /The contract 'moda' needs an API key\. Set IDEM_API_KEY /],
  ['an empty API key', { IDEM_API_KEY: '' }, target, /needs an API key\. Set IDEM_API_KEY /],
  [
    'an empty API key of another name',
    { MINE: '' },
    [...target, '--api-key-env', 'MINE'],
    /the environment variable MINE is not set/,
  ],
  ['two equal API keys', { IDEM_API_KEY: KEY, IDEM_API_KEY_2: KEY }, target, /Both API keys are the same/],
  ['a line break in an API key', { IDEM_API_KEY: `${KEY}\n` }, target, /The API key in IDEM_API_KEY holds characters/],
  [
    'a proxy that is none',
    { IDEM_API_KEY: KEY, HTTPS_PROXY: 'nope' },
    ['--target', 'https://api.invalid'],
    /HTTPS_PROXY is not/,
  ],
];

test.concurrent.each(environments)('2: %s', async (_, env, words, sentence) => {
  const ended = await command(words, { env });
  expectUsage(ended, sentence);
  expect(ended.stderr).not.toContain(KEY);
});

test.concurrent('2: --ca is a file without a certificate', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'ca.pem'), 'nothing\n');
  expectUsage(
    await command(['--ca', 'ca.pem', ...target], { folder, ...withKey }),
    '--ca: ca.pem holds no PEM certificate',
  );
});

function contractFolder(change: (text: string) => string): string {
  const folder = newFolder();
  cpSync(join(repository, 'contracts'), join(folder, 'contracts'), { recursive: true });
  const file = join(folder, 'contracts', 'moda', 'contract.yaml');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
  return folder;
}

test.concurrent('2: a wrong contract, with file, line and member', async () => {
  const folder = contractFolder((text) => text.replace('kind: success', 'kind: triumph'));
  const lines = readFileSync(join(folder, 'contracts', 'moda', 'contract.yaml'), 'utf8').split('\n');
  const line = lines.findIndex((one) => one.includes('triumph')) + 1;
  const ended = await command(['--contract', './contracts/moda/contract.yaml', ...target], { folder, ...withKey });
  expectUsage(ended, `./contracts/moda/contract.yaml:${line}:3: /replay/kind: must be one of success, refusal`);
});

test.concurrent('2: a contract that is no YAML', async () => {
  const folder = contractFolder(() => 'name: [moda\n');
  expectUsage(
    await command(['--contract', './contracts/moda/contract.yaml'], { folder }),
    /\.\/contracts\/moda\/contract\.yaml:\d+:\d+: /,
  );
});

test.concurrent('2: a production host, and nothing is sent there without --allow-production', async () => {
  const counting = await serve(always(500, 'application/json', '{}'));
  const folder = contractFolder((text) => text.replace('[api.moda.app]', '[127.0.0.1]'));
  const words = ['--contract', './contracts/moda/contract.yaml', '--target', counting.url];
  expectUsage(
    await command(words, { folder, ...withKey }),
    /127\.0\.0\.1 is a production host .* or --allow-production if you mean it/,
  );
  expect(counting.requests).toEqual([]);
  expectRun(await command([...words, '--allow-production'], { folder, ...withKey }), 3, 'was answered 500');
  expect(counting.requests).not.toEqual([]);
});

test.concurrent('2: the production host of the bundled contract', async () => {
  expectUsage(await command(['--target', 'https://API.moda.app/v1'], withKey), /api\.moda\.app is a production host/);
});

test.concurrent('2: a report folder where a file is in the way', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'reports'));
  writeFileSync(join(folder, 'reports', 'file'), '');
  const ended = await command(['--report-dir', 'reports/file', '--profile', 'smoke'], { folder });
  expectUsage(ended, '--report-dir reports/file cannot be made');
});

test.concurrent.each([401, 403])('2: an API key that is refused with %i', async (status) => {
  const counting = await serve(always(status, 'application/json', '{"error":{"type":"authentication"}}'));
  const ended = await command(['--target', counting.url], withKey);
  const results = expectRun(ended, 2, /The API key was refused: check IDEM_API_KEY\./);
  expect(results.notes.join('\n')).toContain(`came back: ${status}`);
  expect(counting.requests.length).toBeLessThanOrEqual(3);
});
