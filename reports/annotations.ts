/** What GitHub Actions shows beside a run: lines on standard output that it reads as annotations. */
import type { Results } from '../results/results.js';
import { type Finding, fails, findingsOf, isUnchecked, outcomeOf, violates } from '../results/tally.js';
import { visible, visibleLine } from './visible.js';
import { capital, confirmation, count, cut, grouped, nameOf, remark, sentence } from './words.js';

interface Annotation {
  title: string;
  message: string;
}

// GitHub shows no more of a kind for one step.
const most = 10;
const longestText = 1000;

/** One line for each finding, at most ten errors, ten warnings and ten notices, and the verdict; ends with a newline. */
export function annotations(results: Results): string {
  const findings = findingsOf(results);
  const failing = findings.filter(({ requirement }) => violates(requirement, results));
  const noticed = findings.filter(({ requirement }) => requirement.status === 'noticed');
  const warning = findings.filter((one) => !failing.includes(one) && !noticed.includes(one));
  const verdict = { title: `idem-conformance: ${outcomeOf(results).words}`, message: capital(results.verdict) };
  const lines = [
    ...capped([...failing.map((one) => annotation(one, results)), ...missing(results)]).map((one) =>
      line('error', one),
    ),
    ...capped(warning.map((one) => annotation(one, results))).map((one) => line('warning', one)),
    ...capped(noticed.map((one) => annotation(one, results))).map((one) => line('notice', one)),
    line('notice', verdict),
  ];
  return `${lines.join('\n')}\n`;
}

function annotation({ requirement, finding }: Finding, results: Results): Annotation {
  return {
    title: `${nameOf(requirement, results)}: ${finding.summary}`,
    message: [
      ...(requirement.status === 'inconclusive' ? [sentence(remark(requirement))] : []),
      ...finding.argument.map(sentence),
      `Expected: ${finding.expected}`,
      `Observed: ${finding.observed}`,
      `Smallest case: ${count(finding.smallest.attempts, 'request')}, ${confirmation(finding)}`,
      `Run it again: ${visibleLine(finding.commands.rerun)}`,
    ]
      .map((text) => cut(text, longestText))
      .join('\n'),
  };
}

/** What was required and not checked has no finding, and fails the run all the same. */
function missing(results: Results): Annotation[] {
  return results.requirements
    .filter((requirement) => isUnchecked(requirement.status) && fails(requirement, results))
    .map((one) => ({
      title: `${nameOf(one, results)}: required, but ${one.status}`,
      message: capital(sentence(one.reason)),
    }));
}

function capped(all: Annotation[]): Annotation[] {
  if (all.length <= most) return all;
  const shown = all.slice(0, most - 1);
  const rest = all.slice(most - 1).map(({ title }) => title);
  return [...shown, { title: `… and ${grouped(rest.length)} more`, message: rest.join('\n') }];
}

function line(command: string, { title, message }: Annotation): string {
  return `::${command} title=${property(visibleLine(cut(title, longestText)))}::${data(visible(message))}`;
}

function data(text: string): string {
  return text.replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');
}

function property(text: string): string {
  return data(text).replace(/:/g, '%3A').replace(/,/g, '%2C');
}
