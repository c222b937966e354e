/** Each option works from the command line, the configuration file and the library, with one wording. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { Command } from 'commander';
import { afterAll, describe, expect, test } from 'vitest';
import { readConfig } from '../../cli/config.js';
import { addOptions, allEntries, readOptions, type Words } from '../../cli/options.js';
import { rerunOf } from '../../results/rerun.js';
import { valueAt } from '../../run/options/check.js';
import { carriedCommand } from '../../run/options/rerun.js';
import type { Verb } from '../../run/options/row.js';
import { entries } from '../../run/options/table.js';
import { UsageError } from '../../run/options/usage.js';
import { type RunOptions, settle } from '../../run/options.js';
import { configSchema, withOptions } from '../../scripts/options-table.js';

const repository = join(import.meta.dirname, '..', '..');
const root = mkdtempSync(join(tmpdir(), 'idem-options-'));
afterAll(() => rmSync(root, { recursive: true }));

const CERTIFICATE = join(repository, 'test', 'cli', 'certificates', 'ca.pem');
const SERVER = join(repository, 'test', 'cli', 'certificates', 'server.pem');
const SERVER_KEY = join(repository, 'test', 'cli', 'certificates', 'server-key.pem');
const body = join(root, 'order.json');
writeFileSync(body, '{"note":"two of them"}');

interface Example {
  /** Word of the command line; `null` where the option takes none. */
  word: string | null;
  /** Value in the configuration file. */
  inFile: unknown;
  /** Value in the library. */
  value: unknown;
  /** What the file may not say; the library neither. */
  wrong: unknown;
  /** `wrong` as a word, where a word can say it. */
  wrongWord?: string;
}

/** A value of each option of a run, right and wrong. */
const examples: Record<string, Example> = {
  target: {
    word: 'http://[::1]:1',
    inFile: 'http://[::1]:1',
    value: ['http://[::1]:1'],
    wrong: 'here',
    wrongWord: 'here',
  },
  contract: text('moda'),
  openapi: text('openapi.yaml'),
  endpoint: text('POST /orders'),
  key: text('header:Idempotency-Key'),
  'key-format': text('/^ord_[a-z0-9]{10}$/'),
  id: text('/order/id'),
  body: text(body),
  'body-type': choice('form'),
  'body-schema': text('order.schema.json'),
  list: text('GET /orders'),
  auth: text('query:api_key'),
  'token-command': { ...text('./token.sh'), value: ['./token.sh'] },
  operation: { ...text('create'), value: ['create'] },
  profile: choice('smoke'),
  seed: number(7, -2.5),
  only: {
    word: 'KEY-1,STORM',
    inFile: ['KEY-1', 'STORM'],
    value: ['KEY-1', 'STORM'],
    wrong: 'NOPE',
    wrongWord: 'NOPE',
  },
  skip: { word: 'KEY-2,LOST', inFile: ['KEY-2', 'LOST'], value: ['KEY-2', 'LOST'], wrong: ['NOPE'], wrongWord: 'NOPE' },
  require: { word: 'KEY', inFile: 'KEY', value: ['KEY'], wrong: ['NOPE'], wrongWord: 'NOPE' },
  promise: {
    word: 'body,CONFLICT-3',
    inFile: ['body', 'CONFLICT-3'],
    value: ['body', 'CONFLICT-3'],
    wrong: ['NOPE'],
    wrongWord: 'NOPE',
  },
  parallel: number(2, 0),
  'max-requests': number(100, 0),
  'max-creates': number(100, 1.5),
  'max-time': number(60, 0),
  rate: number(1.5, 0),
  timeout: number(2.5, 0),
  wait: number(0, -1),
  'max-wait': number(2.5, 0),
  header: {
    word: 'X-A: it’s'.replace('’', "'"),
    inFile: "X-A: it's",
    value: [['X-A', "it's"]],
    wrong: 'nope',
    wrongWord: 'nope',
  },
  'secret-header': {
    word: 'X-Session',
    inFile: 'X-Session',
    value: ['X-Session'],
    wrong: 'two words',
    wrongWord: 'two words',
  },
  ca: { ...text(CERTIFICATE), wrong: 'nope.pem', wrongWord: 'nope.pem' },
  cert: { ...text(SERVER), value: [SERVER], wrong: 'nope.pem', wrongWord: 'nope.pem' },
  'cert-key': { ...text(SERVER_KEY), value: [SERVER_KEY], wrong: 'nope.pem', wrongWord: 'nope.pem' },
  transport: choice('h2'),
  h2c: yes(),
  'storm-width': number(4, 65),
  exclusive: yes(),
  'no-effects': yes(),
  'effects-command': text('psql -Atc "select id, left(note, 17) from orders"'),
  retention: number(5, 0),
  'restart-command': text('kill -9 $(cat "pid"); exec ./it\'s'),
  'side-endpoints': yes(),
  'webhook-listen': { ...text('0.0.0.0:8081'), wrong: '8081', wrongWord: '8081' },
  'webhook-url': { ...text('https://tunnel.example/in'), wrong: 'tunnel', wrongWord: 'tunnel' },
  'allow-production': yes(),
  requirements: { ...text('2026-12'), wrong: '1999-01', wrongWord: '1999-01' },
  shard: { word: '2/3', inFile: '2/3', value: { index: 2, of: 3 }, wrong: '4/3', wrongWord: '4/3' },
  strict: yes(),
  fault: { ...text('never-replays'), wrong: 'nope', wrongWord: 'nope' },
};

function text(value: string): Example {
  return { word: value, inFile: value, value, wrong: '', wrongWord: '' };
}

function choice(value: string): Example {
  return { word: value, inFile: value, value, wrong: 'huge', wrongWord: 'huge' };
}

function number(value: number, wrong: number): Example {
  return { word: String(value), inFile: value, value, wrong, wrongWord: String(wrong) };
}

function yes(): Example {
  return { word: null, inFile: true, value: true, wrong: 'yes' };
}

function wordsOf(words: string[], verb: Verb = 'run'): Words {
  return addOptions(new Command(), verb).exitOverride().parse(words, { from: 'user' }).opts();
}

function inFile(members: object) {
  const folder = mkdtempSync(join(root, 'config-'));
  writeFileSync(join(folder, 'idem-conformance.yaml'), JSON.stringify(members));
  return readConfig(folder);
}

const validate = new Ajv2020({ strict: false }).compile(JSON.parse(configSchema()));

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'accepted';
}

test('there is an example of each option', () => {
  expect(Object.keys(examples)).toEqual(entries.map(({ row }) => row.flag));
});

describe.each(entries.map((entry) => ({ flag: entry.row.flag, entry })))('$flag', ({ flag, entry }) => {
  const { word, inFile: fromFile, value, wrong, wrongWord } = examples[flag] as Example;

  test('is read from each place', () => {
    const words = wordsOf([`--${flag}`, ...(word === null ? [] : [word])]);
    expect(valueAt(readOptions(words, {}).options, entry)).toEqual(value);
    if (entry.row.notInFile === true) return expect(() => inFile({ [flag]: fromFile })).toThrow();
    expect(valueAt(readOptions({}, {}, inFile({ [flag]: fromFile })).options, entry)).toEqual(value);
    expect(validate({ [flag]: fromFile }), JSON.stringify(validate.errors)).toBe(true);
  });

  test('is refused with one wording, in the words of the reader', () => {
    const options = entry.path.reduceRight<unknown>((inner, member) => ({ [member]: inner }), wrong) as RunOptions;
    const inLibrary = messageOf(() => settle(options));
    expect(inLibrary.startsWith(entry.member)).toBe(true);
    expect(inLibrary).not.toMatch(/--(?!list')|\.yaml/);
    const rest = inLibrary.slice(entry.member.length);
    if (wrongWord !== undefined)
      expect(messageOf(() => readOptions(wordsOf([`--${flag}`, wrongWord]), {}))).toBe(`--${flag}${rest}`);
    if (entry.row.notInFile === true) return;
    expect(messageOf(() => readOptions({}, {}, inFile({ [flag]: wrong })))).toBe(
      `${flag} in idem-conformance.yaml${rest}`,
    );
  });
});

test('the command line wins over the file, and is named where both are given', () => {
  const file = inFile({ rate: 'fast', target: 'http://127.0.0.1:1' });
  const words = wordsOf(['--rate', '5', '--target', 'http://127.0.0.1:2']);
  expect(readOptions(words, {}, file).options).toMatchObject({ rate: 5, targets: ['http://127.0.0.1:2'] });
  expect(messageOf(() => readOptions(wordsOf(['--rate', '0']), {}, file))).toMatch(/^--rate must/);
});

test('what options need of each other is said in the words of the reader, too', () => {
  const at = 'http://127.0.0.1:1';
  expect(messageOf(() => settle({ endpoint: { key: 'header:K' } }))).toMatch(
    /^endpoint\.key goes with endpoint\.endpoint/,
  );
  expect(messageOf(() => settle({ targets: [at] }))).toMatch(/Set credentials, and credentials\.second to/);
  const endpoint = { endpoint: 'orders', key: 'header:K', body };
  expect(messageOf(() => settle({ targets: [at], endpoint }))).toBe(
    "endpoint.endpoint orders: give method and path, e.g. 'POST /orders'.",
  );
  const said = { ...endpoint, endpoint: 'POST /orders' };
  const key = (value: string) => messageOf(() => settle({ targets: [at], endpoint: { ...said, key: value } }));
  expect(key('body:params/0/idempotencyKey')).toBe(
    'endpoint.key body:params/0/idempotencyKey: a key inside another member is named by a JSON Pointer, which begins with /. Give e.g. body:/params/0/idempotencyKey.',
  );
  expect(key('body:/keys/0')).toMatch(/names an element of an array, not a member. Give e.g. body:\/meta\/key\.$/);
  expect(key('body:/meta//key')).toMatch(/that is not a JSON Pointer to a member/);
  const keyFormat = (value: string) =>
    messageOf(() => settle({ targets: [at], endpoint: { ...said, keyFormat: value } }));
  expect(keyFormat('uuid5')).toBe(
    "endpoint.keyFormat uuid5: give uuid, uuidv4, uuidv7, ulid, or a regular expression: '/^ord_[a-z0-9]{10}$/'.",
  );
  expect(keyFormat('/[/')).toMatch(/^endpoint.keyFormat \/\[\/: give uuid/);
  expect(keyFormat('/^[0-9]{3}$/')).toMatch(/^endpoint.keyFormat: no key can be made that is legal \(matches/);
  const braces = { ...endpoint, endpoint: 'POST /orders', list: '/orders/{id}' };
  expect(messageOf(() => settle({ targets: [at], endpoint: braces }))).toBe(
    "endpoint.list /orders/{id}: give method and path, e.g. 'GET /orders'.",
  );
  const both = { ...endpoint, endpoint: 'POST /orders', bodySchema: body };
  expect(messageOf(() => settle({ targets: [at], endpoint: both }))).toBe(
    'endpoint.body and endpoint.bodySchema say the same: give one of them.',
  );
  expect(messageOf(() => settle({ maxRequest: 5 } as RunOptions))).toBe(
    'There is no option maxRequest. Did you mean maxRequests?',
  );
  const { options, front } = readOptions(wordsOf(['--target', at, '--api-key-env', 'MINE']), { MINE: 'a\n' });
  expect(() => settle(options, front)).toThrow(UsageError);
  try {
    settle(options, front);
  } catch (error) {
    expect((error as UsageError).as(front.nameOf)).toMatch(/^The API key in MINE holds characters/);
  }
});

/** The words that a shell makes of a line. */
function shell(line: string): string[] {
  const printed = execFileSync('sh', ['-c', `set -- ${line}; printf '%s\\0' "$@"`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

describe('the rerun command', () => {
  const environment = { MINE: 'sk-key-1', YOURS: 'sk-key-2' };
  const carried = entries.filter(({ row }) => row.rerun === true).map(({ row }) => row.flag);
  const groups: [name: string, left: string[]][] = [
    [
      'a contract',
      ['openapi', 'endpoint', 'key', 'key-format', 'id', 'body', 'body-type', 'body-schema', 'list', 'fault'],
    ],
    ['an endpoint', ['openapi', 'contract', 'body-schema', 'fault']],
    [
      'the bundled reference',
      [
        'target',
        'openapi',
        'endpoint',
        'key',
        'key-format',
        'id',
        'body',
        'body-type',
        'body-schema',
        'list',
        'auth',
        'token-command',
        'effects-command',
        'restart-command',
      ],
    ],
  ];

  test.each(groups)('of %s says every option again', (_, left) => {
    const words = carried
      .filter((flag) => !left.includes(flag))
      .flatMap((flag) => [`--${flag}`, ...[(examples[flag] as Example).word].filter((word) => word !== null)]);
    const all = [...words, '--target', 'http://127.0.0.1:2'].slice(0, left.includes('target') ? -2 : undefined);
    const keys = ['--api-key-env', 'MINE', '--api-key-env', 'YOURS'];
    const first = readOptions(wordsOf([...all, ...keys, '--profile', 'standard']), environment);
    const settings = settle(first.options, first.front);
    const line = rerunOf(carriedCommand(settings), {
      ids: ['KEY-1', 'KEY-1', 'KEY-2'],
      profile: settings.profile,
      seed: 9,
      shard: { index: 2, of: 3 },
    });
    const [npx, name, ...again] = shell(line);
    const second = readOptions(wordsOf(again), environment);
    expect([npx, name]).toEqual(['npx', 'idem-conformance']);
    expect(second.options).toEqual({
      ...first.options,
      ...(words.includes('--token-command')
        ? { endpoint: { ...first.options.endpoint, tokenCommand: ['YOUR-COMMAND'] } }
        : {}),
      ...(words.includes('--effects-command') ? { effectsCommand: 'YOUR-COMMAND' } : {}),
      ...(words.includes('--restart-command') ? { restartCommand: 'YOUR-COMMAND' } : {}),
      only: ['KEY-1', 'KEY-2'],
      seed: 9,
      shard: { index: 2, of: 3 },
    });
    expect(second.own).toEqual(first.own);
  });

  test('names every target, and all that is sent or trusted besides', () => {
    const words = [
      ...['--target', 'https://a.example.com', '--target', 'https://b.example.com', '--header', 'X-Team: blue'],
      ...['--header', 'X-Part: 2', '--transport', 'h2', '--ca', CERTIFICATE],
    ];
    const { options, front } = readOptions(wordsOf(words), { IDEM_API_KEY: 'sk_key' });
    const chosen = { ids: ['KEY-1'], profile: 'smoke', seed: 9, shard: null };
    expect(shell(rerunOf(carriedCommand(settle(options, front)), chosen)).slice(2)).toEqual([
      ...words.slice(0, 8),
      ...['--ca', CERTIFICATE, '--transport', 'h2', '--only', 'KEY-1', '--profile', 'smoke', '--seed', '9'],
    ]);
  });

  test('shows no secret', () => {
    const headers = ['Authorization: Bearer s3cret', 'cookie: s3cret', 'X-Api-Key: s3cret', 'X-Team: blue'];
    const words = [
      ...headers.flatMap((word) => ['--header', word]),
      ...['--target', 'http://127.0.0.1:1', '--restart-command', 'PGPASSWORD=s3cret ./restart.sh'],
    ];
    const { options, front } = readOptions(wordsOf(words), { IDEM_API_KEY: 's3cret' });
    const chosen = { ids: ['KEY-1'], profile: 'standard', seed: 9, shard: null };
    expect(rerunOf(carriedCommand(settle(options, front)), chosen)).toBe(
      "npx idem-conformance --target http://127.0.0.1:1 --header 'Authorization: YOUR-VALUE' " +
        "--header 'cookie: YOUR-VALUE' --header 'X-Api-Key: YOUR-VALUE' --header 'X-Team: blue' " +
        '--restart-command YOUR-COMMAND --only KEY-1 --profile standard --seed 9',
    );
  });
});

describe('what is written about options', () => {
  test('the README and the schema are as npm run generate writes them', () => {
    const readme = readFileSync(join(repository, 'README.md'), 'utf8');
    expect(readme).toBe(withOptions(readme));
    expect(readFileSync(join(repository, 'run', 'config.schema.json'), 'utf8')).toBe(configSchema());
  });

  test('the schema knows every option that may stand in the file, and no other', () => {
    const known = Object.keys((JSON.parse(configSchema()) as { properties: object }).properties);
    expect(known).toEqual(allEntries.filter(({ row }) => row.notInFile !== true).map(({ row }) => row.flag));
    const rest = { 'report-dir': 'reports', format: ['json', 'html'], verbose: true, baseline: null };
    expect(validate(rest), JSON.stringify(validate.errors)).toBe(true);
    for (const members of [{ nope: 1 }, { 'dry-run': true }, { maxRequests: 1 }]) {
      expect(validate(members)).toBe(false);
      expect(messageOf(() => inFile(members))).toMatch(/^idem-conformance\.yaml: /);
    }
  });

  test('help says what each verb takes', () => {
    const verbs: Verb[] = ['run', 'replay', 'init', 'merge'];
    for (const verb of verbs) {
      const help = addOptions(new Command(), verb).helpInformation();
      const named = [...help.matchAll(/^ {2}--([\w-]+)/gm)].map(([, name]) => name);
      expect(named).toEqual(allEntries.filter(({ row }) => row.verbs.includes(verb)).map(({ row }) => row.flag));
    }
  });
});

test('a chapter that is required means what the contract does not rule out of it, and all where it rules out all', () => {
  const required = (require: string[]) => settle({ contract: 'moda', require }).require;
  expect(required(['SCOPE'])).toEqual(['SCOPE-1', 'SCOPE-2', 'SCOPE-3', 'SCOPE-4', 'SCOPE-5']);
  expect(required(['SCOPE-6'])).toEqual(['SCOPE-6']);
  expect(settle({ contract: 'ietf', require: ['UPLOAD'] }).require).toEqual(['UPLOAD-1', 'UPLOAD-2', 'UPLOAD-3']);
});
