/** Folders, pipes, devices and other bytes where files belong, for everything that reads: refused at once, in a sentence. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readBaseline } from '../../cli/baseline.js';
import { readResults } from '../../cli/results-file.js';
import { genericContract } from '../../contracts/generic.js';
import { ContractError, loadContract } from '../../contracts/load.js';
import { UsageError } from '../../run/options/usage.js';
import { fixture } from '../reports/fixtures.js';
import { command, newFolder } from './command.js';

const folder = newFolder();
const inFolder = (name: string) => join(folder, name);
mkdirSync(inFolder('folder'));
execFileSync('mkfifo', [inFolder('pipe')]);
writeFileSync(inFolder('latin1'), Buffer.from('name: caf\xe9\n', 'latin1'));
writeFileSync(inFolder('utf16'), Buffer.from('\uFEFF{"a":1}', 'utf16le'));
writeFileSync(inFolder('deep'), `${'['.repeat(50_000)}${']'.repeat(50_000)}`);
writeFileSync(inFolder('results.json'), `\uFEFF${JSON.stringify(fixture('passing'))}`);
writeFileSync(inFolder('with-mark.yaml'), '\uFEFFextends: moda\n');
writeFileSync(inFolder('extends-folder.yaml'), 'extends: ./folder\n');
writeFileSync(inFolder('schema-is-pipe.yaml'), 'extends: moda\ncreate: { requestSchema: pipe }\n');

const odd = ['folder', 'pipe', '/dev/zero', 'latin1', 'utf16', 'deep', 'nowhere'];

const readers: [name: string, read: (file: string) => unknown][] = [
  ['a contract', loadContract],
  ['results', readResults],
  ['a baseline', (file) => readBaseline(file, false)],
  ['an example', (body) => genericContract({ endpoint: 'POST /a', key: 'header:K', body, authenticated: false }, [])],
  [
    'a schema',
    (bodySchema) => genericContract({ endpoint: 'POST /a', key: 'header:K', bodySchema, authenticated: false }, []),
  ],
];

test.each(readers)('%s', (name, read) => {
  for (const file of odd) {
    // A baseline may be empty, and so may the pipe that nothing writes to.
    if (name === 'a baseline' && file === 'pipe') continue;
    let error: unknown;
    try {
      read(file.startsWith('/') ? file : inFolder(file));
    } catch (thrown) {
      error = thrown;
    }
    expect([file, error instanceof UsageError || error instanceof ContractError]).toEqual([file, true]);
    expect((error as Error).message).toMatch(/^[^\n]{10,300}$/);
  }
});

test('what contracts name', () => {
  for (const name of ['extends-folder.yaml', 'schema-is-pipe.yaml'])
    expect(() => loadContract(inFolder(name))).toThrow(ContractError);
});

test('2: a pipe that nothing writes to, and a device', async () => {
  for (const words of [
    ['replay', 'CREATE-1', '--from', 'pipe'],
    ['judge', '/dev/zero'],
  ]) {
    const { code, stderr } = await command(words, { folder });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^idem-conformance: [^\n]+\n$/)]);
  }
});

test('a byte order mark is passed over', () => {
  expect(readResults(folder).schema).toBe(fixture('passing').schema);
  expect(loadContract(inFolder('with-mark.yaml')).contract.resource).toBe(loadContract('moda').contract.resource);
});
