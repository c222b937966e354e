/** The requirements by chapter. */
import type { RequirementRecord, Results } from '../../results/results.js';
import { type Chapter, chaptersOf, signOf, statuses } from '../../results/tally.js';
import { count, grouped, nameOf, placeOf } from '../words.js';
import { Filters } from './filters.js';
import { Uncounted } from './known.js';
import { Badge, LevelMark, Prose, Section, Sources } from './parts.js';

export function Requirements({ results }: { results: Results }) {
  return (
    <Section id="requirements" title="Requirements">
      <Filters results={results} />
      {chaptersOf(results).map((chapter) => (
        <ChapterTable chapter={chapter} results={results} />
      ))}
      <p id="filter-none" class="none" hidden>
        No requirement matches.
      </p>
    </Section>
  );
}

function ChapterTable({ chapter, results }: { chapter: Chapter; results: Results }) {
  const { id, title, requirements, counts } = chapter;
  return (
    <section id={`chapter-${id}`} class="chapter" aria-labelledby={`chapter-${id}-title`}>
      <div class="chapter-head">
        <h3 id={`chapter-${id}-title`}>
          {id} {title === '' ? null : <span class="quiet">{title}</span>}
        </h3>
        <p class="chapter-counts">
          {statuses
            .filter((status) => counts[status] > 0)
            .map((status) => (
              <span class={`s-${status}`}>
                <span aria-hidden="true">{signOf[status]}</span> {counts[status]} {status}
              </span>
            ))}
        </p>
      </div>
      <table class="requirements">
        <caption class="unseen">Requirements of chapter {id}</caption>
        <thead>
          <tr>
            {['Status', 'Requirement', 'Level', 'Evidence'].map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {requirements.map((requirement) => (
            <Row requirement={requirement} results={results} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Row({ requirement, results }: { requirement: RequirementRecord; results: Results }) {
  const { level, status, chapter, statement, reason, findings } = requirement;
  const place = placeOf(requirement, results);
  return (
    <tr id={place} data-status={status} data-level={level} data-chapter={chapter}>
      <td class="status">
        <Badge status={status} />
        {findings.length > 0 ? <Uncounted requirement={requirement} results={results} /> : null}
      </td>
      <td class="what">
        <p>
          <a class="id" href={`#${place}`}>
            {nameOf(requirement, results)}
          </a>{' '}
          <Prose>{statement}</Prose>
        </p>
        {reason === '' ? null : (
          <p class="reason">
            <Prose>{reason}</Prose>
          </p>
        )}
        <p class="quiet">
          <Sources sources={requirement.sources} />
          {findings.map((_, index) => (
            <>
              {' · '}
              <a class="to-finding" href={`#finding-${place}-${index + 1}`}>
                finding{findings.length > 1 ? ` ${index + 1}` : ''}
              </a>
            </>
          ))}
        </p>
      </td>
      <td>
        <LevelMark level={level} />
      </td>
      <td class="evidence">
        <Evidence requirement={requirement} />
      </td>
    </tr>
  );
}

function Evidence({ requirement: { evidence } }: { requirement: RequirementRecord }) {
  if (evidence.plans === 0 && evidence.exercised === 0) return <span class="quiet">none</span>;
  return (
    <>
      <span>exercised {count(evidence.exercised, 'time')}</span>
      <span class="quiet">
        {count(evidence.plans, 'plan')}, {grouped(evidence.requests)} requests
      </span>
    </>
  );
}
