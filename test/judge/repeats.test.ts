/** Which repeats stay open, so that they count against a pass. */
import { expect, test } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { repeatsIn } from '../../judge/repeats.js';
import { type Asked, historyOf, lost, made, moda, refusal, slot, write } from './side-histories.js';

const first: Asked = { attempt: write(slot(0)), answer: made(1) };
const unanswered: Asked = { attempt: write(slot(0)), answer: lost };
const refused: Asked = { attempt: write(slot(0)), answer: refusal(410, 'gone', 'used') };
const replay = { ...moda.contract.replay, kind: 'refusal', statuses: [410] } as Contract['replay'];
const refuses = { ...moda, contract: { ...moda.contract, replay } };

test.each<[name: string, asked: Asked[], loaded: typeof moda, open: string | undefined]>([
  ['a repeat that got no answer', [first, unanswered], moda, 'unanswered'],
  ['and was answered with the resource later', [first, unanswered, first], moda, undefined],
  ['and was refused later', [first, unanswered, refused], moda, 'refused'],
  ['and was refused later, as the contract says', [first, unanswered, refused], refuses, undefined],
])('%s', (_, asked, loaded, open) => {
  const history = historyOf(asked, undefined, loaded);
  const { readings } = judgeHistory(history, loaded);
  expect(repeatsIn(history.plan, readings, loaded.contract).map((one) => one.open?.ending)).toEqual([open]);
});
