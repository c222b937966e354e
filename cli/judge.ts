/** `idem-conformance judge FILE…`: the judge alone, over traffic that was recorded elsewhere. */
import { judgeEach, type Surveyed } from '../judge/judge.js';
import type { JudgeRules } from '../judge/observed.js';
import { visibleLine } from '../reports/visible.js';
import { AT_ONCE, type Counts, openInputs, Recording } from './judge-input.js';
import { paragraph, toldOf, type Weight } from './judge-words.js';

/** Violations, and lines that cannot be read, that are shown to people. */
const SHOWN = 20;

export interface JudgeFlags {
  skew: number;
  grace: number;
  retention?: number;
  json?: true;
}

/** What was found. */
interface Found extends Counts, Surveyed, Record<Weight, number> {
  givenUp: number;
}

/** @returns 0 explainable, 1 a violation, 3 inconclusive */
export async function judgeFiles(files: string[], flags: JudgeFlags): Promise<number> {
  const inputs = await openInputs(files);
  const json = flags.json === true;
  const recording = new Recording(inputs, flags.skew, (file, line, problem) => {
    if (json) print({ type: 'unreadable', file, line, problem });
    else if (recording.counts.unreadable <= SHOWN) complain(`${visibleLine(file)}:${line}: ${visibleLine(problem)}`);
  });
  const rules: JudgeRules = {
    graceMs: flags.grace,
    retentionMs: flags.retention === undefined ? Number.POSITIVE_INFINITY : flags.retention * 1000,
  };
  const found = { violation: 0, warning: 0, doubtful: 0, givenUp: 0 };
  const surveyed = judgeEach(
    recording,
    rules,
    {
      violation: (violation, witnesses) => {
        const told = toldOf(violation, witnesses, {
          at: (ref) => recording.at(ref),
          complete: recording.counts.unreadable === 0,
          retentionMs: rules.retentionMs,
          skewMs: flags.skew,
        });
        found[told.weight] += 1;
        if (json) print({ type: 'finding', ...told });
        else if (findings(found) <= SHOWN) process.stdout.write(`${paragraph(told)}\n`);
      },
      givenUp: () => {
        found.givenUp += 1;
      },
    },
    AT_ONCE,
  );
  recording.close();
  return conclude({ ...recording.counts, ...surveyed, ...found }, json);
}

function conclude(found: Found, json: boolean): number {
  const { exitCode, verdict } = verdictOf(found);
  if (json) {
    const { registers, violation, warning, ...counts } = found;
    const keys = registers - found.keyless;
    print({ type: 'verdict', exitCode, verdict, ...counts, keys, violations: violation, warnings: warning });
    return exitCode;
  }
  const cut = findings(found) - SHOWN;
  if (cut > 0) process.stdout.write(`… cut: ${cut} more are not shown; --json prints all.\n\n`);
  const unseen = found.unreadable - SHOWN;
  if (unseen > 0) complain(`cut: ${unseen} more lines that cannot be read; --json prints all.`);
  process.stdout.write(`${countWords(found)}\n`);
  if (exitCode === 0) process.stdout.write(`${verdict}\n`);
  else complain(verdict);
  return exitCode;
}

function findings({ violation, warning, doubtful }: Record<Weight, number>): number {
  return violation + warning + doubtful;
}

function verdictOf(found: Found): { exitCode: number; verdict: string } {
  const { violation, warning, doubtful, unreadable, exchanges, telling } = found;
  const unread = unreadable === 0 ? '' : `; ${many(unreadable, 'line')} could not be read`;
  if (violation > 0) return { exitCode: 1, verdict: `Not explainable: ${many(violation, 'violation')}${unread}.` };
  if (unreadable > 0) {
    const doubt = doubtful === 0 ? '' : `, and may explain ${many(doubtful, 'violation')}`;
    return { exitCode: 3, verdict: `Inconclusive: ${many(unreadable, 'line')} could not be read${doubt}.` };
  }
  if (exchanges === 0) return { exitCode: 3, verdict: 'Inconclusive: there is no exchange to judge.' };
  if (telling === 0)
    return { exitCode: 3, verdict: 'Inconclusive: no answer proves anything, neither success nor conflict.' };
  const warned = warning === 0 ? '' : `, with ${many(warning, 'warning')}`;
  return { exitCode: 0, verdict: `Explainable: one resource a key, every repeat and refusal in its place${warned}.` };
}

function countWords({ exchanges, registers, repeated, keyless, unknown, blank, givenUp }: Found): string {
  const lines = [
    `${many(exchanges, 'exchange')}, ${many(registers - keyless, 'key')} (${number(repeated)} sent more than once), ` +
      `${number(keyless)} without a key, ${number(unknown)} with an unknown outcome.`,
  ];
  if (blank > 0) lines.push(`${number(blank)} with a blank key: not judged.`);
  if (givenUp > 0)
    lines.push(`${many(givenUp, 'key')} gave up a claim under a request that failed: legal, but worth a look.`);
  return lines.join('\n');
}

function many(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function number(count: number): string {
  return count.toLocaleString('en');
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

function complain(sentence: string): void {
  process.stderr.write(`idem-conformance: ${sentence}\n`);
}
