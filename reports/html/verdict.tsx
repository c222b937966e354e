/** The verdict: what it means in large letters, then what it rests on. */
import type { Results, Status } from '../../results/results.js';
import { fails, isUnchecked, isUnmet, outcomeOf, signOf } from '../../results/tally.js';
import { visible } from '../visible.js';
import { count, grouped, SEEN, sentence } from '../words.js';

export function Verdict({ results }: { results: Results }) {
  const { status, words } = outcomeOf(results);
  return (
    <header class={`verdict s-${status}`}>
      <p class="brand">
        idem-conformance <span>report</span>
      </p>
      <div class="outcome">
        <span class="sign" aria-hidden="true">
          {signOf[status]}
        </span>
        <div>
          <h1>{words}</h1>
          <p class="sentence">
            {partsOf(results).map(({ words, ids }, index) => (
              <>
                {index === 0 ? '' : ' '}
                {visible(ids.length === 0 ? sentence(words) : `${words}: `)}
                {ids.map((id, nth) => (
                  <>
                    {nth === 0 ? '' : ', '}
                    <a href={`#${id}`}>{id}</a>
                  </>
                ))}
                {ids.length === 0 ? '' : '.'}
              </>
            ))}
          </p>
        </div>
      </div>
    </header>
  );
}

interface Part {
  words: string;
  /** The requirements that it speaks of. */
  ids: string[];
}

const stops = {
  obstacle: 'Nothing was judged',
  stopped: 'The run was stopped',
  error: 'The suite itself failed',
} as const;

function partsOf(results: Results): Part[] {
  const { requirements, frozen, baseline, stop } = results;
  const stopped = stop === null ? [] : [{ words: `${stops[stop.kind]}: ${stop.message}`, ids: [] }];
  if (stop?.kind === 'obstacle') return stopped;
  const musts = requirements.filter(({ id, level }) => level === 'MUST' && frozen.includes(id));
  const passed = musts.filter(({ status }) => status === 'passed').length;
  const unchecked = musts.filter(({ status }) => isUnchecked(status)).length;
  const those = (status: Status, failing: boolean) =>
    requirements.filter((one) => one.status === status && fails(one, results) === failing).map(({ id }) => id);
  const entries = (state: Results['baseline'][number]['state']) =>
    baseline.filter((one) => one.state === state).map(({ id }) => id);
  const known = entries('known');
  const lists: Part[] = [
    { words: 'Violated', ids: [...those('failed', true), ...those('warned', true)] },
    { words: 'Violated, but not counted', ids: those('failed', false).filter((id) => !known.includes(id)) },
    { words: 'Warnings', ids: those('warned', false).filter((id) => !known.includes(id)) },
    { words: SEEN.title, ids: [...those('noticed', false), ...those('noticed', true)] },
    {
      words: 'Seen once, not reproduced',
      ids: requirements
        .filter(({ because, status }) => because?.code === 'not-reproduced' && status === 'inconclusive')
        .map(({ id }) => id),
    },
    { words: 'Known failures', ids: known },
    { words: 'In the baseline, but passing now', ids: entries('fixed') },
    { words: 'Past their date in the baseline', ids: entries('expired') },
    {
      words: 'Required, but not checked',
      ids: requirements.filter((one) => isUnmet(one, results)).map(({ id }) => id),
    },
  ];
  return [
    { words: `${passed} of ${count(musts.length, 'MUST')} ${passed === 1 ? 'holds' : 'hold'}`, ids: [] },
    ...(unchecked === 0 ? [] : [{ words: `${grouped(unchecked)} not checked`, ids: [] }]),
    ...lists.filter(({ ids }) => ids.length > 0),
    ...stopped,
  ];
}
