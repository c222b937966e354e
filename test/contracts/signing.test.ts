/** What a contract may say of signing, and where the module is looked for. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadContract, loadOperations } from '../../contracts/load.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-signing-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
mkdirSync(join(folder, 'base'));
for (const name of ['sign.mjs', 'base/sign.mjs']) writeFileSync(join(folder, name), 'export default () => ({});');

let files = 0;

function written(text: string): string {
  files += 1;
  const file = join(folder, `${files}.yaml`);
  writeFileSync(file, `extends: ietf\n${text}\n`);
  return file;
}

test('the module lies beside the file that names it', () => {
  expect(loadContract(written('sign: ./sign.mjs'))).toMatchObject({ signFile: join(folder, 'sign.mjs') });
  writeFileSync(join(folder, 'base/api.yaml'), 'extends: ietf\nsign: ./sign.mjs\n');
  const file = join(folder, 'above.yaml');
  writeFileSync(file, 'extends: ./base/api.yaml\n');
  const { contract, signFile } = loadContract(file);
  expect([contract.sign, signFile]).toEqual(['./sign.mjs', join(folder, 'base/sign.mjs')]);
  expect(loadContract(written('title: a')).signFile).toBeUndefined();
});

test('all operations have the one module', () => {
  const own = 'operations:\n  a: { create: { path: /a } }\n  b: { create: { path: /b } }';
  const files = loadOperations(written(`sign: ./sign.mjs\n${own}`)).map(({ signFile }) => signFile);
  expect(files).toEqual([join(folder, 'sign.mjs'), join(folder, 'sign.mjs')]);
  const file = written('operations:\n  a: { sign: ./sign.mjs, create: { path: /a } }');
  expect(() => loadContract(file)).toThrow(`${file}:3:8: /operations/a/sign: is the same for all operations`);
});

test('a signature in a body is new in every request', () => {
  const text = 'sign: ./sign.mjs\ncompanions: [{ in: body, name: /signature, value: signature }]';
  const example = 'create: { path: /a, example: { note: x } }';
  expect(loadContract(written(`${text}\n${example}`)).contract.companions[0]?.repeats).toBe('fresh');
});

const signed = (rest: string) => `sign: ./sign.mjs\ncreate: { path: /a, example: { note: x } }\ncompanions:\n${rest}`;

test.each<[name: string, text: string, at: string, words: string]>([
  ['no file', 'sign: ./sing.mjs', '2:1: /sign', 'there is no file ./sing.mjs; write it, or correct the name'],
  ['a folder', 'sign: ./base', '2:1: /sign', 'there is no file ./base; write it'],
  ['no path', 'sign: true', '2:1: /sign', 'must be the path of a JavaScript module, such as ./sign.mjs, or null'],
  ['an empty path', "sign: ''", '2:1: /sign', 'must be the path of a JavaScript module'],
  [
    'nothing that signs',
    'create: { path: /a, example: { note: x } }\ncompanions: [{ in: body, name: s, value: signature }]',
    '3:35: /companions/0/value',
    'needs a module that signs; name it in sign: ./sign.mjs',
  ],
  ['a header', signed('  - { name: S, value: signature }'), '5:5: /companions/0/in', 'must be body: in a header, the'],
  [
    'equal',
    signed('  - { in: body, name: s, value: signature, repeats: equal }'),
    '5:44: /companions/0/repeats',
    'must be fresh, or left out',
  ],
  [
    'two',
    signed('  - { in: body, name: s, value: signature }\n  - { in: body, name: t, value: signature }'),
    '6:26: /companions/1/value',
    'is there twice; a body has one signature',
  ],
])('wrong: %s', (_, text, at, words) => {
  const file = written(text);
  expect(() => loadContract(file)).toThrow(`${file}:${at}: ${words}`);
});
