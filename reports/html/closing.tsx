/** What stands at the end: the target's own ways, and notes. */
import type { ObservationRecord, Results } from '../results.js';
import { grouped } from '../words.js';
import { Section, Text } from './parts.js';

export function Observations({ results }: { results: Results }) {
  if (results.observations.length === 0) return null;
  return (
    <Section id="observations" title="Observed">
      <p class="quiet">Where the contract leaves a choice, this is what the target does. None of it fails the run.</p>
      <table class="observations">
        <caption class="unseen">What was observed, most frequent first</caption>
        <thead>
          <tr>
            <th scope="col">What</th>
            <th scope="col">Seen</th>
            <th scope="col">Id</th>
          </tr>
        </thead>
        <tbody>
          {results.observations.map((observation) => (
            <Row observation={observation} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function Row({ observation: { id, subject, seen } }: { observation: ObservationRecord }) {
  return (
    <tr>
      <th scope="row">
        <Text>{subject}</Text>
      </th>
      <td>
        {seen.length === 0 ? <span class="quiet">nothing seen</span> : null}
        {seen.map(({ value, count }) => (
          <p>
            <Text>{value}</Text> <span class="quiet">×&nbsp;{grouped(count)}</span>
          </p>
        ))}
      </td>
      <td>
        <a href={`#${id}`}>{id}</a>
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
