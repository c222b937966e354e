/** What narrows the requirements; shown by the script only. */
import type { Results } from '../../results/results.js';
import { chaptersOf, countByStatus, levels, statuses } from '../../results/tally.js';
import { Badge, LevelMark } from './parts.js';

export function Filters({ results }: { results: Results }) {
  const counts = countByStatus(results.requirements);
  return (
    <search class="filters" hidden>
      <div class="words">
        <label for="filter-text">Search</label>
        <input id="filter-text" type="search" autocomplete="off" spellcheck={false} aria-keyshortcuts="/" />
        <span class="hint" aria-hidden="true">
          /
        </span>
      </div>
      <div class="chapter-choice">
        <label for="filter-chapter">Chapter</label>
        <select id="filter-chapter">
          <option value="">All</option>
          {chaptersOf(results).map(({ id }) => (
            <option value={id}>{id}</option>
          ))}
        </select>
      </div>
      <fieldset>
        <legend>Status</legend>
        {statuses
          .filter((status) => counts[status] > 0)
          .map((status) => (
            <button type="button" aria-pressed="false" data-field="status" data-value={status}>
              <Badge status={status} />
            </button>
          ))}
      </fieldset>
      <fieldset>
        <legend>Level</legend>
        {levels
          .filter((level) => results.requirements.some((other) => other.level === level))
          .map((level) => (
            <button type="button" aria-pressed="false" data-field="level" data-value={level}>
              <LevelMark level={level} />
            </button>
          ))}
      </fieldset>
      <p class="shown">
        <output id="filter-count" aria-live="polite" />
        <button type="button" id="filter-reset" hidden>
          Show all
        </button>
      </p>
    </search>
  );
}
