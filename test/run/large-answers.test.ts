/** Large answers where no file can be written: they stay where they are, and all are looked at. */
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import type { Exchange } from '../../history/history.js';
import { LargeAnswers } from '../../run/large-answers.js';

afterEach(() => vi.unstubAllEnvs());

test('what is not read is counted behind a large answer that cannot be put away, too', () => {
  vi.stubEnv('TMPDIR', join(import.meta.dirname, 'there-is-none'));
  const deep = `${'['.repeat(2_000)}${']'.repeat(2_000)}`;
  const bodies = ['x'.repeat(100_000), deep, 'y'.repeat(100_000), deep];
  const exchanges = bodies.map((body) => ({ outcome: { kind: 'answer', body } }) as Exchange);
  const answers = new LargeAnswers();
  answers.put(exchanges);
  expect(answers.unread).toBe(2);
  expect(exchanges.map(({ outcome }) => outcome)).toEqual(bodies.map((body) => ({ kind: 'answer', body })));
});

test('the answer to a batch is put away as well as what it has for an item, and both are read again', () => {
  const [body, whole] = ['x'.repeat(100_000), 'y'.repeat(200_000)];
  const exchange = { outcome: { kind: 'answer', body }, batch: { answer: { status: 207, body: whole } } };
  const answers = new LargeAnswers();
  answers.put([exchange as Exchange]);
  // Once is enough.
  answers.put([exchange as Exchange]);
  for (const answer of [exchange.outcome, exchange.batch.answer])
    expect(Object.getOwnPropertyDescriptor(answer, 'body')).toMatchObject({ get: expect.any(Function) });
  expect([exchange.outcome.body, exchange.batch.answer.body]).toEqual([body, whole]);
  answers.close();
});
