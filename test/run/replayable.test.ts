/** What `replay` takes from a file: every plan that the suite draws, and nothing that asks for more than a run would. */
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { contractNames, loadContract } from '../../contracts/load.js';
import { compileValid } from '../../contracts/schemas.js';
import type { Plan } from '../../history/plan.js';
import { limitsOf, planOf } from '../../run/drawing.js';
import { settle } from '../../run/options.js';
import { unfit } from '../../run/replayable.js';
import { requirements } from '../../suites/index.js';
import type { PlannedRequirement } from '../../suites/requirement.js';

const schema = createRequire(import.meta.url)('idem-conformance/results/results.schema.json') as { $defs: object };
const isPlan = compileValid<Plan>({ $ref: '#/$defs/plan', $defs: schema.$defs }, { strict: false });

test.each(contractNames())('every plan that is drawn for %s can be replayed', (contract) => {
  const settings = settle({ contract, profile: 'thorough', seed: 7, stormWidth: 64 });
  const limits = limitsOf(settings);
  for (const requirement of requirements) {
    if (requirement.plans === undefined || requirement.skip?.(settings.contract.contract) != null) continue;
    for (const round of [0, 7]) {
      const { plan } = planOf(settings, requirement as PlannedRequirement, round, limits);
      const read = JSON.parse(JSON.stringify(plan)) as Plan;
      expect([requirement.id, isPlan(read), isPlan.errors?.slice(0, 3)]).toEqual([requirement.id, true, undefined]);
      expect([requirement.id, unfit(read, 10, settings.contract.contract)]).toEqual([requirement.id, null]);
    }
  }
});

const { contract } = loadContract('moda');

const create = (more: object = {}) => ({
  operation: 'create' as const,
  credential: 'first' as const,
  key: { kind: 'slot' as const, slot: 0 },
  body: { value: {}, operation: 0, keyAt: 0 },
  ...more,
});

function planWith(step: object, keys = ['k-{unique}']): Plan {
  return { keys, steps: [{ do: 'storm', attempts: [create()] }, step] } as Plan;
}

test.each<[why: RegExp, plan: Plan]>([
  [/100000 requests|at most 100000/, planWith({ do: 'storm', attempts: Array(200).fill(create()), times: 1000 })],
  [/waits at most/, planWith({ do: 'wait', ms: 86_400_000 })],
  [
    /MiB together/,
    planWith({ do: 'storm', attempts: [create({ body: { value: { a: '\uE000pad:99999999\uE001' } } })] }),
  ],
  [/more than 1000000 characters/, planWith({ do: 'wait', ms: 1 }, ['{[a-z]:0-999999999}'])],
  [/not be another one/, planWith({ do: 'wait', ms: 1 }, ['always-the-same'])],
  [/cannot be made/, planWith({ do: 'wait', ms: 1 }, ['{unique}{[%zz]:0}'])],
  [/a key that it does not have/, planWith({ do: 'storm', attempts: [create({ key: { kind: 'slot', slot: 1 } })] })],
  [
    /a request that it does not have/,
    planWith({ do: 'storm', attempts: [{ operation: 'get', credential: 'first', of: 9 }] }),
  ],
  [
    /another endpoint/,
    planWith({
      do: 'storm',
      attempts: [{ operation: 'other', credential: 'first', key: { kind: 'absent' }, endpoint: 99, variant: 0 }],
    }),
  ],
])('a plan is refused: %s', (why, plan) => {
  expect(unfit(plan, 10, contract)).toMatch(why);
});
