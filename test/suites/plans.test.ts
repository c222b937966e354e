import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../contracts/contract.js';
import { type Attempt, attemptsOf, type Plan } from '../../history/plan.js';
import { NONCE_TOKEN, RECEIVER_TOKEN, templateOf } from '../../history/text.js';
import { loadCatalogue } from '../../suites/catalogue.js';
import { suites } from '../../suites/index.js';
import type { Suite } from '../../suites/suite.js';
import { asSent, modaWithHeader, sources } from '../generators/sources.js';

/** Most attempts of one storm. */
const MOST_ATTEMPTS = 64;

const ROUNDS = 4;

/** The plans of the first rounds, drawn as a run draws them. */
function plansOf(suite: Suite, source: (typeof sources)[number][1], seed = 1): Plan[] {
  return Array.from({ length: ROUNDS }, (_, round) => {
    const plans = suite.plans({
      ...source,
      round,
      stormWidth: 16,
      storms: 3,
      repeats: 60,
      fanOut: 50,
      secondCredential: true,
    });
    return fc.sample(plans, { seed, path: String(round), numRuns: 1 })[0] as Plan;
  });
}

test('each suite has an id of the catalogue, and an id of its own', () => {
  const ids = suites.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const known = loadCatalogue().chapters.flatMap(({ requirements }) => requirements.map(({ id }) => id));
  expect(known).toEqual(expect.arrayContaining(ids));
});

describe.each(sources)('plans for %s', (_, source) => {
  const { contract } = source;
  const due = suites.filter((suite) => (suite.skip?.(contract) ?? null) === null);

  test('exist', () => expect(due.length).toBeGreaterThan(0));

  test.each(due.map((suite) => [suite.id, suite] as const))(
    '%s is well formed, and the same for the same seed',
    (id, suite) => {
      const plans = plansOf(suite, source);
      for (const plan of plans) {
        const attempts = attemptsOf(plan);
        expect(attempts.length).toBeGreaterThan(0);
        for (const attempt of attempts) checkAttempt(attempt, plan, id);
        checkSteps(plan);
        // Plans are kept in reports, and sent again from there.
        expect(JSON.parse(JSON.stringify(plan))).toStrictEqual(plan);
      }
      expect(plansOf(suite, source)).toStrictEqual(plans);
      // Bodies differ from seed to seed, so plans do.
      expect(plansOf(suite, source, 2)).not.toStrictEqual(plans);
    },
  );

  function checkAttempt({ operation, key, headerKey, body, endpoint, file }: Attempt, plan: Plan, id: string): void {
    for (const use of [key, headerKey])
      if (use?.kind === 'slot') expect(plan.keys[use.slot]).toEqual(expect.any(String));
    expect(endpoint !== undefined).toBe(operation === 'other');
    expect(file !== undefined).toBe(operation === 'upload');
    if (operation === 'other') {
      expect(contract.otherEndpoints[endpoint as number]).toBeDefined();
      return;
    }
    if (operation !== 'create') {
      expect([operation, key, body]).toEqual([operation, undefined, undefined]);
      return;
    }
    if (key === undefined || body === undefined) throw new Error('a create without key or body');
    // A value that is spelled by us is valid; raw text may be anything.
    if (body.text === undefined) {
      expect(source.validate(asSent(source, withHttps(body.value), NONCE_TOKEN))).toBe(true);
      expect(JSON.parse(templateOf(body, key, contract))).toMatchObject(body.value);
    }
    // These chapters are about successes: a key that the contract requires is always there.
    if (contract.key.required && /^(CREATE|REPLAY)-/.test(id)) expect(key.kind).not.toBe('absent');
  }
});

/** The receiver's address is made at sending, and WEBHOOK-5 is about one that is not HTTPS. */
function withHttps(value: JsonObject): JsonObject {
  const text = JSON.stringify(value)
    .replaceAll(RECEIVER_TOKEN, 'https://receiver.invalid')
    .replace('"http:', '"https:');
  return JSON.parse(text) as JsonObject;
}

/** Storms are not too wide; reads and waits are about creates that came in an earlier step. */
function checkSteps(plan: Plan): void {
  const earlier: Attempt[] = [];
  for (const step of plan.steps) {
    if (step.do === 'wait') expect(step.ms).toBeGreaterThanOrEqual(0);
    if (step.do === 'settle' || step.do === 'delivery') {
      expect(step.within).toBeGreaterThan(0);
      expect(earlier[step.of]?.operation).toBe('create');
    }
    if (step.do !== 'storm') continue;
    expect(step.attempts.length).toBeGreaterThan(0);
    expect(step.attempts.length).toBeLessThanOrEqual(MOST_ATTEMPTS);
    expect(step.times ?? 1).toBeGreaterThanOrEqual(1);
    for (const { operation, of } of step.attempts) {
      if (operation === 'create' || operation === 'other' || operation === 'upload') expect(of).toBeUndefined();
      else expect(earlier[of as number]?.operation).toBe('create');
    }
    earlier.push(...step.attempts);
  }
}

test('a plan for a key in a header holds no key in its text', () => {
  for (const suite of suites.filter((one) => (one.skip?.(modaWithHeader.contract) ?? null) === null)) {
    for (const { key, body } of plansOf(suite, modaWithHeader).flatMap(attemptsOf)) {
      if (key === undefined || body === undefined || body.text !== undefined) continue;
      expect(JSON.parse(templateOf(body, key, modaWithHeader.contract))).toStrictEqual(body.value);
    }
  }
});
