import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, inFlightExplained } from '../../judge/brute.js';
import { judge } from '../../judge/judge.js';
import type { Observed, Rule, Verdict } from '../../judge/observed.js';
import { anyHistory, likelyHistory, RULES } from './histories.js';

/** What a verdict says of each register, in the words of the brute force. */
function summary(list: Observed[], { violations, givenUp }: Verdict): Record<string, string> {
  return Object.fromEntries(
    [...new Set(list.map((x) => x.register))].map((register) => {
      const rules = violations.filter((one) => one.register === register).map((one) => one.rule);
      const order = rules.filter((rule) => rule !== 'in-flight-without-competitor' && rule !== 'shared-id');
      const explained = order.includes('refused-request-bound') ? 'refused-bound' : 'none';
      const verdict = order.length > 0 ? explained : givenUp.includes(register) ? 'given-up' : 'order';
      return [register, `${verdict}${rules.includes('in-flight-without-competitor') ? ' alone' : ''}`];
    }),
  );
}

/** The same by brute force. */
function bruteSummary(list: Observed[]): Record<string, string> {
  return Object.fromEntries(
    [...new Set(list.map((x) => x.register))].map((register) => {
      const own = list.filter((x) => x.register === register);
      return [register, `${explain(own)}${inFlightExplained(own, RULES.graceMs) ? '' : ' alone'}`];
    }),
  );
}

/** Registers that answered an id which an earlier register had answered. */
function sharing(list: Observed[]): string[] {
  const registers = new Set<string>();
  for (const id of new Set(list.flatMap((x) => x.id ?? []))) {
    const oks = list.filter((x) => x.id === id).sort((a, b) => a.sent - b.sent || a.ref - b.ref);
    for (const x of oks) if (x.register !== oks[0]?.register) registers.add(x.register);
  }
  return [...registers].sort();
}

function agrees(decide: (list: Observed[]) => Verdict) {
  return (list: Observed[]) => {
    const verdict = decide(list);
    expect(summary(list, verdict)).toEqual(bruteSummary(list));
    const shared = verdict.violations.filter(({ rule }) => rule === 'shared-id').map(({ register }) => register);
    expect([...new Set(shared)].sort()).toEqual(sharing(list));
  };
}

const decide = (list: Observed[]) => judge(list, RULES);

describe('the judge agrees with a search over all orders', () => {
  it('on any history of up to eight exchanges', () => {
    fc.assert(fc.property(anyHistory, agrees(decide)), { numRuns: 10_000 });
  });

  it('on histories that are nearly legal', () => {
    fc.assert(fc.property(likelyHistory, agrees(decide)), { numRuns: 10_000 });
  });

  it('whatever the order of the lines', () => {
    fc.assert(
      fc.property(likelyHistory, fc.infiniteStream(fc.nat()), (list, numbers) => {
        const shuffled = list
          .map((one) => ({ one, at: numbers.next().value }))
          .sort((a, b) => a.at - b.at)
          .map(({ one }) => one);
        expect(summary(list, decide(shuffled))).toEqual(summary(list, decide(list)));
      }),
    );
  });

  it('and proves each violation with exchanges of its own', () => {
    fc.assert(
      fc.property(anyHistory, (list) => {
        for (const { rule, register, proof } of decide(list).violations) {
          const witnesses = proof.map((ref) => list.find((x) => x.ref === ref) as Observed);
          expect(witnesses.length).toBeGreaterThan(0);
          if (rule === 'shared-id') expect(new Set(witnesses.map((x) => x.id)).size).toBe(1);
          else expect(witnesses.every((x) => x.register === register)).toBe(true);
        }
      }),
    );
  });
});

describe('an error in the judge is noticed', () => {
  const without = (rule: Rule) => (list: Observed[]) => {
    const verdict = decide(list);
    return { ...verdict, violations: verdict.violations.filter((one) => one.rule !== rule) };
  };
  const mutants: [string, (list: Observed[]) => Verdict][] = [
    ['two ids of one key are overlooked', without('two-ids')],
    ['an id of two keys is overlooked', without('shared-id')],
    ['another body that is joined is overlooked', without('two-values')],
    ['a conflict for the winner is overlooked', without('conflict-for-winner')],
    ['a conflict without competitor is overlooked', without('conflict-without-competitor')],
    ['a refused request that binds is overlooked', without('refused-request-bound')],
    ['an in-flight refusal without competitor is overlooked', without('in-flight-without-competitor')],
    ['a claim that was given up is not told', (list) => ({ ...decide(list), givenUp: [] })],
    ['overlaps are ignored', (list) => decide(list.map((x) => ({ ...x, done: x.sent })))],
    ['unknown outcomes end', (list) => decide(list.map((x) => ({ ...x, done: Math.min(x.done, x.sent + 6) })))],
    ['bytes are compared as values', (list) => decide(list.map((x) => ({ ...x, bytes: x.value })))],
    ['values are compared as bytes', (list) => decide(list.map((x) => ({ ...x, value: x.bytes })))],
    [
      'unknown outcomes have no effect',
      (list) => decide(list.map((x) => (x.kind === 'unknown' ? { ...x, kind: 'none' } : x))),
    ],
  ];
  it.each(mutants)('%s', (_name, mutant) => {
    const property = fc.property(fc.oneof(anyHistory, likelyHistory), agrees(mutant));
    expect(fc.check(property, { numRuns: 10_000 }).failed).toBe(true);
  });
});

describe('retention', () => {
  const at = (sent: number, done: number, id: string, ref: number): Observed => ({
    register: 'k',
    bytes: 'a',
    value: 'a',
    sent,
    done,
    kind: 'ok',
    id,
    ref,
  });
  const rulesOf = (list: Observed[]) =>
    judge(list, { graceMs: 0, retentionMs: 100 }).violations.map(({ rule }) => rule);

  it('allows a new id once the key may have been forgotten', () => {
    expect(rulesOf([at(0, 1, 't1', 0), at(99, 101, 't2', 1)])).toEqual([]);
  });

  it('refuses one before that', () => {
    expect(rulesOf([at(0, 1, 't1', 0), at(97, 99, 't2', 1)])).toEqual(['two-ids']);
  });

  it('refuses the old id after the new one', () => {
    expect(rulesOf([at(0, 1, 't1', 0), at(100, 101, 't2', 1), at(102, 103, 't1', 2)])).toEqual(['two-ids']);
  });

  it('judges conflicts by any life of the key', () => {
    const conflict = (sent: number, ref: number): Observed => ({
      ...at(sent, sent + 1, '', ref),
      id: null,
      kind: 'conflict',
      bytes: 'b',
      value: 'b',
    });
    expect(rulesOf([at(0, 1, 't1', 0), conflict(50, 1), at(150, 151, 't2', 2), conflict(160, 3)])).toEqual([]);
  });
});

describe('a conflict for the body that holds the key', () => {
  const one = (kind: Observed['kind'], value: string, sent: number, ref: number): Observed => ({
    register: 'k',
    bytes: value,
    value,
    sent,
    done: kind === 'unknown' ? Number.POSITIVE_INFINITY : sent + 1,
    kind,
    id: kind === 'ok' ? 't1' : null,
    ref,
  });
  const won = one('ok', 'a', 2, 0);
  const refused = (sent: number) => one('conflict', 'a', sent, 1);
  const judged = (list: Observed[], retentionMs = Number.POSITIVE_INFINITY) => {
    const { violations, givenUp } = judge(list, { graceMs: 0, retentionMs });
    return { rules: violations.map(({ rule }) => rule), givenUp };
  };

  it('may come of another body that claimed the key first, and gave it up', () => {
    const list = [one('unknown', 'b', 0, 2), refused(1), won];
    expect(judged(list)).toEqual({ rules: [], givenUp: ['k'] });
  });

  it('is a violation once the key was bound, whatever is still under way or comes later', () => {
    const early = [one('unknown', 'b', 0, 2), won, refused(10)];
    const late = [won, one('unknown', 'b', 9, 2), refused(10)];
    for (const list of [early, late]) {
      expect(judged(list)).toEqual({ rules: ['conflict-for-winner'], givenUp: [] });
    }
  });

  it('may come of another body again once the key may have been forgotten', () => {
    const list = [won, one('unknown', 'b', 20, 2), refused(30)];
    expect(judged(list, 20)).toEqual({ rules: [], givenUp: ['k'] });
  });
});
