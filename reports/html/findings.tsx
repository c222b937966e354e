/** All findings: a list of them, and each with its proof; apart, what is only noticed. */
import type { ComponentChildren } from 'preact';
import type { Results } from '../../results/results.js';
import { type Finding, findingsOf, isNoticed, signOf } from '../../results/tally.js';
import { capital, confirmation, count, grouped, nameOf, SEEN } from '../words.js';
import { anchorOf, FindingArticle, Tries } from './finding.js';
import { Button, Prose, Section } from './parts.js';

export function Findings({ results }: { results: Results }) {
  const all = findingsOf(results);
  const broken = all.filter((one) => !isNoticed(one));
  const seen = all.filter(isNoticed);
  return (
    <>
      <Some id="findings" title={titleOf(broken)} findings={broken} results={results} />
      <Some id="seen" title={SEEN.title} findings={seen} results={results}>
        <p class="quiet">{SEEN.note}</p>
      </Some>
    </>
  );
}

function titleOf({ length }: Finding[]): string {
  return length === 1 ? 'Finding' : `${grouped(length)} findings`;
}

interface SomeProps {
  id: string;
  title: string;
  findings: Finding[];
  results: Results;
  children?: ComponentChildren;
}

function Some({ id, title, findings, results, children }: SomeProps) {
  if (findings.length === 0) return null;
  const many = findings.length > 1;
  // The most convincing one is seen at once.
  const first = findings.find(({ finding }) => finding.confirmed.failed > 0) ?? findings[0];
  return (
    <Section id={id} title={title} beside={many ? <Button class="open-all">Open all</Button> : null}>
      {children}
      {many ? <List findings={findings} results={results} /> : null}
      {findings.map((one) => (
        <FindingArticle {...one} results={results} open={one === first} />
      ))}
    </Section>
  );
}

function List({ findings, results }: { findings: Finding[]; results: Results }) {
  return (
    <table class="finding-list">
      <caption class="unseen">The findings, MUSTs first</caption>
      <thead>
        <tr>
          {['Requirement', 'What happened', 'Smallest case', 'Failed again'].map((name) => (
            <th scope="col">{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {findings.map((one) => (
          <Entry one={one} results={results} />
        ))}
      </tbody>
    </table>
  );
}

function Entry({ one, results }: { one: Finding; results: Results }) {
  const { requirement, finding, number } = one;
  return (
    <tr class={`s-${requirement.status}`}>
      <td>
        <span class="sign-mark" aria-hidden="true">
          {signOf[requirement.status]}
        </span>{' '}
        <a class="id" href={`#${anchorOf(one, results)}`}>
          {nameOf(requirement, results)}
          {number > 1 ? ` (${number})` : ''}
        </a>
      </td>
      <td>
        <Prose>{finding.summary}</Prose>
      </td>
      <td class="quiet">{count(finding.smallest.attempts, 'request')}</td>
      <td class="again-of">
        <Tries finding={finding} />
        <span class="unseen">{capital(confirmation(finding))}</span>{' '}
        <span aria-hidden="true">
          {finding.confirmed.of === 0 ? 'not run again' : `${finding.confirmed.failed} of ${finding.confirmed.of}`}
        </span>
      </td>
    </tr>
  );
}
