/** Answers that hold something else than was looked for. */
import { expect, test } from 'vitest';
import type { Json } from '../../contracts/json.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { contentWords } from '../../judge/words.js';
import { historyOf, made, moda, slot, task, write } from './side-histories.js';

test.each<[json: Json | undefined, words: string]>([
  [{}, 'It has no members.'],
  [
    { data: { id: 'order_1', kind: 'x' }, meta: {}, 'a"b': 1 },
    String.raw`It has "data" (with "id" and "kind"), "meta" and "a\"b".`,
  ],
  [
    Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`m${n}`, n])),
    'It has "m0", "m1", "m2", "m3", "m4", "m5", "m6", "m7" and 292 more.',
  ],
  [{ ['x'.repeat(1_000_000)]: 1 }, `It has "${'x'.repeat(40)}…".`],
  [[{ id: 1 }, 2], 'It is an array of 2.'],
  ['y'.repeat(1000), `It is "${'y'.repeat(159)}….`],
  [null, 'It is null.'],
])('what is in %j', (json, words) => {
  expect(contentWords(json)).toBe(words);
});

test('a recorded answer that begins with a byte order mark is read', () => {
  const { body, ...rest } = made(1) as Extract<ReturnType<typeof made>, { kind: 'answer' }>;
  const history = historyOf([{ attempt: write(slot(0)), answer: { ...rest, body: `\ufeff${body}` } }]);
  expect(judgeHistory(history, moda).readings[0]).toMatchObject({ kind: 'ok', id: task(1) });
});
