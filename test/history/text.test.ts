import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mint } from '../../client/mint.js';
import { bodyText } from '../../client/wire.js';
import type { Json } from '../../contracts/contract.js';
import { bodies } from '../../generators/bodies.js';
import { NONCE } from '../../history/nonce.js';
import type { Body, KeyUse } from '../../history/plan.js';
import { fill, KEY_TOKEN, NONCE_TOKEN, templateOf } from '../../history/text.js';
import { moda, modaWithHeader } from '../generators/sources.js';

const { contract } = moda;
const NONCE_VALUE = 'idem-0123456789ab';
const slot: KeyUse = { kind: 'slot', slot: 0 };
const value = { prompt: `${NONCE_TOKEN} two charts`, canvas_name: 'Größe 🙂', format: { category: 'pdf', width: 100 } };

function text(key: KeyUse, sent: string | null, keyAt = 0, of = contract): string {
  return fill(templateOf({ value, operation: 0, keyAt }, key, of), { key: sent, nonce: NONCE_VALUE });
}

describe('the text of a body', () => {
  const prompt = '"prompt":"idem-0123456789ab two charts"';
  const name = '"canvas_name":"Größe 🙂"';
  const format = '"format":{"category":"pdf","width":100}';
  const key = '"idempotency_key":"k-1"';

  test.each([
    [0, `{${key},${prompt},${name},${format}}`],
    [1, `{${prompt},${key},${name},${format}}`],
    [2, `{${prompt},${name},${key},${format}}`],
    [3, `{${prompt},${name},${format},${key}}`],
    [9, `{${prompt},${name},${format},${key}}`],
  ])('with the key at place %i', (keyAt, expected) => {
    expect(text(slot, 'k-1', keyAt)).toBe(expected);
  });

  test('without a key, with null, and with a value that is no ordinary key', () => {
    expect(text({ kind: 'absent' }, null)).toBe(`{${prompt},${name},${format}}`);
    expect(text({ kind: 'null' }, null)).toBe(`{"idempotency_key":null,${prompt},${name},${format}}`);
    expect(text({ kind: 'literal', value: '' }, '')).toBe(`{"idempotency_key":"",${prompt},${name},${format}}`);
    expect(text({ kind: 'literal', value: [1] }, null)).toBe(`{"idempotency_key":[1],${prompt},${name},${format}}`);
  });

  test('without the key where it travels in a header', () => {
    expect(text(slot, 'k-1', 0, modaWithHeader.contract)).toBe(`{${prompt},${name},${format}}`);
  });

  test('that is given is not spelled again', () => {
    const raw = `{ "prompt" : "${NONCE_TOKEN} \\u0061", "idempotency_key": "${KEY_TOKEN}", "again": "${KEY_TOKEN}" `;
    const body: Body = { value, operation: 0, keyAt: 0, text: raw };
    expect(fill(templateOf(body, slot, contract), { key: 'k-1', nonce: NONCE_VALUE })).toBe(
      '{ "prompt" : "idem-0123456789ab \\u0061", "idempotency_key": "k-1", "again": "k-1" ',
    );
  });

  test('of nothing but a key', () => {
    expect(
      fill(templateOf({ value: {}, operation: 0, keyAt: 4 }, slot, contract), { key: 'k', nonce: NONCE_VALUE }),
    ).toBe('{"idempotency_key":"k"}');
  });
});

test('every key comes back from the text as it was, whatever is in it', () => {
  const awkward = fc.constantFrom('"', '\\', '\n', '$&', '$1', '$$', '$`', 'é', '中', '🙂', '\u2028', '</script>', ' ');
  const keys = fc.oneof(
    fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
    fc.array(awkward, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(keys, fc.nat({ max: 4 }), (key, keyAt) => {
      const parsed = JSON.parse(text(slot, key, keyAt)) as { [member: string]: Json };
      const expected = { ...value, prompt: `${NONCE_VALUE} two charts` };
      expect(parsed).toStrictEqual({ idempotency_key: key, ...expected });
      const others = Object.keys(expected);
      expect(Object.keys(parsed)).toEqual([...others.slice(0, keyAt), 'idempotency_key', ...others.slice(keyAt)]);
    }),
    { numRuns: 250, seed: 1 },
  );
});

test('members keep their order and spelling; only key and nonce are put in', () => {
  fc.assert(
    fc.property(bodies(moda), fc.nat({ max: 20 }), (drawn, keyAt) => {
      const template = templateOf({ value: drawn, operation: 0, keyAt }, slot, contract);
      const members = Object.entries(drawn).map(
        ([name, member]) => `${JSON.stringify(name)}:${JSON.stringify(member)}`,
      );
      const place = Math.min(keyAt, members.length);
      const expected = [...members.slice(0, place), `"idempotency_key":"${KEY_TOKEN}"`, ...members.slice(place)];
      expect(template).toBe(`{${expected.join(',')}}`);
    }),
    { numRuns: 300, seed: 2 },
  );
});

test('two executions of one plan differ in key and nonce, and in nothing else', () => {
  fc.assert(
    fc.property(
      bodies(moda),
      fc.nat({ max: 5 }),
      fc.constantFrom('{unique}', 'a:{uuid}', '{sha256}'),
      (drawn, keyAt, shape) => {
        const mint = new Mint();
        const body: Body = { value: drawn, operation: 0, keyAt };
        const spellings = [mint.execution(), mint.execution()].map((execution) => {
          const key = execution.key(0, shape);
          const spelled = bodyText(
            { operation: 'create', credential: 'first', key: slot, body },
            key,
            execution,
            contract,
          );
          const nonce = execution.nonce(0);
          expect(nonce).toMatch(NONCE);
          expect(spelled.split(key)).toHaveLength(2);
          expect(spelled.split(nonce)).toHaveLength(2);
          return { key, nonce, rest: spelled.replace(key, 'KEY').replace(nonce, 'NONCE') };
        });
        const [one, two] = spellings as [(typeof spellings)[0], (typeof spellings)[0]];
        expect(one.rest).toBe(two.rest);
        expect(one.key).not.toBe(two.key);
        expect(one.nonce).not.toBe(two.nonce);
      },
    ),
    { numRuns: 100, seed: 3 },
  );
});

test('bodies of one logical operation carry one nonce, those of another carry another', () => {
  const execution = new Mint().execution();
  const spell = (operation: number, of: Body['value']) =>
    bodyText(
      { operation: 'create', credential: 'first', key: { kind: 'absent' }, body: { value: of, operation, keyAt: 0 } },
      null,
      execution,
      contract,
    );
  const nonceOf = (spelled: string) => /idem-[0-9a-f]{12}/.exec(spelled)?.[0];
  const edited = { ...value, canvas_name: 'another' };
  expect(nonceOf(spell(0, value))).toMatch(NONCE);
  expect(nonceOf(spell(0, value))).toBe(nonceOf(spell(0, edited)));
  expect(nonceOf(spell(0, value))).not.toBe(nonceOf(spell(1, value)));
});
