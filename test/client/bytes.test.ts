import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bodies } from '../../generators/bodies.js';
import type { Exchange } from '../../history/history.js';
import type { Attempt, Framing, KeyUse } from '../../history/plan.js';
import { KEY_TOKEN, NONCE_TOKEN, templateOf } from '../../history/text.js';
import { moda as source } from '../generators/sources.js';
import { BODY, clientFor, exchangesOf, moda, startTarget, valuesOf, write } from './target.js';

const keyUses = fc.constantFrom<KeyUse>(
  { kind: 'slot', slot: 0 },
  { kind: 'absent' },
  { kind: 'null' },
  { kind: 'literal', value: 'a "quoted" \\ key ü' },
  { kind: 'literal', value: 17 },
);
const framings = fc.constantFrom<Framing>({}, { chunked: true });

test('exactly the bytes of the template arrive, with a length or in chunks', async () => {
  const target = await startTarget();
  const client = clientFor(target.url);
  const attempts = fc.record({ value: bodies(source), keyAt: fc.nat({ max: 8 }), key: keyUses, framing: framings });
  await fc.assert(
    fc.asyncProperty(attempts, async ({ value, keyAt, key, framing }) => {
      const body = { value, operation: 0, keyAt };
      const [exchange] = (await exchangesOf(client, write({ body, key, framing }))) as [Exchange];
      const received = target.received.at(-1);
      if (received === undefined) throw new Error('nothing arrived');
      const text = received.body.toString('utf8');
      const nonce = /idem-[0-9a-f]{12}/.exec(text)?.[0] as string;
      const template = templateOf(body, key, moda);
      const expected = template.split(NONCE_TOKEN).join(nonce).split(KEY_TOKEN).join(String(exchange.key));
      expect(received.body.equals(Buffer.from(expected, 'utf8'))).toBe(true);
      // What is kept as evidence is what went over the wire.
      expect(exchange.request.body).toBe(text);
      const chunked = framing.chunked === true;
      expect(valuesOf(received, 'transfer-encoding')).toEqual(chunked ? ['chunked'] : []);
      expect(valuesOf(received, 'content-length')).toEqual(chunked ? [] : [String(received.body.length)]);
    }),
    { numRuns: 200, seed: 1 },
  );
  expect(target.received).toHaveLength(200);
});

test('raw text arrives as it is, whether or not it is JSON', async () => {
  const target = await startTarget();
  const client = clientFor(target.url);
  for (const text of ['{"idempotency_key":', '', ' [1]\r\n', '{"a":1,"a":2}', '\u{FEFF}{}', 'x'.repeat(300_000)]) {
    for (const framing of [{}, { chunked: true }]) {
      const [exchange] = await exchangesOf(client, write({ body: { ...BODY, text }, framing }));
      expect(target.received.at(-1)?.body.equals(Buffer.from(text, 'utf8'))).toBe(true);
      expect(exchange?.outcome).toMatchObject({ kind: 'answer', status: 202 });
    }
  }
});

test('the exchange names what was sent, and the key as it was minted', async () => {
  const target = await startTarget();
  const attempts: Attempt[] = [
    write(),
    write({ key: { kind: 'absent' } }),
    write({ key: { kind: 'null' } }),
    write({ key: { kind: 'literal', value: ' ' } }),
    write({ key: { kind: 'literal', value: 17 } }),
    write(),
  ];
  const exchanges = await exchangesOf(clientFor(target.url), ...attempts);
  const [first] = exchanges;
  expect(exchanges.map(({ key }) => key)).toEqual([first?.key, null, null, ' ', undefined, first?.key]);
  expect(first?.key).toMatch(/^[0-9a-f]{24}$/);
  expect(first?.request).toMatchObject({ method: 'POST', url: `${target.url}/v1/tasks` });
  expect(JSON.parse(first?.request.body as string)).toMatchObject({ idempotency_key: first?.key });
  expect(exchanges.map(({ attempt, step, time, retry, target: at }) => [attempt, step, time, retry, at])).toEqual(
    attempts.map((_, n) => [n, n, 0, 0, 0]),
  );
  // The same key and the same body: the same bytes.
  expect(target.received[5]?.body.equals(target.received[0]?.body as Buffer)).toBe(true);
});
