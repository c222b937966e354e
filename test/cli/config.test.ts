import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, expectRun, expectUsage, idsWith, newFolder, resultsOf } from './command.js';
import { closedPort, frontOf } from './targets.js';

function folderWith(config: string): string {
  const folder = newFolder();
  writeFileSync(join(folder, 'idem-conformance.yaml'), config);
  return folder;
}

test.concurrent('idem-conformance.yaml sets options', async () => {
  const target = await frontOf();
  const folder = folderWith(
    `# for the nightly job\ntarget: ${target.url}\nprofile: smoke\nseed: 7\nonly: [CREATE-1, CREATE-4]\n` +
      "report-dir: reports\nheader:\n  - 'X-One: 1'\n  - 'X-Two: 2'\nstrict: true\nexclusive: false\nwait: null\n",
  );
  const ended = await command([], { folder, env: target.env });
  expect(ended.code, ended.stderr).toBe(0);
  const results = resultsOf(ended, 'reports');
  expect(results).toMatchObject({ seed: 7, profile: 'smoke', strict: true, targets: [target.url] });
  expect(idsWith(results, 'passed')).toEqual(['CREATE-1', 'CREATE-4']);
  expect(target.headers.every((one) => one['x-one'] === '1' && one['x-two'] === '2')).toBe(true);
});

test.concurrent('the command line wins, also where an option may be given more than once', async () => {
  const target = await frontOf();
  const nobody = await closedPort();
  const folder = folderWith(
    `target: ${nobody.url}\nprofile: standard\nseed: 7\nonly: [REPLAY-1]\nheader: 'X-One: 1'\n`,
  );
  const words = [
    '--seed=8',
    '--profile',
    'smoke',
    '--target',
    target.url,
    '--only',
    'CREATE-1',
    '--header',
    'X-Two: 2',
  ];
  const results = expectRun(await command(words, { folder, env: target.env }), 0);
  expect(results).toMatchObject({ seed: 8, profile: 'smoke', targets: [target.url] });
  expect(idsWith(results, 'passed')).toEqual(['CREATE-1']);
  expect(target.headers.every((one) => one['x-one'] === undefined && one['x-two'] === '2')).toBe(true);
});

const wrong: [config: string, sentence: RegExp][] = [
  ['seed: [1', /idem-conformance\.yaml:1:\d+: .*\.\n$/],
  ['seed: 1\nseed: 2\n', /idem-conformance\.yaml:2:1: there are two members 'seed'\./],
  ['- seed\n', /idem-conformance\.yaml must hold options, one a line/],
  ['just text\n', /idem-conformance\.yaml must hold options, one a line/],
  ['seed: { a: 1 }\n', /seed in idem-conformance\.yaml must be a whole number from .*, not \{"a":1\}\./],
  ['maxRequests: 1\n', /there is no option 'maxRequests'\. Did you mean 'max-requests'\?/],
  ['dry-run: true\n', /'dry-run' goes on the command line only, as --dry-run\./],
  ['strict: yes please\n', /strict in idem-conformance\.yaml must be true or false, not 'yes please'\./],
  ['seed: *nowhere\n', /idem-conformance\.yaml:1:1: Unresolved alias/],
  ['nope: 1\n', /idem-conformance\.yaml: there is no option 'nope'\. .*--help lists/],
  ['rate: fast\n', /rate in idem-conformance\.yaml must be a number above 0, not 'fast'\./],
];

test.concurrent.each(wrong)('2: %j', async (config, sentence) => {
  expectUsage(await command(['--profile', 'smoke'], { folder: folderWith(config) }), sentence);
});

test.concurrent('2: a folder of that name', async () => {
  const folder = newFolder();
  mkdirSync(join(folder, 'idem-conformance.yaml'));
  expectUsage(await command([], { folder }), 'idem-conformance.yaml: is a folder');
});

test.concurrent('an empty file, and one of comments alone, set nothing', async () => {
  for (const config of ['', '# nothing\n']) {
    expect((await command(['--list'], { folder: folderWith(config) })).code).toBe(0);
  }
});

test.concurrent('a wrong file does not stand in the way of --help, --version and other verbs', async () => {
  const folder = folderWith('seed: [1');
  for (const words of [['--help'], ['--version'], ['reference', '--help']]) {
    expect(await command(words, { folder })).toMatchObject({ code: 0, stderr: '' });
  }
});
