import fc from 'fast-check';
import { expect, it } from 'vitest';
import { padding, unfolded } from '../../contracts/padding.js';
import { body, create, SETTLED_MS, send, slot, wait } from '../../generators/plans.js';
import { attemptsOf, type Plan, writeOf } from '../../history/plan.js';
import type { Case, Found } from '../../run/ledger.js';
import { minimise } from '../../run/minimise.js';
import { smaller } from '../../run/smaller.js';

const plan: Plan = {
  keys: ['key-{unique}'],
  steps: [
    send(create(slot(0), body({ prompt: '{nonce}', category: 'ads' }))),
    wait(1150),
    send(create(slot(0), body({ prompt: '{nonce}', category: 'ads' }))),
  ],
};

const shapes = (one: Plan, required: string[]) =>
  [...smaller(one, new Set(required))].map(({ steps }) =>
    steps
      .map((step) =>
        step.do === 'storm'
          ? Object.keys(writeOf(step.attempts[0])?.body.value ?? {}).join('+')
          : step.do === 'wait'
            ? step.ms
            : step.do,
      )
      .join(' '),
  );

it('leaves out one thing at a time: a request, the wait, then its length, then members that are not required', () => {
  expect(shapes(plan, ['prompt'])).toEqual([
    'prompt+category',
    'prompt+category',
    'prompt+category prompt+category',
    `prompt+category ${SETTLED_MS} prompt+category`,
    'prompt 1150 prompt',
  ]);
});

it('does not shorten a wait that is as short as it may be', () => {
  const short: Plan = { ...plan, steps: [plan.steps[0], wait(SETTLED_MS), plan.steps[2]] as Plan['steps'] };
  expect(shapes(short, ['prompt', 'category'])).toEqual([
    'prompt+category',
    'prompt+category',
    'prompt+category prompt+category',
  ]);
});

it('takes padding away, or some of it, in all bodies at once', () => {
  const large = send(create(slot(0), body({ prompt: `{nonce}${padding(40_000)}` })));
  const padded: Plan = { keys: ['key-{unique}'], steps: [large, large] };
  const lengths = [...smaller(padded, new Set(['prompt']))]
    .map(({ steps }) => steps.map((step) => (step.do === 'storm' ? unfolded(JSON.stringify(step)).length : 0)))
    .filter(([, second]) => second !== undefined);
  const bare = unfolded(JSON.stringify(large)).length - 40_000;
  expect(lengths).toEqual([0, 20_000, 30_000].map((length) => [bare + length, bare + length]));
});

it('finds the two requests that fail again, though the proof named others', async () => {
  const numbers = fc.uniqueArray(fc.nat(119), { minLength: 2, maxLength: 2 });
  await fc.assert(
    fc.asyncProperty(numbers, async ([one = 0, other = 1]) => {
      const steps = Array.from({ length: 120 }, (_, n) => send(create(slot(n), body({ prompt: '{nonce}' }))));
      const whole: Plan = { keys: [], steps };
      const caseOf = (of: Plan) => ({ finding: { id: 'KEY-2', proof: [] }, history: { plan: of, exchanges: [] } });
      const found = { original: caseOf(whole), smallest: caseOf(whole) } as unknown as Found;
      const slots = (of: Plan) =>
        attemptsOf(of).flatMap((one) => {
          const key = writeOf(one)?.key;
          return key?.kind === 'slot' ? [key.slot] : [];
        });
      const fails = async (tried: Plan) => {
        const sent = slots(tried);
        return sent.includes(one) && sent.includes(other) ? (caseOf(tried) as unknown as Case) : null;
      };
      await minimise(found, new Set(['prompt']), fails, Number.POSITIVE_INFINITY);
      expect(slots(found.smallest.history.plan).sort((a, b) => a - b)).toEqual([one, other].sort((a, b) => a - b));
    }),
  );
});
