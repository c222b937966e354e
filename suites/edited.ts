/** Plans over a body and edits or rewrites of it. */
import fc from 'fast-check';
import type { JsonObject } from '../contracts/contract.js';
import { padding } from '../contracts/padding.js';
import { additionsOf } from '../generators/additions.js';
import { bodies, fullBodies, isValid } from '../generators/bodies.js';
import { type Edit, editKinds, editsOf } from '../generators/edits.js';
import { isUnique } from '../generators/fresh.js';
import { keyShapes } from '../generators/keys.js';
import { filled, largeSizes, type Room, roomsIn, sizeOf } from '../generators/padding.js';
import { body, create, type PlanSource, SETTLED_MS, send, sendTimes, slot, wait } from '../generators/plans.js';
import { rewritesOf } from '../generators/rewrites.js';
import type { Body, Plan, Step } from '../history/plan.js';

/** A plan over a body and one edit of it, two slots. */
export function edited(source: PlanSource, steps: (one: Body, other: Body) => Step[]): fc.Arbitrary<Plan> {
  return full(source).chain(({ keys, one }) => {
    const all = Object.keys(editKinds).flatMap((name) => editsOf(name, one.value, source));
    if (all.length === 0) return fc.constant({ keys, steps: [] });
    // The first round changes the text that every server compares, the others anything, unless it may not stay the same.
    const { nonce } = source.contract.create;
    const isPlain = source.round === 0 || isUnique(source.contract.create);
    const plain = all.filter(({ pointer }) => isPlain && pointer === nonce);
    return fc
      .constantFrom(...(plain.length > 0 ? plain : all))
      .map((edit) => ({ keys, steps: steps(one, withEdit(one, edit)) }));
  });
}

/** One edit of each kind that applies, all under the key of the first body; with `large`, anywhere in a large body, too. */
export function everyEdit(source: PlanSource, names: string[], large: boolean): fc.Arbitrary<Plan> {
  return fc
    .record({
      drawn: full(source),
      choices: fc.noBias(fc.array(fc.nat(), { minLength: names.length, maxLength: names.length })),
      size: largeSizes(source),
      share: fc.noBias(fc.integer({ min: 1, max: 999 })).map((thousandth) => thousandth / 1000),
    })
    .map(({ drawn: { keys, one }, choices, size, share }) => {
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
        ...(large
          ? [
              farEdits(one, source, size ?? 0, share),
              nullAsText(one, source),
              additions(one, source, choices.slice(0, 4)),
            ]
          : []),
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

/** A large body, and itself with one character changed: the first of the padding, the last, and one between them. */
function farEdits(one: Body, source: PlanSource, size: number, share: number): Body[] {
  // Whether other texts than the first may be so long is known only where the schema says it.
  const isKnown = ({ kind }: Room, n: number) => kind === 'limited' || (kind === 'unlimited' && n === 0);
  const rooms = roomsIn(one.value, source).filter(isKnown);
  const room = rooms[source.round % rooms.length];
  const length = Math.min(size - sizeOf(one.value), room?.longest ?? 0);
  if (room === undefined || length < 2) return [];
  const places = [0, Math.floor(share * length), length - 1];
  const changed = places.map((place) => `${padding(place)}${OTHER}${padding(length - place - 1)}`);
  const [large, ...others] = [padding(length), ...changed].map((end) => filled(one.value, source, room, end));
  if (large === null || large === undefined) return [];
  const first = { ...one, operation: 1, value: large };
  return [
    first,
    ...others.flatMap((value) =>
      value === null
        ? []
        : [withEdit(first, { name: 'one letter of a long text changed', pointer: room.pointer, value })],
    ),
  ];
}

/** Another letter than the padding's. */
const OTHER = 'y';

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
