/** `summary.md`: what a reviewer needs, short enough for a pull request or a job summary. */
import type { CaseRecord, Results } from '../results/results.js';
import {
  chaptersOf,
  countByStatus,
  type Finding,
  findingsOf,
  isNoticed,
  outcomeOf,
  signOf,
  uncheckedIn,
  uncheckedOf,
} from '../results/tally.js';
import { visibleLine } from './visible.js';
import {
  capital,
  confirmation,
  count,
  cut,
  duration,
  grouped,
  idsInShort,
  nameOf,
  promiseFlag,
  remark,
  SEEN,
  setUpWords,
  sourceWords,
  sentence as stop,
} from './words.js';

// Job summaries hold one megabyte; the HTML report has the rest.
const largest = 900_000;
const findingsShown: readonly number[] = [25, 10, 3, 0];
const mostLines = 50;
const longestText = 1000;
const mostSteps = 12;

/** @param room bytes that it may take, where it can be made so short */
export function summaryMarkdown(results: Results, room = largest): string {
  let summary = '';
  for (const mostFindings of findingsShown) {
    summary = summaryWith(results, mostFindings);
    if (Buffer.byteLength(summary) <= room) break;
  }
  return summary;
}

function summaryWith(results: Results, mostFindings: number): string {
  const outcome = outcomeOf(results);
  const sections = [
    `# ${signOf[outcome.status]} ${outcome.words}`,
    `**${prose(capital(results.verdict))}**`,
    runLine(results),
    ['## By chapter', '', ...chapterTable(results)].join('\n'),
    ...operationTable(results),
    ...findings(
      'Findings',
      findingsOf(results).filter((one) => !isNoticed(one)),
      results,
      mostFindings,
    ),
    ...findings(SEEN.title, findingsOf(results).filter(isNoticed), results, mostFindings),
    ...unchecked(results),
    ...observed(results),
    ...notes(results),
  ];
  return `${sections.join('\n\n')}\n`;
}

function runLine(results: Results): string {
  const { contract, requests, effects, versions } = results;
  const budget = requests.budget === null ? '' : ` of ${grouped(requests.budget)}`;
  return [
    results.targets.map(code).join(', '),
    prose(`${contract.title} (${contract.name} ${contract.version})`),
    `profile ${prose(results.profile)}, seed ${results.seed}`,
    `${budget === '' ? count(requests.sent, 'request') : `${grouped(requests.sent)}${budget} requests`}${effects.observer === null ? '' : `, ${count(effects.created, 'resource')} created`}`,
    duration(results.durationMs),
    `idem-conformance ${prose(versions.suite)}`,
  ].join(' · ');
}

/** Noticed is rare: its column stands where it has something to show. */
function chapterTable(results: Results): string[] {
  const { noticed } = countByStatus(results.requirements);
  const shown = noticed > 0 ? ['Noticed'] : [];
  const rows = chaptersOf(results).map(({ id, title, counts }) => {
    const cells = [
      counts.passed,
      counts.failed,
      counts.warned,
      ...shown.map(() => counts.noticed),
      uncheckedIn(counts),
      counts.observed,
    ];
    return `| **${prose(id)}** ${prose(title)} | ${cells.map((n) => (n === 0 ? '–' : String(n))).join(' | ')} |`;
  });
  const titles = ['Passed', 'Failed', 'Warned', ...shown, 'Not checked', 'Observed'];
  return [`| Chapter | ${titles.join(' | ')} |`, `| --- |${titles.map(() => ' --: |').join('')}`, ...rows];
}

/** Where there are several operations: what each requirement that is not the same for all of them comes to. */
function operationTable(results: Results): string[] {
  const { operations, requirements } = results;
  if (operations.length < 2) return [];
  const rows = [...new Set(requirements.map(({ id }) => id))].flatMap((id) => {
    const each = operations.map(({ name }) => requirements.find((one) => one.id === id && one.operation === name));
    const statuses = each.map((one) => (one === undefined ? '–' : `${signOf[one.status]} ${one.status}`));
    return new Set(statuses).size === 1 ? [] : [`| ${prose(id)} | ${statuses.join(' | ')} |`];
  });
  const head = `| Requirement | ${operations.map(({ name }) => prose(name)).join(' | ')} |`;
  const words = rows.length === 0 ? 'All requirements come to the same.' : 'What is not the same for all of them:';
  const table = rows.length === 0 ? [] : ['', head, `| --- |${operations.map(() => ' --- |').join('')}`, ...rows];
  return [['## By operation', '', words, ...table].join('\n')];
}

function findings(title: string, all: Finding[], results: Results, mostFindings: number): string[] {
  if (all.length === 0) return [];
  const rest = all.length - mostFindings;
  return [
    `## ${title}`,
    ...(title === SEEN.title ? [SEEN.note] : []),
    ...all.slice(0, mostFindings).map((one) => findingSection(one, results)),
    ...(rest > 0 ? [`… and ${count(rest, 'more finding')}: see report.html or results.json.`] : []),
  ];
}

function findingSection({ requirement, finding }: Finding, results: Results): string {
  const { level, status, title } = requirement;
  const flag = promiseFlag(requirement);
  return [
    `### ${signOf[status]} ${prose(nameOf(requirement, results))}: ${prose(finding.summary)}`,
    `${remark({ status }) || level}: ${prose(stop(title))} Source: ${prose(stop(sourceWords(requirement)))}`,
    prose(finding.argument.map(stop).join(' ')),
    ...(flag === null ? [] : [`With ${code(flag)} this fails the run.`]),
    `- Expected: ${prose(finding.expected)}\n- Observed: ${prose(finding.observed)}`,
    `Smallest case, ${count(finding.smallest.attempts, 'request')}, ${confirmation(finding)}:`,
    steps(finding.smallest),
    fence(finding.commands.rerun),
  ].join('\n\n');
}

function steps(record: CaseRecord): string {
  const { steps } = record;
  const before = setUpWords(record).slice(0, mostSteps);
  const lines = before.map((text) => `- ${prose(`Set-up ${text}`)}`);
  if (lines.length > 0) lines.push('');
  lines.push(...steps.slice(0, mostSteps).map((step, index) => `${index + 1}. ${prose(step)}`));
  if (steps.length > mostSteps) lines.push(`\n… and ${count(steps.length - mostSteps, 'more step')}.`);
  return lines.join('\n');
}

function unchecked(results: Results): string[] {
  const groups = uncheckedOf(results);
  if (groups.length === 0) return [];
  const lines = groups.map(
    ({ status, reason, ids }) =>
      `- **${status}**: ${prose(stop(reason))} ${idsInShort(ids, results)
        .map(({ name }) => prose(name))
        .join(', ')}`,
  );
  return ['## Not checked', lines.join('\n')];
}

function observed(results: Results): string[] {
  if (results.observations.length === 0) return [];
  const lines = results.observations.slice(0, mostLines).map(({ id, subject, seen }) => {
    const values = seen.slice(0, 10).map(({ value, count }) => `${prose(value)} (${grouped(count)})`);
    return `- ${prose(subject)}: ${values.length === 0 ? 'nothing seen' : values.join(', ')} · ${prose(id)}`;
  });
  return ['## Observed', lines.join('\n')];
}

function notes(results: Results): string[] {
  return results.notes.length === 0
    ? []
    : [
        '## Notes',
        results.notes
          .slice(0, mostLines)
          .map((note) => `- ${prose(note)}`)
          .join('\n'),
      ];
}

/** Text from anywhere as plain words: entities cannot start markup, and a comment keeps names from being called. */
export function prose(text: string): string {
  return visibleLine(cut(text, longestText))
    .trim()
    .replace(/[&<>\\`*[\]|~$]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, (character) => `&#${character.charCodeAt(0)};`)
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/www\./gi, (www) => `${www.slice(0, 3)}&#46;`)
    .replace(/@/g, '@<!-- -->')
    .replace(
      /^(\s*)([-+=#]|\d+[.)])/,
      (_, space: string, mark: string) => `${space}${mark.slice(0, -1)}&#${mark.charCodeAt(mark.length - 1)};`,
    );
}

export function code(text: string): string {
  return `<code>${prose(text)}</code>`;
}

/** A fence that is longer than any inside. */
function fence(command: string): string {
  const content = visibleLine(command);
  const longest = Math.max(2, ...[...content.matchAll(/`+/g)].map(([run]) => run.length));
  const mark = '`'.repeat(longest + 1);
  return `${mark}sh\n${content}\n${mark}`;
}
