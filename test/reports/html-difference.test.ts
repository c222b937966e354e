import { describe, expect, test } from 'vitest';
import { difference, type Row } from '../../reports/html/difference.js';
import { linesOf } from '../../reports/html/tokens.js';

/** A row as text: what changed stands between angle brackets. */
function drawn(row: Row): string {
  if (row.kind === 'gap') return `… ${row.lines}`;
  const sign = { same: ' ', out: '-', in: '+' }[row.kind];
  return `${sign}${row.parts.map(({ text, changed }) => (changed ? `<${text}>` : text)).join('')}`;
}

function rows(before: string, after: string): string[] {
  return difference(before, after).rows.map(drawn);
}

describe('linesOf', () => {
  test('keeps order, spelling and doubled members', () => {
    const text = '{"b":1.0,"a":[1e2,{}, [ ]],"\\u0062":"x\\/y","b":null}';
    expect(linesOf(text).map((line) => line.text)).toEqual([
      '{',
      '  "b": 1.0,',
      '  "a": [',
      '    1e2,',
      '    {},',
      '    []',
      '  ],',
      '  "\\u0062": "x\\/y",',
      '  "b": null',
      '}',
    ]);
  });

  test('names each line by its JSON pointer', () => {
    const pointers = linesOf('{"a/b":{"~":[7]}}').map(({ pointer }) => pointer);
    expect(pointers).toEqual(['', '/a~1b', '/a~1b/~0', '/a~1b/~0/0', '/a~1b/~0', '/a~1b', '']);
  });

  test.each(['', 'no JSON', '{"a":', 'a\nb'])('leaves %j as it is', (text) => {
    expect(linesOf(text).map((line) => line.text)).toEqual(text.split('\n'));
  });

  test('a text that is nested too deeply for anybody to read stays one line', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000);
    expect(linesOf(deep)).toEqual([{ text: deep, pointer: null }]);
  });
});

describe('difference', () => {
  test('of equal texts is none', () => {
    expect(difference('{"a":1}', '{"a":1}')).toEqual({ equal: 'bytes', rows: [], pointers: [] });
  });

  test('points at the edit, within the line and by its pointer', () => {
    const one = '{"prompt":"a deck","kind":"slides","n":[1,2]}';
    const other = '{"prompt":"a duck","kind":"slides","n":[1,2]}';
    expect(difference(one, other).pointers).toEqual(['/prompt']);
    expect(rows(one, other)).toEqual([
      ' {',
      '-  "prompt": "a d<e>ck",',
      '+  "prompt": "a d<u>ck",',
      '   "kind": "slides",',
      '   "n": [',
      '… 4',
    ]);
  });

  test('tells white space between tokens, and draws it', () => {
    const found = difference('{"a":[1]}', '{"a": [1]\r\n}\t');
    expect(found.equal).toBe('white space');
    expect(found.rows.map(drawn)).toEqual(['-{"a":[1]}', '+{"a":<·>[1]<␍↵\n>}<→>']);
  });

  test('sees other spellings of the same value', () => {
    expect(rows('{"n":1}', '{"n":1.0}')).toEqual([' {', '-  "n": 1', '+  "n": 1<.0>', ' }']);
    expect(rows('"é"', '"e\u0301"')).toEqual(['-"<é>"', '+"<e\u0301>"']);
  });

  test('a member that came does not change the line before it', () => {
    expect(rows('{"a":1}', '{"a":1,"b":2}')).toEqual([' {', '   "a": 1,', '+  <"b": 2>', ' }']);
    expect(rows('{"a":1,"b":2}', '{"b":2,"a":1}')).toEqual([' {', '-  <"a": 1,>', '   "b": 2,', '+  <"a": 1>', ' }']);
  });

  test('compares what is no JSON by its lines', () => {
    expect(rows('bad gateway\nx', 'bad gate\nx')).toEqual(['-bad gate<way>', '+bad gate', ' x']);
    expect(rows('', '{}')).toEqual(['-', '+<{}>']);
  });

  test('shows a form pair by pair, in its spelling', () => {
    const [one, other] = ['a=1&m%5Bx%5D=two+of+them&l[]=1', 'a=1&m%5Bx%5D=two%20of+them&l[]=1'];
    expect(difference(one, other).pointers).toEqual(['/m/x']);
    expect(rows(one, other)).toEqual([' a=1', '-m%5Bx%5D=two<+>of+them', '+m%5Bx%5D=two<%20>of+them', ' l[]=1']);
  });

  test('long texts are compared quickly', () => {
    const list = (from: number) => JSON.stringify(Array.from({ length: 4000 }, (_, index) => index * 2 + from));
    const begun = performance.now();
    expect(difference(list(0), list(1)).pointers).toHaveLength(4000);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});
