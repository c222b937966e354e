/** Plans over a body and edits or rewrites of it. */
import fc from 'fast-check';
import type { JsonObject } from '../contracts/contract.js';
import { additionsOf } from '../generators/additions.js';
import { bodies, fullBodies, isValid } from '../generators/bodies.js';
import { type Edit, editKinds, editsOf } from '../generators/edits.js';
import { keyShapes } from '../generators/keys.js';
import { body, create, type PlanSource, SETTLED_MS, send, sendTimes, slot, wait } from '../generators/plans.js';
import { rewritesOf } from '../generators/rewrites.js';
import type { Body, Plan, Step } from '../history/plan.js';

/** Where in a long body the difference stands, in bytes. */
const DEPTHS = [1_200, 17_000, 66_000];

/** A plan over a body and one edit of it, two slots. */
export function edited(source: PlanSource, steps: (one: Body, other: Body) => Step[]): fc.Arbitrary<Plan> {
  return full(source).chain(({ keys, one }) => {
    const all = Object.keys(editKinds).flatMap((name) => editsOf(name, one.value, source));
    // The first round changes the text that every server compares, the others anything.
    const plain = all.filter(({ pointer }) => source.round === 0 && pointer === source.contract.create.nonce);
    return fc
      .constantFrom(...(plain.length > 0 ? plain : all))
      .map((edit) => ({ keys, steps: steps(one, withEdit(one, edit)) }));
  });
}

/** One edit of each kind that applies, all under the key of the first body; with `long`, far into a long body, too. */
export function everyEdit(source: PlanSource, names: string[], long: boolean): fc.Arbitrary<Plan> {
  return fc
    .record({
      drawn: full(source),
      choices: fc.noBias(fc.array(fc.nat(), { minLength: names.length, maxLength: names.length })),
    })
    .map(({ drawn: { keys, one }, choices }) => {
      const byKind = names.map((name) => editsOf(name, one.value, source));
      // One goes round from round to round, so that a run meets what a kind can do at every place; one is drawn.
      const edits = byKind.flatMap((list, index) => pick(list, [source.round, choices[index] as number]));
      // No member is left out by chance.
      for (const [index, name] of Object.keys(one.value).entries()) {
        const within = byKind.flat().filter(({ pointer }) => pointer.split('/')[1] === name);
        if (!edits.some((edit) => within.includes(edit)))
          edits.push(...pick(within, [choices[index % choices.length] as number]));
      }
      const firsts = [
        [one, ...edits.map((edit) => withEdit(one, edit))],
        ...(long ? [farEdits(one, source), nullAsText(one, source), additions(one, source, choices.slice(0, 4))] : []),
      ].filter((list): list is [Body, ...Body[]] => list.length > 0);
      return {
        keys,
        steps: [
          ...firsts.map(([first], number) => send(create(slot(number), first))),
          wait(SETTLED_MS),
          ...firsts.flatMap(([, ...others], number) => others.map((other) => send(create(slot(number), other)))),
        ],
      };
    });
}

/** One or two of a list. */
function pick<T>(list: T[], choices: number[]): T[] {
  if (list.length === 0) return [];
  return [...new Set(choices.map((choice) => choice % list.length))].map((index) => list[index] as T);
}

/** A long body and itself changed beyond 1, 16 and 64 kB. */
function farEdits(one: Body, source: PlanSource): Body[] {
  const nonceMember = source.contract.create.nonce;
  const name = nonceMember?.slice(1) ?? '';
  const start = one.value[name];
  if (nonceMember === null || nonceMember.lastIndexOf('/') !== 0 || typeof start !== 'string') return [];
  const filled = (length: number) => start.padEnd(length, ' and so on, and on');
  const long = { ...one, operation: 1, value: { ...one.value, [name]: filled(DEPTHS.at(-1) as number) + filled(40) } };
  if (!isValid(long.value, source)) return [];
  const text = long.value[name] as string;
  const edits = DEPTHS.map((depth) => {
    const value = { ...long.value, [name]: `${text.slice(0, depth)}#${text.slice(depth + 1)}` };
    return withEdit(long, { name: `character ${depth} changed`, pointer: nonceMember, value });
  });
  return [long, ...edits];
}

/** A member that is null, and the text "null" in its place, where both are valid. */
function nullAsText(one: Body, source: PlanSource): Body[] {
  for (const name of Object.keys(one.value)) {
    const value = { ...one.value, [name]: null };
    if (!isValid(value, source)) continue;
    const [edit] = editsOf('null as text', value, source).filter(({ pointer }) => pointer === `/${name}`);
    if (edit !== undefined) return [{ ...one, operation: 2, value }, withEdit({ ...one, operation: 2 }, edit)];
  }
  return [];
}

/** A body without some members, and itself with one of them added. */
function additions(one: Body, source: PlanSource, choices: number[]): Body[] {
  const { base, edits } = additionsOf(one.value, source, choices);
  const first = { ...one, operation: 3, value: base };
  return edits.length === 0 ? [] : [first, ...edits.map((edit) => withEdit(first, edit))];
}

/** Every rewrite of a body, each sent twice. */
export function rewritten(source: PlanSource): fc.Arbitrary<Plan> {
  return fc
    .record({
      keys: fc.array(keyShapes(source.contract.key), { minLength: 1, maxLength: 1 }),
      value: bodies(source),
      keyAt: fc.nat({ max: 3 }),
    })
    .map(({ keys, value, keyAt }) => {
      const one = body(value, 0, keyAt);
      const rewrites = rewritesOf(one, slot(0), source).map(({ name, pointer, text }) => ({
        ...one,
        text,
        rewrite: { name, pointer },
      }));
      return {
        keys,
        steps: [
          send(create(slot(0), one)),
          wait(SETTLED_MS),
          ...rewrites.map((each) => sendTimes(2, create(slot(0), each))),
        ],
      };
    });
}

function withEdit(one: Body, { value, ...edit }: Edit): Body {
  return { ...one, value, edit };
}

function full(source: PlanSource): fc.Arbitrary<{ keys: string[]; one: Body }> {
  return fc
    .record({
      keys: fc.array(keyShapes(source.contract.key), { minLength: 4, maxLength: 4 }),
      value: fullBodies(source) as fc.Arbitrary<JsonObject>,
      keyAt: fc.nat({ max: 3 }),
    })
    .map(({ keys, value, keyAt }) => ({ keys, one: body(value, 0, keyAt) }));
}
