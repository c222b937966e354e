/** What is seen after the verdict: the counts, the run, and what was not checked. */
import type { Level, Results, Status } from '../../results/results.js';
import { type Counts, countByStatus, levels, statuses, uncheckedOf } from '../../results/tally.js';
import { visibleLine } from '../visible.js';
import { count, duration, grouped, idsInShort, placeOf, stormFacts } from '../words.js';
import { Badge, LevelMark, Section, Text } from './parts.js';

/** How many requirements have which status, by level; a status that nothing has is left out. */
export function CountTable({ results }: { results: Results }) {
  const all = countByStatus(results.requirements);
  const columns: [Level | null, Counts][] = levels.map((level) => [
    level,
    countByStatus(results.requirements.filter((other) => other.level === level)),
  ]);
  return (
    <table class="counts">
      <caption class="unseen">Requirements by status and level</caption>
      <thead>
        <tr>
          <th scope="col">Status</th>
          {levels.map((level) => (
            <th scope="col">
              <LevelMark level={level} />
            </th>
          ))}
          <th scope="col">All</th>
        </tr>
      </thead>
      <tbody>
        {statuses
          .filter((status) => all[status] > 0)
          .map((status) => (
            <tr class={`s-${status}`}>
              <th scope="row">
                <Badge status={status} />
              </th>
              {[...columns, [null, all] as [null, Counts]].map(([level, counts]) => (
                <td class={counts[status] === 0 ? 'zero' : undefined}>
                  <Cell status={status} level={level} n={counts[status]} />
                </td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** A number leads to what it counts: with the script to these alone, otherwise to all. */
function Cell({ status, level, n }: { status: Status; level: Level | null; n: number }) {
  if (n === 0) return <>0</>;
  const filter = `status=${status}${level === null ? '' : `&level=${level}`}`;
  return (
    <a href="#requirements" data-filter={filter} aria-label={`${n} ${status}${level === null ? '' : `, ${level}`}`}>
      {n}
    </a>
  );
}

export function RunCard({ results }: { results: Results }) {
  return (
    <dl class="card">
      {factsOf(results).map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(results: Results): [string, string][] {
  const { contract, requests, effects, rounds, versions } = results;
  const foreign = effects.foreign > 0 ? `, ${grouped(effects.foreign)} by others` : '';
  const storms = stormFacts(results.storms);
  const facts: [string, string][] = [
    ['Profile', `${results.profile}${results.strict ? ', strict' : ''} · ${roundsOf(rounds)}`],
    ['Seed', String(results.seed)],
    ['Requests', `${grouped(requests.sent)}${requests.budget === null ? '' : ` of ${grouped(requests.budget)}`}`],
    [
      'Resources',
      effects.observer === null
        ? `not counted: ${effects.blind}`
        : `${grouped(effects.created)} created${foreign} · seen by ${effects.observer}`,
    ],
    ['Started', results.startedAt.replace('T', ' ').replace(/\.\d+Z$/, ' UTC')],
    ['Duration', duration(results.durationMs)],
    ['Exit code', String(results.exitCode)],
    ['Requirement set', results.catalogue],
    ...(results.fault === null ? [] : [['Deliberate fault', results.fault] as [string, string]]),
    ...(results.shard === null ? [] : [['Shard', `${results.shard.index} of ${results.shard.of}`] as [string, string]]),
    ['Versions', `idem-conformance ${versions.suite} · Node ${versions.node.replace(/^v/, '')}`],
  ];
  return [
    [results.targets.length === 1 ? 'Target' : 'Targets', results.targets.map(visibleLine).join('\n')],
    ['Contract', [...titlesOf(results), `${contract.name} ${contract.version}`].map(visibleLine).join('\n')],
    ...facts.map(([name, value]): [string, string] => [name, visibleLine(value)]),
    ['Transport', visibleLine(results.transport)],
    ...(storms.length === 0 ? [] : [['Storms', storms.join('\n')] as [string, string]]),
  ];
}

/** Each operation, where there are several. */
function titlesOf({ contract, operations }: Results): string[] {
  return operations.length > 1 ? operations.map(({ name, title }) => `${name}: ${title}`) : [contract.title];
}

function roundsOf({ planned, done }: Results['rounds']): string {
  return planned === done ? count(done, 'round') : `${done} of ${count(planned, 'round')}`;
}

/** Said as loudly as a failure: a run that did not look is not a run that passed. */
export function NotChecked({ results }: { results: Results }) {
  const groups = uncheckedOf(results);
  if (groups.length === 0) return null;
  return (
    <Section id="not-checked" title="Not checked">
      <ul class="unchecked">
        {groups.map(({ status, reason, ids, operation }) => (
          <li>
            <Badge status={status} />
            <p>
              <Text>{reason}</Text>
            </p>
            <p class="ids">
              {idsInShort(ids, results).map(({ name, of, isChapter }) => (
                <a href={`#${isChapter ? `chapter-${of}` : placeOf({ operation, id: of }, results)}`}>{name}</a>
              ))}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
