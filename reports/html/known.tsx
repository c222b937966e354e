/** The failures that a baseline names: they do not fail the run, and are shown all the same. */
import type { BaselineRecord, RequirementRecord, Results } from '../../results/results.js';
import { knownAs } from '../../results/tally.js';
import { Section, Text } from './parts.js';

const words: Readonly<Record<BaselineRecord['state'], string>> = {
  known: 'still violated, and not counted',
  fixed: 'passes now: take it off the list',
  expired: 'past its date: it counts again',
  open: 'not decided by this run',
};

export function Known({ results: { baseline } }: { results: Results }) {
  if (baseline.length === 0) return null;
  return (
    <Section id="known" title="Known failures">
      <div class="wide known">
        <table>
          <caption class="unseen">Known failures, from the baseline</caption>
          <thead>
            <tr>
              {['Requirement', 'Now', 'Reason', 'Until'].map((name) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {baseline.map(({ id, state, reason, until }) => (
              <tr class={state === 'fixed' || state === 'expired' ? 's-failed' : 's-skipped'}>
                <td>
                  <a class="id" href={`#${id}`}>
                    {id}
                  </a>
                </td>
                <td class="state">{words[state]}</td>
                <td>
                  <Text>{reason}</Text>
                </td>
                <td>{until ?? <span class="quiet">no date</span>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

/** Why a violated requirement does not make the run fail. */
export function Uncounted({ requirement, results }: { requirement: RequirementRecord; results: Results }) {
  const known = knownAs(requirement, results) !== undefined;
  if (!known && results.decides.includes(requirement.id)) return null;
  return <span class="uncounted">{known ? 'known failure' : 'does not decide'}</span>;
}
