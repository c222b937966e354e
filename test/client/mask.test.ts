import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mask } from '../../client/mask.js';
import type { Exchange } from '../../history/history.js';
import { MASKED } from '../../results/masked.js';
import { isShown, secrets, spellings } from './spellings.js';
import { clientFor, exchangesOf, FIRST, headerKeyed, moda, SECOND, startTarget, valuesOf, write } from './target.js';

test.each([
  ['body', moda],
  ['header', headerKeyed],
])('judging sees what was answered, readers see masks, and a key in the %s stays readable', async (_, contract) => {
  const target = await startTarget((received) => ({
    status: 401,
    headers: { 'x-echo': valuesOf(received, 'authorization').join() },
    body: { error: `no ${valuesOf(received, 'authorization')} and no ${FIRST}`, sent: received.body.toString() },
  }));
  const seen: Exchange[] = [];
  const client = clientFor(target.url, { contract, onExchange: (exchange) => seen.push(exchange) });
  const exchanges = await exchangesOf(client, write(), write({ credential: 'second' }));
  expect(seen).toEqual(exchanges);
  const errors = exchanges.map(({ outcome }) => (outcome.kind === 'answer' ? JSON.parse(outcome.body).error : null));
  expect(errors).toEqual([`no Bearer ${FIRST} and no ${FIRST}`, `no Bearer ${SECOND} and no ${FIRST}`]);

  const masked = client.mask.all(exchanges);
  expect(JSON.stringify(masked)).not.toMatch(/sk_first|of_another/);
  const [first, second] = [FIRST, SECOND].map((secret) => client.mask.text(secret));
  for (const [n, { outcome, request, key }] of masked.entries()) {
    if (outcome.kind !== 'answer') throw new Error('no answer');
    const own = n === 0 ? first : second;
    expect(request.headers).toContainEqual(['Authorization', `Bearer ${own}`]);
    expect(outcome.headers['x-echo']).toBe(`Bearer ${own}`);
    expect(JSON.parse(outcome.body)).toEqual({ error: `no Bearer ${own} and no ${first}`, sent: request.body });
    const where = contract.key.in === 'body' ? JSON.parse(request.body) : Object.fromEntries(request.headers);
    expect(where[contract.key.name]).toBe(key);
  }
  // The target was sent the real ones.
  expect(target.received.flatMap((one) => valuesOf(one, 'authorization'))).toEqual([
    `Bearer ${FIRST}`,
    `Bearer ${SECOND}`,
  ]);
});

describe('whatever the secret and however it is spelled', () => {
  const around = fc.tuple(fc.stringMatching(/^[\w {":/]{0,12}$/), fc.stringMatching(/^[ "},:/]{0,6}$/));

  test('nobody who peels encodings finds it, and the rest of the text stays', () => {
    fc.assert(
      fc.property(secrets, spellings, around, (secret, spell, [before, after]) => {
        const spelled = spell(secret);
        const shown = new Mask([secret]).text(`${before}${spelled}${after}`);
        expect(isShown(`${before}${spelled}${after}`, secret)).toBe(true);
        expect(isShown(shown, secret)).toBe(false);
        expect(shown).toMatch(MASKED);
        expect(shown.endsWith(after)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('two that differ stay two, and equal ones stay equal', () => {
    fc.assert(
      fc.property(fc.uniqueArray(secrets, { minLength: 2, maxLength: 4 }), spellings, (all, spell) => {
        const mask = new Mask(all);
        const texts = [...new Set([...all, ...all.map(spell)])];
        expect(new Set(texts.map((text) => mask.text(text))).size).toBe(texts.length);
        expect(texts.map((text) => mask.text(text))).toEqual(texts.map((text) => mask.text(`${text} `).trimEnd()));
      }),
      { numRuns: 100 },
    );
  });

  test('a message that was cut in the middle of it shows none of its beginning', () => {
    fc.assert(
      fc.property(secrets, fc.nat({ max: 30 }), (secret, extra) => {
        const part = secret.slice(0, Math.min(6 + extra, secret.length - 1));
        expect(new Mask([secret]).text(`answered ${part}…`)).toMatch(/^answered ‹secret [0-9a-f]+\/[0-9a-f]+›…$/);
      }),
      { numRuns: 100 },
    );
  });

  test('other text is left as it is', () => {
    fc.assert(
      fc.property(secrets, fc.string({ unit: 'binary', maxLength: 200 }), (secret, text) => {
        fc.pre(!isShown(text, secret.slice(0, 6), 1));
        expect(new Mask([secret]).text(text)).toBe(text);
      }),
      { numRuns: 60 },
    );
  });
});

test('a secret of digits is masked as a number that a target wrote, and the numbers of the suite stay', () => {
  const digits = fc.stringMatching(/^[1-9][0-9]{5,24}$/);
  fc.assert(
    fc.property(digits, fc.nat(99_999), (secret, other) => {
      const number = Number(secret);
      const around = number < 1e12 ? [Number(`${secret}99`), Number(`99${secret}`), Number(`0.${secret}`)] : [];
      const all = new Mask([secret]).all({
        seed: number,
        finding: { data: { subject: 'id', seen: number, list: [-number, other, ...around] } },
        json: { deep: [{ number }], other },
      });
      const masked = JSON.stringify([all.finding, all.json]);
      expect(masked).not.toContain(secret.slice(0, 15));
      expect(masked).not.toContain(String(number));
      expect(all).toMatchObject({ seed: number, finding: { data: { subject: 'id' } }, json: { other } });
      expect(all.finding.data.list[1]).toBe(other);
    }),
    { numRuns: 100 },
  );
});

test('a secret that begins with another is masked to its end', () => {
  for (const secrets of [
    ['sk_1234', 'sk_1234_and_more'],
    ['sk_1234_and_more', 'sk_1234'],
  ]) {
    expect(new Mask(secrets).text('sk_1234_and_more, sk_1234')).toMatch(
      /^‹secret ([0-9a-f]+)›, ‹secret (?!\1)[0-9a-f]+›$/,
    );
  }
});

test('a secret with spaces is found in a form', () => {
  const mask = new Mask(['correct horse+battery/staple']);
  const form = new URLSearchParams({ a: 'correct horse+battery/staple', b: 'c d' });
  expect(mask.text(String(form))).toMatch(/^a=‹secret [0-9a-f/]+›&b=c\+d$/);
  expect(mask.text(String(form).replaceAll('+', '%20'))).toMatch(/^a=‹secret [0-9a-f/]+›&b=c%20d$/);
});

test('what is missing, or too short to be told from other text, is not masked', () => {
  expect(new Mask([undefined, 'abcde']).text('undefined abcde')).toBe('undefined abcde');
});

test('each run masks with hashes of its own', () => {
  const masks = [1, 2, 3, 4].map(() => new Mask(['hunter2hunter2']).text('hunter2hunter2'));
  expect(new Set(masks).size).toBeGreaterThan(1);
});

test('an address with a password, and what is nested deeper than any stack', () => {
  const mask = new Mask([]);
  expect(mask.text('see https://me:pass@host.invalid/a and http://host:80/b@c')).toMatch(
    /^see https:\/\/‹secret \w+›@host\.invalid\/a and http:\/\/host:80\/b@c$/,
  );
  let deep: unknown = 'end';
  for (let n = 0; n < 100_000; n += 1) deep = [deep];
  expect(mask.all({ deep, beside: 1 })).toMatchObject({ beside: 1 });
});

test('cookies that an answer sets are secrets from then on, and headers that were named', () => {
  const mask = new Mask([], [], ['X-Session']);
  mask.learn({
    'set-cookie': 'sid=s3cr3t%2Fcookie; Expires=Wed, 21 Oct 2026 07:28:00 GMT, lang=en, b="quoted-value"; Path=/',
    'x-session': 'session-value',
    etag: '"no-secret"',
  });
  expect(mask.text('s3cr3t%2Fcookie s3cr3t/cookie quoted-value session-value en "no-secret"')).toMatch(
    /^‹cookie \w+› ‹cookie [\w/]+› ‹cookie \w+› ‹header \w+› en "no-secret"$/,
  );
  // Also where nobody saw the answer before it is kept.
  const kept = new Mask([]).all({ headers: { 'set-cookie': 'a=another-cookie' }, body: 'another-cookie' });
  expect(kept.body).toMatch(/^‹cookie \w+›$/);
  expect(kept.headers['set-cookie']).toBe(`a=${kept.body}`);
});

test('signatures are masked under their names however many there are, and the last ones everywhere', () => {
  const mask = new Mask([]);
  const made = Array.from({ length: 1_000 }, (_, n) => `signature-number-${n}-of-many`);
  for (const one of made)
    mask.learnSigned([
      ['X-Signature', one],
      ['X-Time', '2026-11-27T22:30:08.000Z'],
      ['X-Seconds', '1795818608123456789'],
      ['X-Version', 'v1'],
    ]);
  const shown = mask.all({
    exchanges: made.map((one) => ({ headers: [['x-signature', one]], answer: `got ${one}` })),
    others: [
      ['X-Time', '2026-11-27T22:30:08.000Z'],
      ['X-Seconds', '1795818608123456789'],
      ['X-Version', 'v1'],
      ['Accept', 'application/json; charset=utf-8'],
    ],
  });
  expect(JSON.stringify(shown)).not.toContain('signature-number');
  expect(shown.exchanges[0]).toEqual({
    headers: [['x-signature', expect.stringMatching(/^‹signature \w+›$/)]],
    answer: expect.stringMatching(/^got ‹signature \w+›$/),
  });
  expect(shown.others.map(([, value]) => value)).toEqual([
    '2026-11-27T22:30:08.000Z',
    '1795818608123456789',
    'v1',
    'application/json; charset=utf-8',
  ]);
  expect(mask.text(`refused: ${made.at(-1)}`)).toMatch(/^refused: ‹signature \w+›$/);
});
