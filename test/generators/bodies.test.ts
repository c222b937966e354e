import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/contract.js';
import { at } from '../../contracts/pointer.js';
import { bodies, plainBody } from '../../generators/bodies.js';
import { NONCE_TOKEN } from '../../history/text.js';
import { asSent, FIXTURES, moda, modaWithFixtures, placesOf, sources } from './sources.js';

const PRIVATE_USE = /\p{Co}/u;

describe.each(sources)('bodies of %s', (_, source) => {
  const { contract } = source;
  const arbitrary = bodies(source);
  const nonceAt = contract.create.nonce as string;

  test('are valid when key and nonce are in them, and hold no key themselves', () => {
    fc.assert(
      fc.property(arbitrary, (body) => {
        expect(source.validate(asSent(source, body, NONCE_TOKEN))).toBe(true);
        if (contract.key.in === 'body') expect(body).not.toHaveProperty(contract.key.name);
      }),
      { numRuns: 400, seed: 1 },
    );
  });

  test('begin their nonce member with the token, which stands nowhere else', () => {
    fc.assert(
      fc.property(arbitrary, (body) => {
        const nonceMember = at(body, nonceAt);
        expect(nonceMember).toMatch(new RegExp(`^${NONCE_TOKEN} \\S`, 'u'));
        for (const [place, value] of placesOf(body)) {
          const text = typeof value === 'string' ? value : '';
          const rest = place === nonceAt ? text.slice(NONCE_TOKEN.length) : text;
          expect(rest).not.toMatch(PRIVATE_USE);
        }
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test('respect exclusive groups, and refer to nothing that the contract gives no id of', () => {
    fc.assert(
      fc.property(arbitrary, (body) => {
        for (const group of contract.create.exclusive) {
          expect(group.filter((pointer) => (at(body, pointer) ?? null) !== null).length).toBeLessThanOrEqual(1);
        }
        for (const [place, value] of placesOf(body)) {
          if (!contract.create.references.includes(place)) continue;
          expect(contract.fixtures[place]).toContainEqual(value);
        }
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test('have arrays of different elements, and callbacks that reach nobody', () => {
    fc.assert(
      fc.property(arbitrary, (body) => {
        for (const [, value] of placesOf(body)) {
          if (Array.isArray(value)) expect(new Set(value.map((item) => JSON.stringify(item))).size).toBe(value.length);
          if (typeof value === 'string' && value.includes('://')) expect(value).toMatch(/^https:\/\/idem\.invalid\//);
        }
      }),
      { numRuns: 300, seed: 4 },
    );
  });

  test('survive JSON', () => {
    fc.assert(
      fc.property(arbitrary, (body) => {
        expect(JSON.parse(JSON.stringify(body))).toStrictEqual(body);
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  test('are the same for the same seed, and a path leads to exactly one of them', () => {
    const all = fc.sample(arbitrary, { seed: 7, numRuns: 30 });
    expect(fc.sample(bodies(source), { seed: 7, numRuns: 30 })).toStrictEqual(all);
    expect(fc.sample(arbitrary, { seed: 7, numRuns: 12 })).toStrictEqual(all.slice(0, 12));
    for (const n of [0, 1, 13, 29]) {
      expect(fc.sample(arbitrary, { seed: 7, path: String(n), numRuns: 1 })).toStrictEqual([all[n]]);
    }
    expect(fc.sample(arbitrary, { seed: 8, numRuns: 30 })).not.toStrictEqual(all);
  });

  test('stay valid while they shrink', () => {
    const seen: JsonObject[] = [];
    for (let seed = 0; seed < 20; seed += 1) {
      // Whatever is tried fails, so that every value is shrunk to the end.
      fc.check(
        fc.property(arbitrary, (body) => {
          seen.push(body);
          return false;
        }),
        { seed, numRuns: 1 },
      );
    }
    expect(seen.length).toBeGreaterThan(20);
    for (const body of seen) {
      expect(source.validate(asSent(source, body, NONCE_TOKEN))).toBe(true);
      expect(String(at(body, nonceAt)).startsWith(NONCE_TOKEN)).toBe(true);
    }
  });

  test('have a plain one that is always the same and valid, with a nonce', () => {
    const plain = plainBody(source);
    expect(plainBody(source)).toStrictEqual(plain);
    expect(source.validate(asSent(source, plain, NONCE_TOKEN))).toBe(true);
    expect(String(at(plain, nonceAt)).startsWith(NONCE_TOKEN)).toBe(true);
    const required = new Set((source.requestSchema.required ?? []) as string[]);
    const nonceMember = nonceAt.split('/')[1];
    for (const name of Object.keys(plain)) expect(required.has(name) || name === nonceMember).toBe(true);
  });
});

test('every member of the bundled contract is drawn, except the ids that nobody gave', () => {
  const places = new Set(
    fc.sample(bodies(moda), { seed: 1, numRuns: 300 }).flatMap((body) => [...placesOf(body)].map(([place]) => place)),
  );
  const { references } = moda.contract.create;
  const members = Object.keys(moda.requestSchema.properties as object).map((name) => `/${name}`);
  const drawable = members.filter((place) => place !== '/idempotency_key' && !references.includes(place));
  expect([...places]).toEqual(expect.arrayContaining(drawable));
  expect([...places]).toEqual(expect.arrayContaining(['/attachments/-/url', '/format/page_count']));
});

test('every reference is drawn once ids are given', () => {
  const drawn = fc.sample(bodies(modaWithFixtures), { seed: 1, numRuns: 400 }).flatMap((body) => [...placesOf(body)]);
  for (const [place, ids] of Object.entries(FIXTURES)) {
    const values = new Set(drawn.flatMap(([where, value]) => (where === place ? [value] : [])));
    expect([place, [...values].sort()]).toEqual([place, ids]);
  }
});

test('a schema that leaves nothing to send is told by name', () => {
  const requestSchema = {
    type: 'object',
    required: ['prompt', 'canvas_id'],
    properties: { prompt: {}, canvas_id: {} },
  };
  expect(() => bodies({ ...moda, requestSchema })).toThrow("the request schema of 'moda' leaves no body to send");
});
