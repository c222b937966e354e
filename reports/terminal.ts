/** The closing text on the terminal: a table, the findings in words, what was not checked, and the verdict last. */

import type { Results, Status } from '../results/results.js';
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
import { type Ink, inkOf, type Paint, painter, wrap } from './paint.js';
import { visibleLine } from './visible.js';
import {
  capital,
  confirmation,
  count,
  cut,
  idsInShort,
  promiseFlag,
  remark,
  SEEN,
  sentence,
  setUpWords,
} from './words.js';

export interface TerminalOptions {
  color: boolean;
  /** Columns of the terminal. */
  width: number;
}

const longestText = 600;
const mostSteps = 8;

/** The whole closing text; ends with a newline. */
export function closingText(results: Results, options: TerminalOptions): string {
  const sections = [
    chapterTable(results, options),
    operationTable(results, options),
    findingsText(
      findingsOf(results).filter((one) => !isNoticed(one)),
      options,
    ),
    noticedText(results, options),
    uncheckedText(results, options),
    notesText(results, options),
    verdictText(results, options),
  ];
  return `\n${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

interface Column {
  title: string;
  ink: Ink;
  of: (counts: Record<Status, number>) => number;
}

/** Noticed is rare: its column stands where it has something to show. */
function columnsOf(results: Results): Column[] {
  const all: Column[] = [
    { title: 'Passed', ink: 'green', of: (counts) => counts.passed },
    { title: 'Failed', ink: 'red', of: (counts) => counts.failed },
    { title: 'Warned', ink: 'yellow', of: (counts) => counts.warned },
    { title: 'Noticed', ink: 'cyan', of: (counts) => counts.noticed },
    { title: 'Not checked', ink: 'yellow', of: uncheckedIn },
    { title: 'Observed', ink: 'cyan', of: (counts) => counts.observed },
  ];
  const { noticed } = countByStatus(results.requirements);
  return all.filter(({ title }) => noticed > 0 || title !== 'Noticed');
}

/** How each chapter went, one line each, with a total. */
function chapterTable(results: Results, { color }: TerminalOptions): string {
  const paint = painter(color);
  const chapters = chaptersOf(results);
  const columns = columnsOf(results);
  const wide = Math.max(7, ...chapters.map(({ id }) => id.length));
  const row = (sign: string, name: string, counts: Record<Status, number>) =>
    `  ${sign} ${name.padEnd(wide)}${columns.map(({ title, ink, of }) => cell(of(counts), title, ink, paint)).join('')}`;
  const head = `    ${'Chapter'.padEnd(wide)}${columns.map(({ title }) => `  ${title}`).join('')}`;
  return [
    paint(head, 'dim'),
    ...chapters.map(({ id, counts }) => row(chapterSign(counts, paint), visibleLine(id), counts)),
    row(' ', 'Total', countByStatus(results.requirements)),
  ].join('\n');
}

/** How each chapter went with each operation, where there are several: a sign, and how many hold of how many. */
function operationTable(results: Results, { color }: TerminalOptions): string {
  const { operations } = results;
  if (operations.length < 2) return '';
  const paint = painter(color);
  const chapters = chaptersOf(results);
  const wide = Math.max(7, ...chapters.map(({ id }) => id.length));
  const names = operations.map(({ name }) => visibleLine(name).slice(0, 20).padEnd(10));
  const lines = chapters.map(({ id, requirements }) => {
    const cells = operations.map(({ name }, n) => {
      const counts = countByStatus(requirements.filter(({ operation }) => operation === name));
      const all = requirements.filter(({ operation }) => operation === name).length;
      return `${chapterSign(counts, paint)} ${`${counts.passed} of ${all}`.padEnd((names[n] as string).length)}`;
    });
    return `    ${visibleLine(id).padEnd(wide)}  ${cells.join('  ').trimEnd()}`;
  });
  const head = `    ${'Passed'.padEnd(wide)}  ${names
    .map((name) => `  ${name}`)
    .join('  ')
    .trimEnd()}`;
  return [paint(head, 'dim'), ...lines].join('\n');
}

function cell(n: number, title: string, ink: Ink, paint: Paint): string {
  const text = (n === 0 ? '·' : String(n)).padStart(title.length);
  return `  ${n === 0 ? paint(text, 'dim') : paint(text, ink)}`;
}

function chapterSign(counts: Record<Status, number>, paint: Paint): string {
  if (counts.failed > 0) return paint('✗', 'red');
  if (counts.warned + counts.error > 0) return paint('!', 'yellow');
  if (counts.noticed > 0) return paint('◆', 'cyan');
  if (uncheckedIn(counts) > 0) return paint('○', 'yellow');
  return counts.passed > 0 ? paint('✓', 'green') : paint('◇', 'cyan');
}

/** Each finding in words. */
function findingsText(all: Finding[], options: TerminalOptions): string {
  // Further findings of one requirement are for the reports.
  const first = all.filter((one) => one.finding === one.requirement.findings[0]);
  const more = all.length - first.length;
  const words = `… and ${count(more, 'more finding')} of the same requirements, in the reports`;
  const rest = more === 0 ? [] : [wrap(words, options.width, '  ', '    ').join('\n')];
  return [...first.map((finding) => findingText(finding, options)), ...rest].join('\n\n');
}

/** What was seen and fails nothing, under a heading of its own. */
function noticedText(results: Results, options: TerminalOptions): string {
  const all = findingsOf(results).filter(isNoticed);
  if (all.length === 0) return '';
  const head = `  ${painter(options.color)(SEEN.title, 'bold')}`;
  return `${[head, ...wrap(SEEN.note, options.width, '    ')].join('\n')}\n\n${findingsText(all, options)}`;
}

/** One finding in words; printed as soon as it is made, too. */
export function findingText({ requirement, finding }: Finding, { color, width }: TerminalOptions): string {
  const paint = painter(color);
  const warned = requirement.status === 'warned' || requirement.level === 'SHOULD';
  const { status } = requirement;
  const shown = status === 'noticed' || status === 'inconclusive' ? status : warned ? 'warned' : 'failed';
  const indent = ' '.repeat(4);
  const label = (name: string, text: string) => {
    const lines = wrap(visibleLine(cut(text, longestText)), width, `${indent}${name.padEnd(10)}`, ' '.repeat(14));
    return lines.map((line, index) => (index === 0 ? line.replace(name, paint(name, 'dim')) : line));
  };
  const steps = finding.smallest.steps.slice(0, mostSteps).map(visibleLine);
  const more = finding.smallest.steps.length - steps.length;
  const flag = promiseFlag(requirement);
  const title = wrap(visibleLine(`${requirement.id}  ${requirement.title}`), width, `  ${signOf[shown]} `, indent);
  return [
    ...title.map((line) => paint(line, inkOf[shown], 'bold')),
    ...wrap(
      [...(status === 'inconclusive' ? [remark(requirement)] : []), finding.summary, ...finding.argument]
        .map((text) => sentence(visibleLine(cut(text, longestText))))
        .join(' '),
      width,
      indent,
    ),
    '',
    ...label('expected', finding.expected),
    ...label('observed', finding.observed),
    ...setUpWords(finding.smallest)
      .slice(0, mostSteps)
      .flatMap((text) => label('set-up', text)),
    ...label('smallest', `${count(finding.smallest.attempts, 'request')}, ${confirmation(finding)}`),
    ...steps.flatMap((step, index) => wrap(`${index + 1}. ${step}`, width, ' '.repeat(14), ' '.repeat(17))),
    ...(more > 0 ? [`${' '.repeat(14)}… and ${count(more, 'more step')}`] : []),
    ...(flag === null ? [] : label('promise', `with ${flag} this fails the run`)),
    // Never wrapped, so that it can be copied.
    `${indent}${paint('again', 'dim')}     ${paint(visibleLine(finding.commands.rerun), 'cyan')}`,
  ].join('\n');
}

/** What was not checked: a line for each reason, with the ids it holds for. */
function uncheckedText(results: Results, { color, width }: TerminalOptions): string {
  const groups = uncheckedOf(results);
  if (groups.length === 0) return '';
  const paint = painter(color);
  const lines = groups.flatMap(({ status, reason, ids }) => {
    const names = idsInShort(ids, results).map(({ name }) => visibleLine(name));
    const text = `${status}: ${visibleLine(cut(reason, longestText)).replace(/\.$/, '')}: ${names.join(', ')}`;
    return wrap(text, width, `  ${status === 'error' ? '!' : '○'} `, '    ').map((line) => paint(line, inkOf[status]));
  });
  return [`  ${paint('Not checked', 'bold')}`, ...lines].join('\n');
}

function notesText(results: Results, { color, width }: TerminalOptions): string {
  if (results.notes.length === 0) return '';
  const lines = results.notes.flatMap((note) => wrap(visibleLine(cut(note, longestText)), width, '    '));
  return [`  ${painter(color)('Notes', 'bold')}`, ...lines].join('\n');
}

/** The closing sentence. */
export function verdictText(results: Results, { color, width }: TerminalOptions): string {
  const { status } = outcomeOf(results);
  const paint = painter(color);
  return wrap(capital(visibleLine(results.verdict)), width, `  ${signOf[status]} `, '    ')
    .map((line) => paint(line, inkOf[status], 'bold'))
    .join('\n');
}
