/** Results of a run that did not come to its end. */
import type { Results } from './results.js';
import { exitCodeOf, type Stop, verdictOf } from './verdict.js';

/** What interim results say of their end, as long as nothing else does. */
export const NOT_ENDED: Stop = { kind: 'stopped', message: 'the run did not end' };

/**
 * The last interim results of a run as its results: never exit code 0.
 * @param why what ended the run
 */
export function unended(interim: Results, why: string): Results {
  const earlier = interim.stop?.message ?? NOT_ENDED.message;
  const own = earlier === NOT_ENDED.message ? '' : `${earlier}; `;
  const stop: Stop = { kind: 'stopped', message: `${own}${NOT_ENDED.message}: ${why}` };
  const exitCode = exitCodeOf(interim, stop);
  return {
    ...interim,
    stop,
    exitCode,
    verdict: verdictOf(interim, stop, exitCode),
    notes: [stop.message, ...interim.notes.filter((note) => note !== earlier)],
  };
}
