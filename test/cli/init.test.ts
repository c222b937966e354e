/** `init`: a commented contract file from flags or questions, which loads and runs. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveReference } from '../../reference/server/server.js';
import { bin, command, expectRun, expectUsage, idsWith, newFolder } from './command.js';
import { serveOrders } from './orders.js';
import { closedPort, frontOf } from './targets.js';

const flags = ['init', '--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body', 'order.json'];

function folderWithBody(): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"note":"two of them","amount":2}');
  return folder;
}

const certificates = join(import.meta.dirname, 'certificates');
const authority = join(certificates, 'ca.pem');
const tls = {
  key: readFileSync(join(certificates, 'server-key.pem'), 'utf8'),
  cert: readFileSync(join(certificates, 'server.pem'), 'utf8'),
};

const text = (folder: string, name = 'idem-contract.yaml') => readFileSync(join(folder, name), 'utf8');

test.concurrent('flags and probes become a commented file, which loads and runs', async ({ expect }) => {
  const { url } = await serveOrders();
  const folder = folderWithBody();
  const ended = await command([...flags, '--list', 'GET /orders', '--target', url], { folder });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(ended.stdout).toBe(
    `Probing ${url} with at most 32 requests, most of which may create a resource.\n` +
      'Sent 21 requests, which made 9 resources.\n' +
      'Wrote idem-contract.yaml and request.schema.json. Read them, correct what you know better, then:\n' +
      `  npx idem-conformance --contract ./idem-contract.yaml --target ${url}\n`,
  );
  // Which of a pair comes first is open.
  const lines = text(folder)
    .replace(/idem-[0-9a-z]{12}/g, 'NONCE')
    .split('\n');
  expect(lines.filter((line) => !line.includes('at the same time')).join('\n')).toMatchSnapshot();
  expect(JSON.parse(text(folder, 'request.schema.json'))).toMatchSnapshot();
  const words = ['--contract', './idem-contract.yaml', '--target', url, '--profile', 'smoke', '--seed', '1'];
  const results = expectRun(await command([...words, '--only', 'REPLAY'], { folder }), 0);
  expect(idsWith(results, 'passed')).toEqual(['REPLAY-1', 'REPLAY-2', 'REPLAY-3', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6']);
});

test.concurrent('bodies of several parts, with a file, are probed with another boundary', async ({ expect }) => {
  const folder = newFolder();
  const file = { type: 'string', format: 'binary', minLength: 1 };
  const requestSchema = { type: 'object', required: ['name', 'file'], properties: { name: { type: 'string' }, file } };
  const create = { path: '/orders', body: 'multipart', requestSchema };
  writeFileSync(join(folder, 'body.json'), JSON.stringify(requestSchema));
  const list = { path: '/orders' };
  const served = JSON.stringify({
    extends: 'ietf',
    create,
    fingerprint: 'value',
    authentication: null,
    effects: { list },
  });
  writeFileSync(join(folder, 'served.json'), served);
  const { url, close } = await serveReference({ contract: join(folder, 'served.json') });
  const words = ['--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body-schema', 'body.json'];
  const ended = await command(['init', ...words, '--body-type', 'multipart', '--target', url], { folder });
  await close();
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  expect(text(folder)).toContain('  body: multipart\n');
  expect(text(folder)).toContain('fingerprint: value\n');
});

test.concurrent('probes say what they saw of an API that creates again, and of none', async () => {
  const { url } = await serveOrders({ repeat: 'again' });
  const [again, none] = [folderWithBody(), folderWithBody()];
  await command([...flags, '--target', url], { folder: again });
  expect(text(again)).toContain('# Seen: A repeat was answered with ANOTHER id: a second resource.\n');
  await command([...flags, '--target', (await closedPort()).url], { folder: none });
  expect(text(none)).toMatch(/# Seen: a first call was answered nothing \(connect ECONNREFUSED .*\)\.\n/);
});

test.concurrent('an API that lets nobody in is told at once', async () => {
  const folder = folderWithBody();
  const { url } = await frontOf();
  const words = ['init', '--endpoint', 'POST /v1/tasks', '--key', 'body:idempotency_key', '--body', 'order.json'];
  const ended = await command([...words, '--target', url], { folder });
  const said = 'every request was answered 401: no API key was sent. Set IDEM_API_KEY and write this file again.';
  expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 0, stderr: `idem-conformance: Seen: ${said}\n` });
  expect(text(folder)).toContain(`# Seen: ${said}\n`);
});

test.concurrent('a format of keys is learnt from refusals, and stands in the file', async () => {
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"name":"two of them"}');
  writeFileSync(join(folder, 'served.yaml'), 'extends: ietf\nkey: { format: uuidv7 }\n');
  const { url, close } = await serveReference({ contract: join(folder, 'served.yaml') });
  const words = ['init', '--endpoint', 'POST /resources', '--key', 'header:Idempotency-Key', '--body', 'order.json'];
  expect(await command([...words, '--target', url], { folder })).toMatchObject({ code: 0, stderr: '' });
  expect(text(folder)).toMatch(
    /# Seen, not documented: A version 7 UUID was accepted as the key, and a plain key was refused with 400\.\n(?: +#.*\n)+ {2}format: uuidv7\n/,
  );
  await close();
});

test.concurrent('probes are sent with the headers, the API key and the authority that are given', async () => {
  const folder = folderWithBody();
  const { url, env, headers } = await frontOf({ tls });
  const words = ['init', '--endpoint', 'POST /v1/tasks', '--key', 'body:idempotency_key', '--body', 'order.json'];
  const how = ['--target', url, '--header', 'X-Team: blue', '--api-key-env', 'MINE', '--ca', authority];
  const ended = await command([...words, ...how], { folder, env: { MINE: env.IDEM_API_KEY as string } });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const sent = headers.map((one) => [one['x-team'], one.authorization]);
  expect(sent).toEqual(Array(sent.length).fill(['blue', `Bearer ${env.IDEM_API_KEY}`]));
  expect(sent.length).toBeGreaterThan(0);
  expect(text(folder)).not.toContain(env.IDEM_API_KEY);
});

test.concurrent('editors find the schema in the package, wherever the file is', async () => {
  const installed = folderWithBody();
  mkdirSync(join(installed, 'node_modules', 'idem-conformance', 'contracts'), { recursive: true });
  writeFileSync(join(installed, 'node_modules', 'idem-conformance', 'contracts', 'contract.schema.json'), '{}');
  for (const folder of [installed, folderWithBody()]) {
    mkdirSync(join(folder, 'api'));
    expect(await command([...flags, '--out', 'api/c.yaml'], { folder })).toMatchObject({ code: 0 });
    const schema = '../node_modules/idem-conformance/contracts/contract.schema.json';
    expect(text(folder, 'api/c.yaml')).toContain(`# yaml-language-server: $schema=${schema}\n`);
  }
});

test.concurrent('2: a file that is there is left alone', async () => {
  const folder = folderWithBody();
  writeFileSync(join(folder, 'idem-contract.yaml'), 'mine\n');
  const sentence = 'idem-contract.yaml is there already: move it away, or name another folder with --out FOLDER/FILE.';
  expectUsage(await command(flags, { folder }), sentence);
  expect(text(folder)).toBe('mine\n');
});

test.concurrent.each<[words: string[], sentence: string | RegExp]>([
  [['init'], 'There is no terminal to ask at, so say it with --endpoint'],
  [
    [...flags, '--target', 'https://api.moda.app'],
    /api\.moda\.app is a production host of the contract 'moda', and .* Nothing was sent\./,
  ],
  [
    [...flags, '--target', 'here'],
    "--target: 'here' is not a URL. Give an origin with its scheme, e.g. http://127.0.0.1:8080",
  ],
  [[...flags, '--out', 'no/c.yaml'], '--out no/c.yaml: there is no folder no. Make it, or choose another.'],
])('2: %j', async (words, sentence) => {
  expectUsage(await command(words, { folder: folderWithBody() }), sentence);
});

/** What somebody at a terminal says to each question. */
const ANSWERS: [question: string, answer: string][] = [
  ['Which endpoint creates something? [POST /orders] ', ''],
  ['Where is its key? [header:Idempotency-Key] ', 'body:ref'],
  ['Where does a success show the id? [/id] ', ''],
  ['A JSON file with an example of its body? [body.json] ', 'order.json'],
  ["Which list shows what exists? ('none' if there is none) [none] ", 'GET /orders'],
];

/** Of util-linux: makes a terminal. */
const maker = 'script';

test.concurrent('questions at a terminal', async () => {
  const folder = folderWithBody();
  const line = `'${process.execPath}' '${bin}' init`;
  const child = spawn(maker, ['--quiet', '--command', line, '/dev/null'], {
    cwd: folder,
    env: { PATH: process.env.PATH, TERM: 'xterm', SHELL: '/bin/sh' },
  });
  const open = [...ANSWERS];
  let shown = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    shown += chunk;
    const index = open.findIndex(([question]) => shown.includes(question));
    if (index >= 0) child.stdin.write(`${open.splice(index, 1)[0]?.[1]}\n`);
  });
  await once(child, 'close');
  expect(shown).toContain('Wrote idem-contract.yaml and request.schema.json.');
  expect(open.filter(([question]) => !question.includes('the id?'))).toEqual([]);
  expect(text(folder)).toMatch(/^ {2}in: body\n {2}name: ref$/m);
  expect(text(folder)).toMatch(/^ {4}path: \/orders$/m);
}, 20_000);
