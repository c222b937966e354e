/** What is seen first: the verdict, the counts, the run, and what was not checked. */
import type { Results } from '../results.js';
import { countByStatus, levels, outcomeOf, signOf, statuses, uncheckedOf } from '../tally.js';
import { visibleLine } from '../visible.js';
import { capital, count, duration, grouped } from '../words.js';
import { Badge, LevelMark, Section, Text } from './parts.js';

export function Verdict({ results }: { results: Results }) {
  const { words, status } = outcomeOf(results);
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
            <Text>{capital(results.verdict)}</Text>
          </p>
        </div>
      </div>
    </header>
  );
}

/** How many requirements have which status, by level; a status that nothing has is left out. */
export function CountTable({ results }: { results: Results }) {
  const all = countByStatus(results.requirements);
  const columns = levels.map((level) => countByStatus(results.requirements.filter((other) => other.level === level)));
  return (
    <table class="counts">
      <caption>Requirements by status and level</caption>
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
              {[...columns, all].map((counts) => (
                <td class={counts[status] === 0 ? 'zero' : undefined}>{counts[status]}</td>
              ))}
            </tr>
          ))}
      </tbody>
    </table>
  );
}

export function RunCard({ results }: { results: Results }) {
  return (
    <dl class="card" aria-label="The run">
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
  const facts: [string, string][] = [
    ['Contract', `${contract.title} · ${contract.name} ${contract.version}`],
    [
      'Profile',
      `${results.profile}${results.strict ? ', strict' : ''} · ${rounds.done} of ${count(rounds.planned, 'round')}`,
    ],
    ['Seed', String(results.seed)],
    ['Transport', results.transport],
    ['Requests', `${grouped(requests.sent)}${requests.budget === null ? '' : ` of ${grouped(requests.budget)}`}`],
    ['Resources', `${grouped(effects.created)} created${foreign} · seen by ${effects.observer}`],
    ['Started', results.startedAt],
    ['Duration', duration(results.durationMs)],
    ['Versions', `idem-conformance ${versions.suite} · Node ${versions.node}`],
  ];
  const targets = results.targets.map(visibleLine).join('\n');
  return [
    [results.targets.length === 1 ? 'Target' : 'Targets', targets],
    ...facts.map(([name, value]): [string, string] => [name, visibleLine(value)]),
  ];
}

/** Said as loudly as a failure: a run that did not look is not a run that passed. */
export function NotChecked({ results }: { results: Results }) {
  const groups = uncheckedOf(results);
  if (groups.length === 0) return null;
  return (
    <Section id="not-checked" title="Not checked">
      <ul class="unchecked">
        {groups.map(({ status, reason, ids }) => (
          <li>
            <p>
              <Badge status={status} /> <Text>{reason}</Text>
            </p>
            <p class="ids">
              {ids.map((id) => (
                <a href={`#${id}`}>{id}</a>
              ))}
            </p>
          </li>
        ))}
      </ul>
    </Section>
  );
}
