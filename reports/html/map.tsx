/** Every requirement of every operation at a glance: a sign for each, by chapter, and how many requests its plans sent. */
import type { RequirementRecord, Results } from '../../results/results.js';
import { type Chapter, chaptersOf, signOf } from '../../results/tally.js';
import { visibleLine } from '../visible.js';
import { grouped, nameOf, placeOf } from '../words.js';
import { percent } from './shapes.js';

export function ChapterMap({ results }: { results: Results }) {
  const chapters = chaptersOf(results).map((chapter) => ({ chapter, requests: requestsOf(chapter) }));
  const most = Math.max(1, ...chapters.map(({ requests }) => requests));
  return (
    <table class="map">
      <caption class="unseen">Requirements and requests by chapter</caption>
      <thead>
        <tr>
          <th scope="col">Chapter</th>
          <th scope="col">Requirements</th>
          <th scope="col">Requests sent</th>
        </tr>
      </thead>
      <tbody>
        {chapters.map(({ chapter, requests }) => (
          <tr>
            <th scope="row">
              <a href={`#chapter-${chapter.id}`}>{chapter.id}</a>
            </th>
            <td>
              {results.operations.map(({ name }) => (
                <div class="cells">
                  {results.operations.length > 1 ? <span class="operation">{visibleLine(name)}</span> : null}
                  {chapter.requirements
                    .filter(({ operation }) => operation === name)
                    .map((requirement) => (
                      <Cell requirement={requirement} results={results} />
                    ))}
                </div>
              ))}
            </td>
            <td class="requests">
              <svg width="100%" height="8" aria-hidden="true" focusable="false">
                <rect width={percent(requests / most)} height="8" rx="2" />
              </svg>
              <span>{grouped(requests)}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ requirement, results }: { requirement: RequirementRecord; results: Results }) {
  const { status, level } = requirement;
  const words = visibleLine(`${nameOf(requirement, results)}, ${level}: ${status}`);
  return (
    <a class={`cell s-${status}`} href={`#${placeOf(requirement, results)}`} title={words} aria-label={words}>
      {signOf[status]}
    </a>
  );
}

function requestsOf({ requirements }: Chapter): number {
  return requirements.reduce((sum, { evidence }) => sum + evidence.requests, 0);
}
