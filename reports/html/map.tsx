/** Every requirement at a glance: a sign for each, by chapter, and how many requests its plans sent. */
import type { RequirementRecord, Results } from '../../results/results.js';
import { type Chapter, chaptersOf, signOf } from '../../results/tally.js';
import { grouped } from '../words.js';
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
            <td class="cells">
              {chapter.requirements.map((requirement) => (
                <Cell requirement={requirement} />
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

function Cell({ requirement: { id, status, level } }: { requirement: RequirementRecord }) {
  const words = `${id}, ${level}: ${status}`;
  return (
    <a class={`cell s-${status}`} href={`#${id}`} title={words} aria-label={words}>
      {signOf[status]}
    </a>
  );
}

function requestsOf({ requirements }: Chapter): number {
  return requirements.reduce((sum, { evidence }) => sum + evidence.requests, 0);
}
