import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyIn } from '../../contracts/codec.js';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { type Attempt, attemptsOf, keyUseOf, type Plan, referenceOf, type Step, writeOf } from '../../history/plan.js';
import { NONCE_TOKEN, RECEIVER_TOKEN, templateOf } from '../../history/text.js';
import { plannedRequirements } from '../../suites/index.js';
import type { PlannedRequirement } from '../../suites/requirement.js';
import { asSent, modaWithHeader, sources } from '../generators/sources.js';

/** Most attempts of one storm. */
const MOST_ATTEMPTS = 64;

const ROUNDS = 4;

type Source = (typeof sources)[number][1];

/** The plan of a round, drawn as a run draws it. */
function planOf(requirement: PlannedRequirement, source: Source, round: number, seed = 1): Plan {
  const plans = requirement.plans({
    ...source,
    round,
    stormWidth: 16,
    storms: 3,
    repeats: 60,
    fanOut: 50,
    longestKey: 1_000,
    largestBody: 100_000,
    secondCredential: true,
  });
  return fc.sample(plans, { seed, path: String(round), numRuns: 1 })[0] as Plan;
}

function plansOf(requirement: PlannedRequirement, source: Source): Plan[] {
  return Array.from({ length: ROUNDS }, (_, round) => planOf(requirement, source, round));
}

/** Problems are collected, and expected to be none: an assertion for each of many thousand values takes seconds. */
describe.each(sources)('plans for %s', (_, source) => {
  const { contract } = source;
  const due = plannedRequirements.filter((one) => (one.skip?.(contract) ?? null) === null);

  test('exist', () => expect(due.length).toBeGreaterThan(0));

  test.each(due.map((one) => [one.id, one] as const))(
    '%s is well formed, and the same for the same seed',
    (id, requirement) => {
      const plans = plansOf(requirement, source);
      for (const [round, plan] of plans.entries()) {
        expect(attemptsOf(plan).length).toBeGreaterThan(0);
        const problems = [
          ...attemptsOf(plan).flatMap((attempt) => attemptProblems(attempt, plan, id)),
          ...stepProblems(plan),
          // Plans are kept in reports, and sent again from there.
          ...(isDeepStrictEqual(JSON.parse(JSON.stringify(plan)), plan) ? [] : ['JSON does not keep it']),
        ];
        expect({ round, problems }).toEqual({ round, problems: [] });
      }
      expect(isDeepStrictEqual(plansOf(requirement, source), plans)).toBe(true);
      // Bodies differ from seed to seed, so plans do.
      const differs = (plan: Plan, round: number) => !isDeepStrictEqual(planOf(requirement, source, round, 2), plan);
      expect(plans.some(differs)).toBe(true);
    },
  );

  function attemptProblems(attempt: Attempt, plan: Plan, id: string): string[] {
    const problems: string[] = [];
    const check = (holds: boolean, problem: string) => {
      if (!holds) problems.push(`${problem}: ${JSON.stringify(attempt)}`);
    };
    for (const use of [keyUseOf(attempt), writeOf(attempt)?.headerKey])
      if (use?.kind === 'slot') check(typeof plan.keys[use.slot] === 'string', 'there is no such slot');
    if (attempt.operation === 'other') {
      check(contract.otherEndpoints[attempt.endpoint] !== undefined, 'there is no such endpoint');
    }
    if (attempt.operation !== 'create') return problems;
    const { key, body } = attempt;
    // A value that is spelled by us is valid; raw text may be anything.
    if (body.text === undefined) {
      check(source.validate(asSent(source, withHttps(body.value), NONCE_TOKEN)), 'the body is not valid');
      const spelled = bodyIn(
        contract,
        templateOf(body, key, contract),
        source.requestSchema as JsonObject,
      ) as JsonObject;
      check(isDeepStrictEqual({ ...spelled, ...body.value }, spelled), 'the text is not the value');
    }
    // These chapters are about successes: a key that the contract requires is always there.
    if (contract.key.required && /^(CREATE|REPLAY)-/.test(id)) check(key.kind !== 'absent', 'a required key is absent');
    return problems;
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
function stepProblems(plan: Plan): string[] {
  const earlier: Attempt[] = [];
  return plan.steps.flatMap((step) => {
    const problems = isStepRight(step, earlier) ? [] : [`not right: ${JSON.stringify(step)}`];
    if (step.do === 'storm') earlier.push(...step.attempts);
    return problems;
  });
}

function isStepRight(step: Step, earlier: Attempt[]): boolean {
  const isCreate = (of: number | undefined) => of !== undefined && earlier[of]?.operation === 'create';
  switch (step.do) {
    case 'wait':
      return step.ms >= 0;
    case 'settle':
    case 'delivery':
      return step.within > 0 && isCreate(step.of);
    case 'storm':
      return (
        step.attempts.length > 0 &&
        step.attempts.length <= MOST_ATTEMPTS &&
        (step.times ?? 1) >= 1 &&
        step.attempts.every((one) => {
          const of = referenceOf(one);
          return of === undefined || isCreate(of);
        })
      );
  }
}

test('a plan for a key in a header holds no key in its text', () => {
  const different: [sent: Json, value: Json][] = [];
  for (const requirement of plannedRequirements) {
    if ((requirement.skip?.(modaWithHeader.contract) ?? null) !== null) continue;
    for (const attempt of plansOf(requirement, modaWithHeader).flatMap(attemptsOf)) {
      if (attempt.operation !== 'create' || attempt.body.text !== undefined) continue;
      const { key, body } = attempt;
      const sent = JSON.parse(templateOf(body, key, modaWithHeader.contract)) as Json;
      if (!isDeepStrictEqual(sent, body.value)) different.push([sent, body.value]);
    }
  }
  expect(different).toEqual([]);
});

test('a client leaves in its body and asks again, whatever the seed: later it may have its answer', () => {
  const requirement = plannedRequirements.find(({ id }) => id === 'SERVER-2') as PlannedRequirement;
  for (const [, source] of sources) {
    fc.assert(
      fc.property(fc.nat(), fc.nat(ROUNDS), (seed, round) => {
        const attempts = attemptsOf(planOf(requirement, source, round, seed)).map(writeOf);
        const cut = attempts.findIndex((one) => one?.hangUp?.after === 'share');
        expect(cut).toBeGreaterThanOrEqual(0);
        expect(attempts.slice(cut).some((one) => one !== undefined && one.hangUp === undefined)).toBe(true);
      }),
      { numRuns: 30 },
    );
  }
});

test('where bodies must differ, each near miss is also sent with the body of the first of its keys', () => {
  const requirement = plannedRequirements.find(({ id }) => id === 'KEY-2') as PlannedRequirement;
  const { contract } = modaWithHeader;
  const unique = { ...modaWithHeader, contract: { ...contract, create: { ...contract.create, unique: ['/prompt'] } } };
  for (const plan of plansOf(requirement, unique)) {
    const attempts = attemptsOf(plan).map((attempt) => ({ use: keyUseOf(attempt), body: writeOf(attempt)?.body }));
    for (const { use } of attempts) {
      const first = attempts.find(
        (one) => one.use?.kind === 'slot' && use?.kind === 'slot' && one.use.slot === use.slot,
      );
      expect(attempts).toContainEqual({ use, body: first?.body });
    }
  }
});
