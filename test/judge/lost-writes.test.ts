/** Which acknowledged resources are missed, and which may be hidden with all that are like them. */
import { describe, expect, it } from 'vitest';
import { absent } from '../../generators/plans.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { Acknowledged, lostFinding, waysOf } from '../../judge/lost-writes.js';
import { sentencesOf } from '../../judge/sentences/index.js';
import { type Asked, historyOf, idOf, invalid, lost, made, moda, slot, write } from './side-histories.js';

const id = (number: number) => idOf('task', number);

/** Tasks 1 to 5, the third for the retry after a hang-up. */
const asked: Asked[] = [
  { attempt: write(slot(0)), answer: made(1), at: 0 },
  { attempt: write(slot(1)), answer: made(2), at: 1000 },
  { attempt: write(slot(2), 0, { hangUp: { after: 'body', ms: 0 } }), answer: lost, at: 2000 },
  { attempt: write(slot(2)), answer: made(3), at: 3000 },
  { attempt: write(slot(3)), answer: made(4), at: 4000 },
  { attempt: write(slot(3)), answer: invalid, at: 4500 },
  { attempt: write(absent, 1), answer: made(5), at: 5000 },
];

function remembered(more: Asked[] = []) {
  const history = historyOf([...asked, ...more]);
  const { readings } = judgeHistory(history, moda);
  const acknowledged = new Acknowledged<{ plan: typeof history.plan; readings: typeof readings }>();
  acknowledged.add({ plan: history.plan, readings }, readings);
  return { history, readings, acknowledged };
}

const missing = (shown: number[], more: Asked[] = []) =>
  remembered(more)
    .acknowledged.missing(new Set(shown.map(id)))
    .map((one) => one.id);

it('what is not shown is missed, the oldest first', () => {
  expect(missing([1, 2, 4])).toEqual([id(3), id(5)]);
  expect(missing([1, 2, 3, 4, 5])).toEqual([]);
});

it('what the plan or the clean-up has cancelled is not', () => {
  const cancels: Asked = { attempt: { operation: 'cancel', credential: 'first', of: 3 }, answer: made(3), at: 6000 };
  expect(missing([1, 2, 4], [cancels])).toEqual([id(5)]);
  const { acknowledged } = remembered();
  acknowledged.tidy(id(5));
  expect(acknowledged.missing(new Set([1, 2, 4].map(id))).map((one) => one.id)).toEqual([id(3)]);
});

it('what was accepted and has failed is not', () => {
  const { acknowledged } = remembered();
  acknowledged.failed(id(5));
  expect(acknowledged.missing(new Set([1, 2, 4].map(id))).map((one) => one.id)).toEqual([id(3)]);
});

it('what the clean-up has cancelled is missed where the list shows most of that', () => {
  const { acknowledged } = remembered();
  for (const n of [1, 2, 3, 4, 5]) acknowledged.tidy(id(n));
  const seen = (shown: number[]) => {
    const set = new Set(shown.map(id));
    return [acknowledged.missing(set).map((one) => one.id), acknowledged.seen(set)];
  };
  expect(seen([1, 2, 4])).toEqual([[id(3), id(5)], 3]);
  // It hides them: nothing can be said.
  expect(seen([])).toEqual([[], 0]);
});

it('what was shown before is not, unless the target was restarted', () => {
  const { acknowledged } = remembered();
  acknowledged.show([{ id: id(3), credential: 'first', nonce: null, readable: false }], 7000);
  expect(acknowledged.missing(new Set([1, 2, 4].map(id))).map((one) => one.id)).toEqual([id(5)]);
});

describe('whether others like it are shown', () => {
  const { acknowledged } = remembered();
  const [one] = acknowledged.missing(new Set([1, 2, 4, 5].map(id)));
  it.each<[string, number[], number[], boolean]>([
    ['all', [1, 2, 4, 5], [], true],
    ['the younger ones alone', [4, 5], [], false],
    ['the older ones alone', [1, 2], [], false],
    ['half of the older ones', [1, 4, 5], [], false],
    ['half of the older ones, and nothing is known of the others', [1, 4, 5], [2], true],
    ['one of the younger ones', [1, 2, 5], [], true],
  ])('%s', (_, shown, aside, expected) => {
    const sets = [shown, aside].map((list) => new Set(list.map(id))) as [Set<string>, Set<string>];
    expect(acknowledged.isBeside(one as NonNullable<typeof one>, ...sets)).toBe(expected);
  });
});

it('the finding says how it was asked for, and how many are lost', () => {
  const { acknowledged, history, readings } = remembered();
  const [one] = acknowledged.missing(new Set([1, 2, 4, 5].map(id)));
  if (one === undefined) throw new Error('nothing is missed');
  expect(waysOf(one)).toEqual({ stormy: false, hungUp: true });
  const finding = lostFinding(one, 3, { lost: 1, of: 5, stormy: 0, hungUp: 1, status: 404 });
  expect([finding.id, finding.proof]).toEqual(['LOST-11', [3]]);
  const { summary, argument, illegal } = sentencesOf(finding, { plan: history.plan, readings }, moda.contract);
  expect({ summary, last: argument.at(-1), illegal }).toEqual({
    summary: 'An acknowledged task is lost.',
    last: 'In the whole run 1 of 5 acknowledged tasks is lost, 1 after a client had hung up.',
    illegal: 3,
  });
});
