/** What faults of what follows a failed first try look like from outside. */
import { type Case, type Probe, valid } from './faults-probes.js';
import type { Answer, Api } from './server-caller.js';

/** Seven keys, and the seventh once more: its two statuses, and how many tasks there are. */
const seventh: Probe = async (api: Api) => {
  const answers: Answer[] = [];
  for (const n of [1, 2, 3, 4, 5, 6, 7, 7]) answers.push(await api.post({ ...valid, idempotency_key: `seventh-${n}` }));
  const statuses = answers.slice(-2).map(({ status }) => status);
  return `${statuses.join(' ')}, tasks: ${(await api.ids()).length}`;
};

const shown = (faulty: string): Case => ({ probe: seventh, correct: '200 200, tasks: 7', faulty });

export const afterUnknownCases: Record<string, Case> = {
  'committed-then-refused': shown('503 400, tasks: 7'),
  'failure-burns-key': shown('503 400, tasks: 6'),
  'failure-is-stored': shown('503 503, tasks: 6'),
};
