/** What stands at the end: the target's own ways, and notes. */
import type { ObservationRecord, Results } from '../../results/results.js';
import { grouped } from '../words.js';
import { Prose, Section, Text } from './parts.js';

export function Observations({ results }: { results: Results }) {
  if (results.observations.length === 0) return null;
  const ids = [...new Set(results.observations.map(({ id }) => id))];
  return (
    <Section id="observations" title="Observed">
      <p class="quiet lead">
        Where the contract leaves a choice, this is what the target does. None of it fails the run.
      </p>
      <div class="observations">
        {ids.map((id) => (
          <Group id={id} results={results} />
        ))}
      </div>
    </Section>
  );
}

/** What was seen for one requirement. */
function Group({ id, results }: { id: string; results: Results }) {
  const sentence = results.requirements.find((requirement) => requirement.id === id)?.statement;
  return (
    <div class="observation">
      <p>
        <a class="id" href={`#${id}`}>
          {id}
        </a>{' '}
        {sentence === undefined ? null : <Prose>{sentence}</Prose>}
      </p>
      <table>
        <caption class="unseen">What was observed for {id}, most frequent first</caption>
        <thead class="unseen">
          <tr>
            <th scope="col">What</th>
            <th scope="col">Seen</th>
          </tr>
        </thead>
        <tbody>
          {results.observations
            .filter((observation) => observation.id === id)
            .map((observation) => (
              <Row observation={observation} />
            ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ observation: { subject, seen } }: { observation: ObservationRecord }) {
  return (
    <tr>
      <th scope="row">
        <Text>{subject}</Text>
      </th>
      <td>
        {seen.length === 0 ? <span class="quiet">nothing seen</span> : null}
        {seen.map(({ value, count }) => (
          <span class="seen">
            <b>
              <Text>{value}</Text>
            </b>{' '}
            <span class="quiet">×&nbsp;{grouped(count)}</span>
          </span>
        ))}
      </td>
    </tr>
  );
}

export function Notes({ results, cuts }: { results: Results; cuts: string[] }) {
  if (results.notes.length === 0 && cuts.length === 0) return null;
  return (
    <Section id="notes" title="Notes">
      <ul class="notes">
        {results.notes.map((note) => (
          <li>
            <Text>{note}</Text>
          </li>
        ))}
        {cuts.length === 0 ? null : (
          <li id="cuts">To keep this page small it leaves out: {cuts.join(', ')}. results.json has everything.</li>
        )}
      </ul>
    </Section>
  );
}
