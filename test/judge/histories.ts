/** Arbitrary histories of registers, for the judge: up to eight exchanges, overlapping as they like. */
import fc from 'fast-check';
import type { Kind } from '../../history/reading.js';
import type { Observed } from '../../judge/observed.js';

export const RULES = { graceMs: 2, retentionMs: Number.POSITIVE_INFINITY };

/** Any answers at all: most of these histories are illegal. */
const exchange = fc.record({
  key: fc.constantFrom('k1', 'k1', 'k1', 'k2', null),
  body: fc.constantFrom('a', 'a', 'a′', 'b'),
  kind: fc.constantFrom<Kind>('ok', 'ok', 'ok', 'conflict', 'refused', 'unknown', 'none', 'inflight'),
  id: fc.constantFrom('t1', 't1', 't1', 't2', null),
  sent: fc.nat({ max: 12 }),
  takes: fc.nat({ max: 6 }),
});

export const anyHistory: fc.Arbitrary<Observed[]> = fc
  .array(exchange, { minLength: 1, maxLength: 8 })
  .map((list) => list.map((one, ref) => observed(one, ref)));

/** Answers that a correct server could have given in some order, with one changed now and then. */
export const likelyHistory: fc.Arbitrary<Observed[]> = fc
  .record({
    list: fc.array(exchange, { minLength: 1, maxLength: 8 }),
    order: fc.shuffledSubarray([...Array(8).keys()], { minLength: 8, maxLength: 8 }),
    spoiled: fc.option(
      fc.record({ at: fc.nat({ max: 7 }), kind: fc.constantFrom<Kind>('ok', 'conflict', 'refused', 'none') }),
    ),
  })
  .map(({ list, order, spoiled }) => {
    const holder = new Map<string, { value: string; id: string }>();
    const answered = order
      .filter((n) => n < list.length)
      .map((n, position) => ({ n, position }))
      .map(({ n, position }) => {
        const one = list[n] as (typeof list)[number];
        const value = valueOfBody(one.body);
        const held = one.key === null ? undefined : holder.get(one.key);
        if (held !== undefined && one.kind === 'refused') return observed({ ...one, sent: position * 2 }, n);
        const effect = one.kind !== 'none' && one.kind !== 'inflight';
        if (held === undefined && effect && one.key !== null) holder.set(one.key, { value, id: `made ${n}` });
        const kind: Kind =
          !effect || one.kind === 'unknown' ? one.kind : held && held.value !== value ? 'conflict' : 'ok';
        return observed(
          { ...one, kind, id: one.id === null ? null : (held?.id ?? `made ${n}`), sent: position * 2 },
          n,
        );
      });
    return answered.map((one, index) =>
      spoiled?.at === index
        ? { ...one, kind: spoiled.kind, id: spoiled.kind === 'ok' ? (one.id ?? 'spoiled') : null, done: one.sent + 1 }
        : one,
    );
  });

function observed(
  one: { key: string | null; body: string; kind: Kind; id: string | null; sent: number; takes: number },
  ref: number,
): Observed {
  return {
    register: one.key ?? `keyless ${ref}`,
    bytes: one.body,
    value: valueOfBody(one.body),
    sent: one.sent,
    done: one.kind === 'unknown' ? Number.POSITIVE_INFINITY : one.sent + one.takes,
    kind: one.kind,
    id: one.kind === 'ok' ? one.id : null,
    ref,
  };
}

/** a′ is a in other bytes. */
function valueOfBody(body: string): string {
  return body[0] as string;
}
