/** The score as Markdown. */
import { cpus } from 'node:os';
import type { Fault } from '../../reference/faults/index.js';
import type { Outcome } from './lane.js';
import { idWords, type Line, lineOf, median } from './table.js';

export function scoreText(faults: Fault[], outcomes: Outcome[]): string {
  const standard = outcomes.filter(({ task }) => task.profile === 'standard');
  const smoke = outcomes.filter(({ task }) => task.profile === 'smoke');
  const of = (fault: Fault) => standard.filter(({ task }) => task.fault === fault.name);
  const bad = faults.filter(({ kind }) => kind === 'fault').map((fault) => ({ fault, line: lineOf(fault, of(fault)) }));
  const free = faults.filter(({ kind }) => kind === 'variation');
  const killed = bad.filter(({ line }) => line.killed === line.runs && line.runs > 0);
  const alarms = free.filter((one) => alarmsIn(outcomes.filter(({ task }) => task.fault === one.name)) > 0);
  const correct = smoke.filter(({ task }) => task.fault === null);
  const whole = standard.filter(
    ({ task }) => task.until === undefined && bad.some(({ fault }) => fault.name === task.fault),
  );
  return [
    '# The mutation score',
    '',
    'Written by `npm run score`: the standard profile against every deliberate fault and every permitted variation of the bundled reference.',
    `Node ${process.version}, ${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores.`,
    '',
    `- **Killed: ${killed.length} of ${bad.length} faults in every run** (${sum(bad, 'killed')} of ${sum(bad, 'runs')} runs; ${sum(bad, 'whole')} of them found each requirement that the fault breaks).`,
    `- ${whole.length} of these runs went to their end, of ${new Set(whole.map(({ task }) => task.fault)).size} faults; the others ended once all that the fault breaks was found.`,
    `- **False alarms: ${alarms.length} of ${free.length} variations** (${alarmsIn(standard.filter(({ task }) => free.some(({ name }) => name === task.fault)))} in ${standard.filter(({ task }) => free.some(({ name }) => name === task.fault)).length} standard runs, ${alarmsIn(smoke.filter(({ task }) => task.fault !== null))} in ${smoke.filter(({ task }) => task.fault !== null).length} smoke runs).`,
    `- **False alarms of the correct server: ${alarmsIn(correct)} in ${correct.length} smoke runs.**`,
    `- First finding, median over the faults: ${number(median(bad.flatMap(({ line }) => line.medianRequests ?? [])))} requests, ${number(median(bad.flatMap(({ line }) => line.medianSeconds ?? [])), 1)} s.`,
    '',
    '## Faults',
    '',
    'Breaks: what must be found. Missed: what some run did not find. Beyond: what was found besides and is not known to follow from the fault. In brackets: in how many of the runs.',
    '',
    '| Fault | Breaks | Found whole | Missed | Beyond | Requests | Seconds |',
    '| --- | --- | --- | --- | --- | ---: | ---: |',
    ...bad.map(({ fault, line }) => faultRow(fault, line)),
    '',
    '## Permitted variations',
    '',
    '| Variation | Runs | False alarms | Undecided |',
    '| --- | ---: | --- | --- |',
    ...free.map((one) =>
      variationRow(
        one,
        outcomes.filter(({ task }) => task.fault === one.name),
      ),
    ),
    '',
    ...errorsIn(outcomes),
  ].join('\n');
}

function faultRow({ name, sentence, breaks }: Fault, line: Line): string {
  return row(
    `\`${name}\`: ${sentence}`,
    breaks.join(', '),
    `${line.whole} of ${line.runs}`,
    idWords(line.missed, line.runs),
    idWords(line.extra, line.runs),
    number(line.medianRequests),
    number(line.medianSeconds, 1),
  );
}

function variationRow(variation: Fault, outcomes: Outcome[]): string {
  const { extra, inconclusive, runs } = lineOf(variation, outcomes);
  return row(
    `\`${variation.name}\`: ${variation.sentence}`,
    String(runs),
    idWords(extra, runs),
    idWords(inconclusive, runs),
  );
}

function errorsIn(outcomes: Outcome[]): string[] {
  const errors = outcomes.flatMap(({ task, errors: all }) =>
    all.map((one) => `- ${task.fault} ${task.seed}: ${one.split('\n')[0]}`),
  );
  return errors.length === 0 ? [] : ['## Errors of the suite', '', ...errors, ''];
}

/** Runs that accuse a correct server of something. */
function alarmsIn(outcomes: Outcome[]): number {
  return outcomes.filter(({ failed, warned }) => failed.length + warned.length > 0).length;
}

function sum(lines: { line: Line }[], member: 'killed' | 'runs' | 'whole'): number {
  return lines.reduce((total, { line }) => total + line[member], 0);
}

function number(value: number | null, digits = 0): string {
  return value === null ? '–' : value.toFixed(digits);
}

function row(...cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
