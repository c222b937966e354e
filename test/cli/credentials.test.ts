/** Credentials of every kind by the command: none of them is in any output, and none is sent where it should not be. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { formats } from '../../reports/write.js';
import { command, type Ended, expectUsage, newFolder, resultsOf } from './command.js';
import { serve, type Target } from './targets.js';

const [ONE, TWO] = ['p4ss:w0rd/+"%é-of-one', 's3cret=&w0rd\\of two'];
const TOKENS = ['tok/en+of.one~1234', 'tok/en+of.two~5678'];
const OTHER = 'refresh/me+later~9012';

const spelled = (secret: string) => ({
  plain: secret,
  base64: Buffer.from(secret).toString('base64'),
  url: encodeURIComponent(secret),
  json: JSON.stringify(secret).slice(1, -1),
});

/** Makes an order again with every request, and shows all that it was sent in every spelling. */
async function telling(secrets: string[], how: Parameters<typeof serve>[1] = {}): Promise<Target> {
  let made = 0;
  return serve(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const json = (status: number, body: object) =>
      response
        .writeHead(status, { 'content-type': 'application/json', 'x-echo': incoming.url ?? '' })
        .end(JSON.stringify(body));
    const said = Buffer.concat(chunks).toString();
    if (incoming.url?.startsWith('/oauth/token')) {
      const userinfo = Buffer.from(String(incoming.headers.authorization).slice(6), 'base64').toString();
      const id = new URLSearchParams(said).get('client_id') ?? userinfo.split(':')[0];
      return json(200, { access_token: TOKENS[id === 'client-1' ? 0 : 1], expires_in: 60, refresh_token: OTHER });
    }
    if (incoming.method === 'GET') return json(200, { items: [] });
    made += 1;
    return json(201, {
      id: `order_${made}`,
      headers: incoming.headers,
      url: incoming.url,
      said,
      all: secrets.map(spelled),
    });
  }, how);
}

const described = {
  ...{ extends: 'ietf', scope: 'credential', create: { path: '/orders', example: { note: 'x' } } },
  ...{ setup: [{ path: '/carts', body: { note: 'x' }, save: { cart: '/id' } }] },
  companions: [{ name: 'X-Cart', value: '{cart}' }],
};

/** Everything that the command wrote: its folder and both streams. The contract lies elsewhere. */
function outputs({ folder, stdout, stderr }: Ended): [string, string][] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  const texts = files.map(({ parentPath, name }): [string, string] => [
    name,
    readFileSync(join(parentPath, name), 'utf8'),
  ]);
  return [['stdout', stdout], ['stderr', stderr], ...texts];
}

function contractFile(authentication: object): string {
  const file = join(newFolder(), 'contract.json');
  writeFileSync(file, JSON.stringify({ ...described, authentication }));
  return file;
}

/** A program that prints what stands in a file beside it. */
function printing(text: string): string {
  const file = join(newFolder(), 'token');
  writeFileSync(file, text);
  return `cat ${file}`;
}

const keys = { IDEM_API_KEY: ONE, IDEM_API_KEY_2: TWO };
const users = { IDEM_API_KEY: `ann:${ONE}`, IDEM_API_KEY_2: `bob:${TWO}` };
const clients = {
  ...{ IDEM_CLIENT_ID: 'client-1', IDEM_CLIENT_SECRET: ONE },
  ...{ IDEM_CLIENT_ID_2: 'client-2', IDEM_CLIENT_SECRET_2: TWO },
};
const asJson = TOKENS.map((access_token) => JSON.stringify({ access_token, expires_in: 60, refresh_token: OTHER }));

/** What webhooks are signed with goes to no target; this one knows it all the same. */
const SIGNING = 'whsec_s1gn/ing+with~this';

interface Authentication {
  header?: string;
  prefix?: string;
  query?: string;
  scheme?: string;
  token?: { command?: string; second?: string; url?: string; send?: string };
}

type Kind = [name: string, authentication: () => Authentication, env: Record<string, string>, secrets: string[]];
const kinds: Kind[] = [
  ['a header of its own', () => ({ header: 'X-Own', prefix: '' }), keys, [ONE, TWO]],
  ['the query', () => ({ query: 'api_key' }), keys, [ONE, TWO]],
  ['Basic', () => ({ scheme: 'basic' }), users, [ONE, TWO, users.IDEM_API_KEY, users.IDEM_API_KEY_2]],
  [
    'a command that prints a token',
    () => ({ token: { command: printing(`${TOKENS[0]}\n`), second: printing(`${TOKENS[1]}\n`) } }),
    {},
    TOKENS,
  ],
  [
    'a command that prints JSON',
    () => ({ token: { command: printing(asJson[0] as string), second: printing(asJson[1] as string) } }),
    {},
    [...TOKENS, OTHER],
  ],
  ['a token endpoint', () => ({ token: { url: '/oauth/token' } }), clients, [ONE, TWO, ...TOKENS, OTHER]],
  [
    'a token endpoint, in the body',
    () => ({ token: { url: '/oauth/token', send: 'body' } }),
    clients,
    [ONE, TWO, ...TOKENS, OTHER],
  ],
];

/** Where a secret shows, and in which spelling. */
function leaks(ended: Ended[], secrets: string[]): string[] {
  return ended
    .flatMap(outputs)
    .flatMap(([name, text]) =>
      secrets.flatMap((secret) =>
        Object.entries(spelled(secret)).flatMap(([how, one]) => (text.includes(one) ? [`${how} in ${name}`] : [])),
      ),
    );
}

const smoke = ['--profile', 'smoke', '--storm-width', '2', '--seed', '1'];

/** The same API by flags; a token endpoint has none. */
function flagsFor({ header, query, scheme, token }: Authentication): string[] {
  const auth = query === undefined ? (scheme ?? `header:${header}`) : `query:${query}`;
  const credential =
    token === undefined ? ['--auth', auth] : token.command === undefined ? [] : ['--token-command', token.command];
  const body = join(newFolder(), 'order.json');
  writeFileSync(body, '{"note":"two of them"}');
  return ['--endpoint', 'POST /orders', '--key', 'header:Idempotency-Key', '--body', body, ...credential];
}

test.concurrent.each(kinds)('no secret shows: %s', async (_, authentication, given, own) => {
  const secrets = [...own, SIGNING];
  const env = { ...given, IDEM_WEBHOOK_SECRET: SIGNING };
  const target = await telling(secrets);
  const contract = contractFile(authentication());
  const described = ['--target', target.url, '--contract', contract];
  const run = [...described, ...smoke, '--verbose', '--format', formats.join(',')];
  const ended = await command([...run, '--only', 'REPLAY-1,SCOPE-1'], { env });
  expect(ended.code, ended.stdout + ended.stderr).toBe(1);
  // What was shown to the target is in the evidence, masked.
  expect(JSON.stringify(resultsOf(ended))).toMatch(/‹secret \w+/);
  const { folder } = ended;
  const others = [
    await command(['replay', 'REPLAY-1', '--from', 'idem-report/results.json', ...described], { env, folder }),
    await command(['report', 'idem-report'], { env, folder }),
    await command(['explain', contract], { env, folder }),
    await command(['judge', 'idem-report/history.ndjson'], { env, folder }),
    await command(['init', '--target', target.url, ...flagsFor(authentication())], { env, folder }),
  ];
  expect(others.map(({ code }) => code)).toEqual([1, 1, 0, 1, 0]);
  expect(leaks([ended, ...others], secrets)).toEqual([]);
});

test.concurrent('no secret shows: the answer to a set-up step that fails, however long it is', async () => {
  for (const beginning of [0, 240, 270]) {
    const target = await serve((_, response) =>
      response
        .writeHead(400)
        .end('.'.repeat(beginning) + [ONE, TWO].map((one) => JSON.stringify(spelled(one))).join('')),
    );
    const contract = contractFile({ header: 'X-Own', prefix: '' });
    const ended = await command(['--target', target.url, '--contract', contract, ...smoke], { env: keys });
    expect(ended.code).toBe(2);
    expect(ended.stdout + ended.stderr).toContain("The set-up step 'POST /carts' failed");
    expect(leaks([ended], [ONE, TWO, ONE.slice(0, 12), TWO.slice(0, 10)])).toEqual([]);
  }
});

test.concurrent('no secret shows: what programs print', async () => {
  const target = await telling([ONE]);
  // What fails is shown with the last line of its errors.
  const failing = 'echo "$IDEM_API_KEY"; echo "no: $IDEM_API_KEY" >&2; exit 3';
  const described = ['--target', target.url, '--contract', contractFile({}), ...smoke, '--verbose'];
  const words = ['--restart-command', failing, '--effects-command', failing, '--only', 'REPLAY-1,REPLAY-3,LOST-8'];
  const ended = await command([...described, ...words], { env: { IDEM_API_KEY: ONE } });
  expect(JSON.stringify(resultsOf(ended))).toMatch(/no: ‹secret \w+/);
  expect(leaks([ended], [ONE])).toEqual([]);
});

test.concurrent('no secret shows: the key of a client certificate', async () => {
  const certificates = join(import.meta.dirname, 'certificates');
  const pem = (name: string) => join(certificates, `${name}.pem`);
  const tls = { key: readFileSync(pem('server-key'), 'utf8'), cert: readFileSync(pem('server'), 'utf8') };
  const key = readFileSync(pem('client-1-key'), 'utf8');
  // No server knows it.
  const target = await telling([], { tls: { ...tls, requestCert: true, ca: readFileSync(pem('client-1'), 'utf8') } });
  const certificate = ['--ca', pem('ca'), '--cert', pem('client-1'), '--cert-key', pem('client-1-key')];
  const described = ['--target', target.url, '--contract', contractFile({ scheme: 'certificate' }), ...certificate];
  const ended = await command([...described, ...smoke, '--verbose', '--only', 'REPLAY-1']);
  expect(ended.code, ended.stdout + ended.stderr).toBe(1);
  const lines = key.split('\n').filter((line) => line !== '' && !line.startsWith('-----'));
  expect(leaks([ended], [key, ...lines])).toEqual([]);
});

test.concurrent.each([
  ['signs', '', 1],
  ['signs, and in the end throws', "if (++calls > 30) throw new Error('cannot sign with ' + secret);", 1],
  ['throws', "throw new Error('cannot sign with ' + secret + ' as ' + encodeURIComponent(secret));", 2],
])('no secret shows, and no signature, where a module %s', async (_, line, code) => {
  const signatures = [ONE, TWO].map((secret) => createHash('sha256').update(secret).digest('base64'));
  const target = await telling([ONE, TWO, ...signatures]);
  const folder = newFolder();
  writeFileSync(
    join(folder, 'sign.mjs'),
    `import { createHash } from 'node:crypto';
let calls = 0;
export default ({ secret }) => {
  console.log('signing with', secret);
  console.error(JSON.stringify({ secret, base64: Buffer.from(secret ?? '').toString('base64') }));
  ${line}
  if (secret === null) return {};
  return { 'X-Proof': createHash('sha256').update(secret).digest('base64'), Authorization: 'Signed ' + secret };
};`,
  );
  const contract = join(folder, 'contract.json');
  writeFileSync(contract, JSON.stringify({ ...described, authentication: {}, sign: './sign.mjs' }));
  const words = [
    '--target',
    target.url,
    '--contract',
    contract,
    '--profile',
    'smoke',
    '--storm-width',
    '2',
    '--verbose',
  ];
  const ended = await command([...words, '--only', 'REPLAY-1,SCOPE-1', '--seed', '1'], { env: keys });
  expect([ended.code, target.requests.length > 0], ended.stdout + ended.stderr).toEqual([code, code !== 2]);
  expect(ended.stdout).toContain('requests are signed by ./sign.mjs, a program that is run here');
  if (line !== '')
    expect(ended.stdout + ended.stderr).toMatch(/\(\.\/sign\.mjs\) threw Error: cannot sign with ‹secret/);
  const shown = outputs(ended).flatMap(([name, text]) =>
    [ONE, TWO, ...signatures].flatMap((secret) =>
      Object.entries(spelled(secret)).flatMap(([how, one]) => (text.includes(one) ? [`${how} in ${name}`] : [])),
    ),
  );
  expect(shown).toEqual([]);
});

describe.concurrent('nothing is run or sent', () => {
  test('by a contract that only the configuration file names, and that signs', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'sign.mjs'), "import 'node:fs'; export default () => ({});");
    writeFileSync(join(folder, 'own.json'), JSON.stringify({ ...described, sign: './sign.mjs' }));
    writeFileSync(join(folder, 'idem-conformance.yaml'), 'contract: ./own.json\ntarget: http://127.0.0.1:1\n');
    const words = /names a contract that runs a program \(sign\)\. Nothing was run or sent\./;
    expectUsage(await command([], { folder }), words);
    const named = await command(['--contract', './own.json', '--dry-run'], { folder });
    expect([named.code, named.stdout]).toEqual([
      0,
      expect.stringMatching(/^requests are signed by \.\/sign\.mjs, a program/),
    ]);
  });

  const token = contractFile({ token: { command: 'touch ran; echo a_token' } });

  test('by a contract that only the configuration file names', async () => {
    const folder = newFolder();
    writeFileSync(join(folder, 'idem-conformance.yaml'), `contract: ${token}\ntarget: http://127.0.0.1:1\n`);
    expectUsage(await command([], { folder }), /names a contract that runs a program .* Nothing was run or sent\./);
    expect(readdirSync(folder)).toEqual(['idem-conformance.yaml']);
  });

  test('at a production host that gives tokens', async () => {
    const contract = contractFile({ token: { url: 'https://auth.example.com/token' } });
    const own = join(newFolder(), 'own.json');
    writeFileSync(own, JSON.stringify({ extends: contract, productionHosts: ['*.example.com'] }));
    const ended = await command(['--target', 'http://127.0.0.1:1', '--contract', own], { env: clients });
    expectUsage(ended, /auth\.example\.com is a production host of the contract/);
  });

  test.each<[string, object, Record<string, string>, RegExp]>([
    ['no client', { token: { url: '/t' } }, {}, /Set IDEM_CLIENT_ID and IDEM_CLIENT_SECRET, and IDEM_CLIENT_ID_2 and/],
    [
      'no secret',
      { token: { url: '/t' } },
      { IDEM_CLIENT_ID: 'x' },
      /^idem-conformance: IDEM_CLIENT_ID and IDEM_CLIENT_SECRET go together/,
    ],
    [
      'no password',
      { scheme: 'basic' },
      { IDEM_API_KEY: 'ann-s3cret' },
      /The credential in IDEM_API_KEY must be USER:PASSWORD/,
    ],
    [
      'a short password',
      { scheme: 'basic' },
      { IDEM_API_KEY: 'annabelle:abc' },
      /The secret in IDEM_API_KEY has fewer than 6/,
    ],
    [
      'two sources',
      { token: { url: '/t', command: 'true' } },
      {},
      /authentication\/token: needs a command or a url: write one/,
    ],
    [
      'two places',
      { scheme: 'basic', query: 'k' },
      {},
      /authentication\/scheme: goes with no query: write one of them/,
    ],
  ])('%s', async (_, authentication, env, words) => {
    const contract = contractFile(authentication);
    expectUsage(await command(['--target', 'http://127.0.0.1:1', '--contract', contract], { env }), words);
  });
});

test.concurrent('three flags say what a contract would: Basic, the query, a command', async () => {
  const target = await telling([]);
  const folder = newFolder();
  writeFileSync(join(folder, 'order.json'), '{"note":"x"}');
  const api = [
    '--target',
    target.url,
    '--endpoint',
    'POST /orders',
    '--key',
    'header:Idempotency-Key',
    '--body',
    'order.json',
  ];
  const sent = async (words: string[], env: Record<string, string>) => {
    target.headers.length = 0;
    target.requests.length = 0;
    await command([...api, ...words, '--profile', 'smoke', '--only', 'CREATE-3'], { env, folder });
    return [target.requests[0], target.headers[0]?.authorization];
  };
  expect(await sent(['--auth', 'basic'], { IDEM_API_KEY: 'ann:p4ss:word' })).toEqual([
    'POST /orders',
    `Basic ${Buffer.from('ann:p4ss:word').toString('base64')}`,
  ]);
  expect(await sent(['--auth', 'query:key'], { IDEM_API_KEY: 'a/b c?d' })).toEqual([
    'POST /orders?key=a%2Fb%20c%3Fd',
    undefined,
  ]);
  expect(await sent(['--token-command', 'echo a_token'], {})).toEqual(['POST /orders', 'Bearer a_token']);
});
