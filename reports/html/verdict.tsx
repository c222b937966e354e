/** The verdict: what it means in large letters, then what it rests on. */
import type { Results, Status } from '../../results/results.js';
import { fails, isUnchecked, isUnmet, outcomeOf, signOf } from '../../results/tally.js';
import { visible } from '../visible.js';
import { count, grouped, nameOf, placeOf, SEEN, sentence } from '../words.js';

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
            {partsOf(results).map(({ words, those }, index) => (
              <>
                {index === 0 ? '' : ' '}
                {visible(those.length === 0 ? sentence(words) : `${words}: `)}
                {those.map((one, nth) => (
                  <>
                    {nth === 0 ? '' : ', '}
                    <Link one={one} results={results} />
                  </>
                ))}
                {those.length === 0 ? '' : '.'}
              </>
            ))}
          </p>
        </div>
      </div>
    </header>
  );
}

interface Named {
  operation?: string;
  id: string;
}

interface Part {
  words: string;
  /** The requirements that it speaks of. */
  those: Named[];
}

/** An entry of the baseline may be about all operations. */
function Link({ one: { operation, id }, results }: { one: Named; results: Results }) {
  const named = operation === undefined ? null : { operation, id };
  const [place, name] = named === null ? [id, id] : [placeOf(named, results), nameOf(named, results)];
  return <a href={`#${place}`}>{visible(name)}</a>;
}

const stops = {
  obstacle: 'Nothing was judged',
  stopped: 'The run was stopped',
  error: 'The suite itself failed',
} as const;

function partsOf(results: Results): Part[] {
  const { requirements, frozen, baseline, stop } = results;
  const stopped = stop === null ? [] : [{ words: `${stops[stop.kind]}: ${stop.message}`, those: [] }];
  if (stop?.kind === 'obstacle') return stopped;
  const musts = requirements.filter(({ id, level }) => level === 'MUST' && frozen.includes(id));
  const passed = musts.filter(({ status }) => status === 'passed').length;
  const unchecked = musts.filter(({ status }) => isUnchecked(status)).length;
  const having = (status: Status, failing: boolean) =>
    requirements.filter((one) => one.status === status && fails(one, results) === failing);
  const entries = (state: Results['baseline'][number]['state']) => baseline.filter((one) => one.state === state);
  const known = entries('known');
  const isKnown = ({ id }: Named) => known.some((one) => one.id === id);
  const lists: Part[] = [
    { words: 'Violated', those: [...having('failed', true), ...having('warned', true)] },
    { words: 'Violated, but not counted', those: having('failed', false).filter((one) => !isKnown(one)) },
    { words: 'Warnings', those: having('warned', false).filter((one) => !isKnown(one)) },
    { words: SEEN.title, those: [...having('noticed', false), ...having('noticed', true)] },
    {
      words: 'Seen once, not reproduced',
      those: requirements.filter(
        ({ because, status }) => because?.code === 'not-reproduced' && status === 'inconclusive',
      ),
    },
    { words: 'Known failures', those: known },
    { words: 'In the baseline, but passing now', those: entries('fixed') },
    { words: 'Past their date in the baseline', those: entries('expired') },
    {
      words: 'Required, but not checked',
      those: requirements.filter((one) => isUnmet(one, results)),
    },
  ];
  return [
    { words: `${passed} of ${count(musts.length, 'MUST')} ${passed === 1 ? 'holds' : 'hold'}`, those: [] },
    ...(unchecked === 0 ? [] : [{ words: `${grouped(unchecked)} not checked`, those: [] }]),
    ...lists.filter((one) => one.those.length > 0),
    ...stopped,
  ];
}
