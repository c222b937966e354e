import { expect, test } from 'vitest';
import { Mask } from '../../client/mask.js';
import type { Exchange } from '../../history/history.js';
import { clientFor, exchangesOf, FIRST, headerKeyed, moda, SECOND, startTarget, valuesOf, write } from './target.js';

test.each([
  ['body', moda],
  ['header', headerKeyed],
])('secrets are masked wherever they come back, and a key in the %s stays readable', async (_, contract) => {
  const target = await startTarget((received) => ({
    status: 401,
    headers: { 'x-echo': valuesOf(received, 'authorization').join() },
    body: { error: `no ${valuesOf(received, 'authorization')} and no ${FIRST}`, sent: received.body.toString() },
  }));
  const seen: Exchange[] = [];
  const client = clientFor(target.url, { contract, onExchange: (exchange) => seen.push(exchange) });
  const exchanges = await exchangesOf(client, write(), write({ credential: 'second' }));
  expect(seen).toEqual(exchanges);
  expect(JSON.stringify(exchanges)).not.toContain('sk_first');
  expect(JSON.stringify(exchanges)).not.toContain('of_another');
  for (const { outcome, request, key } of exchanges) {
    if (outcome.kind !== 'answer') throw new Error('no answer');
    expect(request.headers).toContainEqual(['Authorization', 'Bearer ***']);
    expect(outcome.headers['x-echo']).toBe('Bearer ***');
    expect(JSON.parse(outcome.body)).toEqual({ error: 'no Bearer *** and no ***', sent: request.body });
    const where = contract.key.in === 'body' ? JSON.parse(request.body) : Object.fromEntries(request.headers);
    expect(where[contract.key.name]).toBe(key);
  }
  // The target was sent the real ones.
  expect(target.received.flatMap((one) => valuesOf(one, 'authorization'))).toEqual([
    `Bearer ${FIRST}`,
    `Bearer ${SECOND}`,
  ]);
});

test('a secret that begins with another is masked to its end', () => {
  for (const secrets of [
    ['sk_1234', 'sk_1234_and_more'],
    ['sk_1234_and_more', 'sk_1234'],
  ]) {
    expect(new Mask(secrets).text('sk_1234_and_more, sk_1234')).toBe('***, ***');
  }
});

test('what is missing, or too short to be told from other text, is not masked', () => {
  expect(new Mask([undefined, 'abc']).text('undefined abc')).toBe('undefined abc');
});
