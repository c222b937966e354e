/** The verdict as one sentence, begun in large letters. */
import type { Results } from '../../results/results.js';
import { outcomeOf, signOf } from '../../results/tally.js';
import { visible } from '../visible.js';
import { capital } from '../words.js';

// A first clause that is longer is no heading.
const longestHeading = 60;

export function Verdict({ results }: { results: Results }) {
  const { status } = outcomeOf(results);
  const { heading, rest } = partsOf(results);
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
          <h1>{visible(heading)}</h1>
          {rest === '' ? null : (
            <p class="sentence">
              <Linked results={results}>{rest}</Linked>
            </p>
          )}
        </div>
      </div>
    </header>
  );
}

/** The first clause of the verdict is the heading; the rest follows it, so that nothing is said twice. */
function partsOf(results: Results): { heading: string; rest: string } {
  const verdict = capital(results.verdict);
  const clause = /^([^:;.]+)[:;.]\s*/.exec(verdict);
  if (clause === null || (clause[1] ?? '').length > longestHeading) {
    return { heading: outcomeOf(results).words, rest: verdict };
  }
  return { heading: clause[1] ?? '', rest: capital(verdict.slice(clause[0].length)) };
}

/** Ids and chapters become links. */
function Linked({ results, children }: { results: Results; children: string }) {
  const ids = new Set(results.requirements.map(({ id }) => id));
  const chapters = new Set(results.requirements.map(({ chapter }) => chapter));
  return (
    <>
      {children.split(/\b([A-Z]+(?:-\d+)?)\b/).map((part, index) => {
        if (index % 2 === 0) return visible(part);
        const to = ids.has(part) ? part : chapters.has(part) ? `chapter-${part}` : null;
        return to === null ? visible(part) : <a href={`#${to}`}>{part}</a>;
      })}
    </>
  );
}
