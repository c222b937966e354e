/** The score as Markdown: a column for each contract. */
import { cpus } from 'node:os';
import type { Fault } from '../../reference/faults/index.js';
import type { Outcome } from './lane.js';
import { scoredFor } from './scope.js';
import { idWords, type Line, lineOf, median } from './table.js';

/** What one contract's runs came to. */
interface Column {
  contract: string;
  /** The faults, and the variations, that apply to it; by name. */
  faults: Map<string, Line>;
  variations: Map<string, Line>;
  outcomes: Outcome[];
}

export function scoreText(chosen: Fault[], contracts: string[], outcomes: Outcome[]): string {
  const columns = contracts.map((contract) => columnOf(contract, chosen, outcomes));
  const bad = chosen.filter(({ kind }) => kind === 'fault');
  const free = chosen.filter(({ kind }) => kind === 'variation');
  return [
    '# The mutation score',
    '',
    'Written by `npm run score`: the standard profile against every deliberate fault and every permitted variation of the bundled reference, for each contract that ships.',
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores.`,
    '',
    row('', ...contracts),
    row('---', ...contracts.map(() => '---')),
    ...summary(columns, bad.length, free.length),
    '',
    '## Faults',
    '',
    'In how many of its runs a fault was found by every requirement that it breaks; with what some run missed. n/a: the fault makes no difference under that contract.',
    '',
    row('Fault', 'Breaks', ...contracts),
    row('---', '---', ...contracts.map(() => '---')),
    ...bad.map((fault) =>
      row(
        `\`${fault.name}\`: ${fault.sentence}`,
        fault.breaks.join(', '),
        ...columns.map(({ faults }) => faultCell(faults.get(fault.name))),
      ),
    ),
    '',
    '## Permitted variations',
    '',
    'False alarms and undecided requirements, in brackets in how many of the runs.',
    '',
    row('Variation', ...contracts),
    row('---', ...contracts.map(() => '---')),
    ...free.map(({ name, sentence }) =>
      row(`\`${name}\`: ${sentence}`, ...columns.map(({ variations }) => variationCell(variations.get(name)))),
    ),
    '',
    ...beyond(columns),
    ...errorsIn(outcomes),
  ].join('\n');
}

function columnOf(contract: string, chosen: Fault[], all: Outcome[]): Column {
  const outcomes = all.filter(({ task }) => task.contract === contract);
  const lines = scoredFor(contract, chosen).map(({ fault, breaks }) => {
    const own = outcomes.filter(({ task }) => task.fault === fault.name);
    const counted = fault.kind === 'fault' ? own.filter(({ task }) => task.profile === 'standard') : own;
    return { fault, line: lineOf(fault, breaks, counted) };
  });
  const of = (kind: Fault['kind']) =>
    new Map(lines.filter(({ fault }) => fault.kind === kind).map(({ fault, line }) => [fault.name, line]));
  return { contract, faults: of('fault'), variations: of('variation'), outcomes };
}

function summary(columns: Column[], faults: number, variations: number): string[] {
  const each = (words: (column: Column) => string) => columns.map(words);
  const lines = ({ faults: all }: Column) => [...all.values()];
  const runs = (column: Column, profile: string, wanted: (fault: string | null) => boolean) =>
    column.outcomes.filter(({ task }) => task.profile === profile && wanted(task.fault));
  const alarms = (list: Outcome[]) =>
    `${list.filter(({ failed, warned }) => failed.length + warned.length > 0).length} in ${list.length} runs`;
  return [
    row('Faults that apply', ...each(({ faults: all }) => `${all.size} of ${faults}`)),
    row(
      '**Killed in every run**',
      ...each(
        (one) => `**${lines(one).filter((x) => x.runs > 0 && x.killed === x.runs).length} of ${one.faults.size}**`,
      ),
    ),
    row(
      'Runs that killed; that found all that is broken',
      ...each((one) => `${sum(lines(one), 'killed')}; ${sum(lines(one), 'whole')} of ${sum(lines(one), 'runs')}`),
    ),
    row(
      'Runs that went to their end',
      ...each((one) =>
        String(
          runs(one, 'standard', (name) => one.faults.has(name ?? '')).filter((x) => x.task.until === undefined).length,
        ),
      ),
    ),
    row('Variations that apply', ...each(({ variations: all }) => `${all.size} of ${variations}`)),
    row(
      'False alarms, variations, standard',
      ...each((one) => alarms(runs(one, 'standard', (name) => one.variations.has(name ?? '')))),
    ),
    row(
      'False alarms, variations, smoke',
      ...each((one) => alarms(runs(one, 'smoke', (name) => one.variations.has(name ?? '')))),
    ),
    row('False alarms, correct server, smoke', ...each((one) => alarms(runs(one, 'smoke', (name) => name === null)))),
    row(
      'First finding, median',
      ...each((one) => {
        const requests = median(lines(one).flatMap((line) => line.medianRequests ?? []));
        const seconds = median(lines(one).flatMap((line) => line.medianSeconds ?? []));
        return `${number(requests)} requests, ${number(seconds, 1)} s`;
      }),
    ),
  ];
}

function faultCell(line: Line | undefined): string {
  if (line === undefined) return 'n/a';
  if (line.runs === 0) return 'not run';
  const missed = line.missed.size === 0 ? '' : `, missed ${idWords(line.missed, line.runs)}`;
  return `${line.whole} of ${line.runs}${missed}`;
}

function variationCell(line: Line | undefined): string {
  if (line === undefined) return 'n/a';
  const parts = [
    ...(line.extra.size > 0 ? [`accused: ${idWords(line.extra, line.runs)}`] : []),
    ...(line.inconclusive.size > 0 ? [`undecided: ${idWords(line.inconclusive, line.runs)}`] : []),
  ];
  return `${parts.length === 0 ? 'none' : parts.join('; ')} in ${line.runs}`;
}

/** What was found besides, and is not known to follow from the fault. */
function beyond(columns: Column[]): string[] {
  const lines = columns.flatMap(({ contract, faults }) =>
    [...faults.values()]
      .filter(({ extra }) => extra.size > 0)
      .map(({ name, extra, runs }) => `- ${contract}, \`${name}\`: ${idWords(extra, runs)}`),
  );
  return lines.length === 0 ? [] : ['## Found besides', '', ...lines, ''];
}

function errorsIn(outcomes: Outcome[]): string[] {
  const errors = outcomes.flatMap(({ task, errors: all }) =>
    all.map((one) => `- ${task.contract} ${task.fault} ${task.seed}: ${one.split('\n')[0]}`),
  );
  return errors.length === 0 ? [] : ['## Errors of the suite', '', ...errors, ''];
}

function sum(lines: Line[], member: 'killed' | 'runs' | 'whole'): number {
  return lines.reduce((total, line) => total + line[member], 0);
}

function number(value: number | null, digits = 0): string {
  return value === null ? '–' : value.toFixed(digits);
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
