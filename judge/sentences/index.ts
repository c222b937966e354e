/** Turns findings into words. Nothing else does, and nothing reads them back. */
import type { Contract } from '../../contracts/contract.js';
import type { Plan } from '../../history/plan.js';
import type { Reading } from '../../history/reading.js';
import type { Finding } from '../finding.js';
import { afterUnknownWordings } from './after-unknown.js';
import { answerWordings } from './answers.js';
import { lostWriteWordings } from './lost-writes.js';
import { otherWordings } from './others.js';
import { promiseWordings } from './promises.js';
import { registerWordings } from './registers.js';
import { Scene, type Sentences, type Wording } from './scene.js';

export { expectations } from './expected.js';
export type { Sentences } from './scene.js';

const wordings: Record<string, Wording> = {
  ...registerWordings,
  ...answerWordings,
  ...afterUnknownWordings,
  ...lostWriteWordings,
  ...promiseWordings,
  ...otherWordings,
};

/** Every rule that a finding can have. */
export const rules: string[] = Object.keys(wordings);

/** What a finding says of the history that it was found in. */
export function sentencesOf(
  finding: Finding,
  history: { plan: Plan; readings: Reading[] },
  contract: Contract,
): Sentences {
  const wording = wordings[finding.rule];
  if (wording === undefined) throw new Error(`there are no sentences for the rule '${finding.rule}'`);
  return wording(new Scene(finding, history, contract));
}

/** What a finding says that all shards of a run show together: of no history. */
export function sentencesOfShards({ data }: Finding): Sentences {
  const seen = data.seen as { value: string; count: number }[];
  const ways = seen.map(({ value }) => value).filter((value) => value !== 'undecided');
  return {
    summary: 'A blank key is handled one way in one shard and another way in another.',
    argument: seen.map(({ value, count }) => `${data.key}: ${value}, ${count} times.`),
    expected: 'one way',
    observed: ways.join(', '),
    illegal: null,
  };
}
