import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readYaml } from '../../contracts/yaml.js';

test.each([
  ['ended by another line', `${'- '.repeat(30_000)}a\nb: 1\n`],
  ['ended by its own kind', `${'- '.repeat(30_000)}a\n- b`],
  ['in brackets', '['.repeat(30_000)],
  ['keys of keys', `${'? '.repeat(30_000)}\na: b`],
  ['holding itself', 'a: &a [*a]'],
  ['holding itself many times', 'a: &a { b: [*a, *a, *a], c: *a }'],
])('what is nested too deep is refused: %s', (_, text) => {
  expect(readYaml(text)).toMatchObject({ value: null, problems: [{ text: expect.stringContaining('nested deeper') }] });
});

test('what is not is read', () => {
  expect(readYaml(`${'- '.repeat(150)}a\n`).problems).toEqual([]);
  expect(readYaml('a: &a [1]\nb: *a\nc: [*a, *a]\n').value).toEqual({ a: [1], b: [1], c: [[1], [1]] });
});

test('a second document is a problem where it begins, and the marks around a single one are none', () => {
  const document = fc.constantFrom('', 'a: 1\n', '- 1\n# note\n', '{"b": [2]}\n', '"---"\n', 'text: |\n  ...\n');
  const end = fc.constantFrom('', '...\n', '...\n# note\n');
  fc.assert(
    fc.property(document, document, end, fc.boolean(), (first, second, ended, isMarked) => {
      const one = `${isMarked ? '---\n' : ''}${first === '' && !isMarked ? 'a: 1\n' : first}`;
      expect(readYaml(`${one}${ended}`).problems).toEqual([]);
      expect(readYaml(`${one}${ended}---\n${second}`)).toMatchObject({
        value: null,
        problems: [{ offset: `${one}${ended}`.length, text: expect.stringContaining('second document') }],
      });
    }),
  );
});
