import { expect, test } from 'vitest';
import { at, formatPointer, parsePointer } from '../../contracts/pointer.js';

// The example of RFC 6901, section 5.
const value = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'm~n': 8, ' ': 7 };

test.each([
  ['', value],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/m~0n', 8],
  ['/ ', 7],
  ['/foo/2', undefined],
  ['/foo/00', undefined],
  ['/foo/-', undefined],
  ['/foo/length', undefined],
  ['/toString', undefined],
  ['/foo/0/x', undefined],
])('at %j', (pointer, expected) => {
  expect(at(value, pointer)).toEqual(expected);
});

test('parse and format are inverse', () => {
  const names = ['a/b', 'm~n', '~1', '', '0'];
  expect(formatPointer(names)).toBe('/a~1b/m~0n/~01//0');
  expect(parsePointer(formatPointer(names))).toEqual(names);
  expect(parsePointer('')).toEqual([]);
});
