/** Words of findings: every rule has some, and they read well on histories made by hand. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { absent } from '../../generators/plans.js';
import type { Finding } from '../../judge/finding.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { rules, sentencesOf } from '../../judge/sentences/index.js';
import { stuckKey } from '../../judge/stuck.js';
import { elsewhere } from '../../suites/requests.js';
import {
  type Asked,
  answer,
  broken,
  conflict,
  historyOf,
  idOf,
  invalid,
  lost,
  made,
  missing,
  moda,
  refusal,
  slot,
  write,
} from './side-histories.js';

const judgeFolder = join(import.meta.dirname, '../../judge');

test('each rule that a check can find has sentences, and no others are kept', () => {
  const sources = readdirSync(judgeFolder).filter((name) => name.endsWith('.ts'));
  const code = sources.map((name) => readFileSync(join(judgeFolder, name), 'utf8')).join('\n');
  // Rules of a run's shards have sentences of their own, for they belong to no history.
  const missingWords = [...code.matchAll(/\brule: '([a-z-]+)'/g)].map(([, rule]) => rule as string);
  const known = new Set([...rules, 'blank-key-differs-between-shards']);
  expect(missingWords.filter((rule) => !known.has(rule))).toEqual([]);
  expect(rules.filter((rule) => !code.includes(`'${rule}'`))).toEqual([]);
});

const first: Asked = { attempt: write(slot(0)), answer: made(1) };
const kit = (number: number) => answer(201, { id: idOf('bk', number) });

const cases: [string, Asked[]][] = [
  ['a repeat makes another', [first, { attempt: write(slot(0)), answer: made(2) }]],
  ['another body makes another', [first, { attempt: write(slot(0), 1), answer: made(2) }]],
  ['another body is answered with the first', [first, { attempt: write(slot(0), 1), answer: made(1) }]],
  ['two keys are joined', [first, { attempt: write(slot(1), 1), answer: made(1) }]],
  [
    'two requests without a key are joined',
    [
      { attempt: write(absent), answer: made(1) },
      { attempt: write(absent), answer: made(1) },
    ],
  ],
  ['a repeat is a conflict', [first, { attempt: write(slot(0)), answer: conflict }]],
  ['a first request is a conflict', [first, { attempt: write(slot(1)), answer: conflict }]],
  [
    'a refused request binds',
    [
      { attempt: write(slot(0)), answer: invalid },
      { attempt: write(slot(0), 1), answer: conflict },
    ],
  ],
  [
    'a right body is refused as the wrong one before it',
    [
      {
        attempt: write(slot(0), 0, { body: { ...write(slot(0)).body, text: '{}', invalid: 'all is missing' } }),
        answer: invalid,
      },
      { attempt: write(slot(0)), answer: invalid },
      { attempt: write(slot(1)), answer: made(1) },
    ],
  ],
  ['a repeat is refused', [first, { attempt: write(slot(0)), answer: invalid }]],
  [
    'a repeat after a lost answer makes another',
    [first, { attempt: write(slot(0)), answer: lost }, { attempt: write(slot(0)), answer: made(2) }],
  ],
  ['a server error', [first, { attempt: write(slot(0)), answer: broken }]],
  ['a number as a key', [{ attempt: write({ kind: 'literal', value: 7 }), answer: made(1) }]],
  [
    'a blank key joins bodies',
    [
      { attempt: write({ kind: 'literal', value: ' ' }), answer: made(1) },
      { attempt: write({ kind: 'literal', value: ' ' }, 1), answer: made(1) },
    ],
  ],
  ['a success without an id', [{ attempt: write(slot(0)), answer: answer(202, {}) }]],
  ['an error without the envelope', [{ attempt: write(slot(0)), answer: answer(422, { no: 'envelope' }) }]],
  [
    'an endpoint shares the key',
    [first, { attempt: elsewhere(0, 0, 0), answer: answer(201, { id: idOf('task', 1) }) }],
  ],
  [
    'another endpoint joins',
    [
      { attempt: elsewhere(0, 0, 0), answer: kit(1) },
      { attempt: elsewhere(0, 1, 0), answer: kit(1) },
    ],
  ],
  [
    'a duplicate in flight is refused otherwise',
    [first, { attempt: write(slot(0)), at: 5, answer: refusal(423, 'conflict', 'locked') }],
  ],
  [
    'a missing credential is refused with another code',
    [{ attempt: write(slot(0), 0, { credential: 'none' }), answer: refusal(401, 'permission', 'no') }],
  ],
  ['not found', [first, { attempt: { operation: 'get', credential: 'first', of: 0 }, answer: missing }]],
];

test.each(cases)('%s', (_, asked) => {
  const history = historyOf(asked);
  const { readings, findings } = judgeHistory(history, moda);
  const said = findings.map((finding) => ({
    [`${finding.id} ${finding.rule}`]: sentencesOf(finding, { plan: history.plan, readings }, moda.contract),
  }));
  expect(said.length).toBeGreaterThan(0);
  // Keys are new in every run.
  expect(
    JSON.stringify(said, null, 2)
      .replace(/key-(\d)-[0-9a-f]{24}/g, 'key-$1')
      .replace(/idem-[0-9a-f]{12}/g, 'idem'),
  ).toMatchSnapshot();
});

test.each([
  ['order', 'an order', 'orders'],
  ['entry', 'an entry', 'entries'],
  ['box', 'a box', 'boxes'],
])('the noun %s', (noun, one, several) => {
  const contract = { ...moda.contract, resource: noun };
  const history = historyOf([{ attempt: write(slot(0)), answer: answer(202, { id: idOf('task', 1) }) }]);
  const { readings, findings } = judgeHistory(history, moda);
  const tooMany: Finding = {
    id: 'STORM-2',
    rule: 'too-many-resources',
    data: { requests: [0], resources: ['r1', 'r2'], unnamed: [], allowed: 1 },
    proof: [0],
  };
  const summaries = [...findings, tooMany].map((finding) => {
    const { summary, expected, observed } = sentencesOf(finding, { plan: history.plan, readings }, contract);
    return { summary, expected, observed: observed.replace(/\{.*/, '…') };
  });
  expect(summaries).toEqual([
    {
      summary: `A success carries ${one} that the schema refuses.`,
      expected: `a success with the ${noun}`,
      observed: '…',
    },
    {
      summary: `The requests made more ${several} than allowed.`,
      expected: `1 ${noun} for A and its repeats`,
      observed: `2 ${several}: r1, r2`,
    },
  ]);
});

test('a stuck key', () => {
  const history = historyOf([{ attempt: write(slot(0)), answer: lost }]);
  const { readings } = judgeHistory(history, moda);
  const { summary, argument, illegal } = sentencesOf(stuckKey(60), { plan: history.plan, readings }, moda.contract);
  const said = argument.map((sentence) => sentence.replace(/"key-0-[0-9a-f]+"/, '"key"'));
  expect({ summary, said, illegal }).toEqual({
    summary: 'A key stays stuck: it never gets a final answer.',
    said: [
      'A carried the key "key" and got no final answer: it was answered nothing (the connection was closed).',
      'Asked again at the end of the run, the key got no final answer either. The contract gives 60 s.',
    ],
    illegal: 0,
  });
});
