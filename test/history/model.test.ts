import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Binding, type ModelRules, write } from '../../history/model.js';

const rules: ModelRules = { compares: true, retentionMs: null };

/** Runs writes of one register after another and returns what each was answered. */
function run(bodies: { fingerprint: string; at: number }[], given: ModelRules): string[] {
  let binding: Binding | null = null;
  let made = 0;
  return bodies.map((body) => {
    const result = write(binding, body, () => `id${++made}`, given);
    binding = result.binding;
    return `${result.answer.kind} ${result.answer.id}`;
  });
}

const bodies = fc
  .array(fc.record({ fingerprint: fc.constantFrom('a', 'b', 'c'), at: fc.nat(20) }), { minLength: 1, maxLength: 12 })
  .map((list) => list.sort((one, other) => one.at - other.at));

describe('the model of one register', () => {
  it('creates once, replays the first body and refuses every other', () => {
    fc.assert(
      fc.property(bodies, (list) => {
        const first = list[0]?.fingerprint;
        const expected = list.map(({ fingerprint }, i) =>
          i === 0 ? 'created id1' : `${fingerprint === first ? 'replayed' : 'conflict'} id1`,
        );
        expect(run(list, rules)).toEqual(expected);
      }),
    );
  });

  it('replays every body when bodies are not compared', () => {
    fc.assert(
      fc.property(bodies, (list) => {
        expect(run(list, { ...rules, compares: false })).toEqual(
          list.map((_, i) => (i === 0 ? 'created id1' : 'replayed id1')),
        );
      }),
    );
  });

  it('makes one resource for each stretch of retention, counted from the first use', () => {
    fc.assert(
      fc.property(bodies, fc.integer({ min: 1, max: 10 }), (list, retentionMs) => {
        let epochs = 0;
        let since = Number.NEGATIVE_INFINITY;
        for (const { at } of list) {
          if (at - since < retentionMs) continue;
          epochs += 1;
          since = at;
        }
        const answers = run(list, { compares: true, retentionMs });
        expect(answers.filter((answer) => answer.startsWith('created'))).toHaveLength(epochs);
      }),
    );
  });

  it('treats a write without a key as a free register, and changes nothing it is given', () => {
    const binding = Object.freeze({ fingerprint: 'a', id: 'id1', at: 0 });
    const keyless = write(null, { fingerprint: 'a', at: 1 }, () => 'id2', rules);
    expect(keyless.answer).toEqual({ kind: 'created', id: 'id2' });
    const refused = write(binding, { fingerprint: 'b', at: 1 }, () => 'id2', rules);
    expect(refused).toEqual({ answer: { kind: 'conflict', id: 'id1' }, binding });
    expect(refused.binding).toBe(binding);
  });
});
