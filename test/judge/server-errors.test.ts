/** SERVER-1: a 503 without a hint, which a layer in front of a backend gives while that is restarted. */
import { expect, test } from 'vitest';
import { judgeHistory } from '../../judge/judge-history.js';
import { historyOf, moda, refusal, slot, write } from './side-histories.js';

test.each([
  [503, false, ['SERVER-1']],
  [503, true, []],
  [500, true, ['SERVER-1']],
])('%i, while the suite restarts the backend: %s', (status, isRestarted, expected) => {
  const answer = refusal(status, 'internal_error', 'internal_error');
  const history = historyOf([{ attempt: write(slot(0)), answer }]);
  const steps = history.plan.steps.map((step) => ({ ...step, ...(isRestarted ? { restartAfterMs: 10 } : {}) }));
  const { findings } = judgeHistory({ ...history, plan: { ...history.plan, steps } as typeof history.plan }, moda);
  expect(findings.map(({ id }) => id)).toEqual(expected);
});
