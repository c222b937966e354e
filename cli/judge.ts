/** `idem-conformance judge FILE…`: the judge alone, over traffic that was recorded elsewhere. */
import { judgeEach, type Surveyed } from '../judge/judge.js';
import type { JudgeRules } from '../judge/observed.js';
import { visibleLine } from '../reports/visible.js';
import { AT_ONCE, type Counts, NO_COUNTS, openInputs, Recording } from './judge-input.js';
import { attributing, operationsOf } from './judge-operations.js';
import { paragraph, toldOf, type Weight } from './judge-words.js';

/** Violations, and lines that cannot be read, that are shown to people. */
const SHOWN = 20;

export interface JudgeFlags {
  contract?: string;
  operation?: string;
  skew: number;
  grace: number;
  retention?: number;
  json?: true;
}

/** What was found, of one operation or of what is of none that is known. */
interface Found extends Counts, Surveyed, Record<Weight, number> {
  /** `null`: unknown. */
  operation: string | null;
  unreadable: number;
  givenUp: number;
}

/** @returns 0 explainable, 1 a violation, 3 inconclusive */
export async function judgeFiles(files: string[], flags: JudgeFlags): Promise<number> {
  const operations = operationsOf(flags.contract, flags.operation);
  const inputs = await openInputs(files);
  const json = flags.json === true;
  const recording = new Recording(
    inputs,
    flags.skew,
    (file, line, problem) => {
      if (json) print({ type: 'unreadable', file, line, problem });
      else if (recording.unreadable <= SHOWN) complain(`${visibleLine(file)}:${line}: ${visibleLine(problem)}`);
    },
    attributing(operations),
  );
  const rules: JudgeRules = {
    graceMs: flags.grace,
    retentionMs: flags.retention === undefined ? Number.POSITIVE_INFINITY : flags.retention * 1000,
  };
  let shown = 0;
  const judged = (operation: string | null): Found => {
    const found = { violation: 0, warning: 0, doubtful: 0, givenUp: 0 };
    const surveyed = judgeEach(
      recording.of(operation),
      rules,
      {
        violation: (violation, witnesses) => {
          const told = toldOf(violation, witnesses, {
            at: (ref) => recording.at(ref),
            complete: recording.unreadable === 0,
            retentionMs: rules.retentionMs,
            skewMs: flags.skew,
            operation,
          });
          found[told.weight] += 1;
          shown += 1;
          if (json) print({ type: 'finding', ...told });
          else if (shown <= SHOWN) process.stdout.write(`${paragraph(told)}\n`);
        },
        givenUp: () => {
          found.givenUp += 1;
        },
      },
      AT_ONCE,
    );
    return {
      operation,
      ...(recording.counts.get(operation) ?? NO_COUNTS),
      unreadable: recording.unreadable,
      ...surveyed,
      ...found,
    };
  };
  // The first reading counts the exchanges of all operations.
  const first = judged(flags.operation ?? null);
  const named = [...operations.map(({ contract }) => contract.create.name), ...recording.counts.keys()];
  const others = new Set(flags.operation === undefined ? named.filter((name) => name !== null) : []);
  const all = [first, ...[...others].map(judged)];
  recording.close();
  const cut = shown - SHOWN;
  if (cut > 0 && !json) process.stdout.write(`… cut: ${cut} more are not shown; --json prints all.\n\n`);
  const unseen = recording.unreadable - SHOWN;
  if (unseen > 0 && !json) complain(`cut: ${unseen} more lines that cannot be read; --json prints all.`);
  const left = [...recording.counts].filter(([name]) => all.every(({ operation }) => operation !== name));
  return conclude(
    all.length > 1 && first.exchanges + first.blank === 0 ? all.slice(1) : all,
    left.reduce((sum, [, { exchanges }]) => sum + exchanges, 0),
    json,
  );
}

/** @param left exchanges of operations that were not chosen */
function conclude(all: Found[], left: number, json: boolean): number {
  const [one] = all as [Found];
  const { exitCode, verdict } = all.length === 1 ? verdictOf(one) : verdictOfAll(all);
  const isNamed = one.operation !== null || all.length > 1;
  if (json) {
    const each = all.map((found) => ({ operation: found.operation, ...verdictOf(found), ...countsOf([found]) }));
    print({ type: 'verdict', exitCode, verdict, ...countsOf(all), ...(isNamed ? { operations: each } : {}) });
    return exitCode;
  }
  for (const found of all) process.stdout.write(isNamed ? rowWords(found) : `${countWords(found)}\n`);
  if (left > 0) process.stdout.write(`${many(left, 'exchange')} of other operations: left out.\n`);
  if (exitCode === 0) process.stdout.write(`${verdict}\n`);
  else complain(verdict);
  return exitCode;
}
/** The counts of all together, as JSON has them. */
function countsOf(all: Found[]): object {
  const total = (count: (found: Found) => number) => all.reduce((sum, found) => sum + count(found), 0);
  return {
    exchanges: total(({ exchanges }) => exchanges),
    keyless: total(({ keyless }) => keyless),
    unknown: total(({ unknown }) => unknown),
    telling: total(({ telling }) => telling),
    blank: total(({ blank }) => blank),
    unreadable: all[0]?.unreadable,
    repeated: total(({ repeated }) => repeated),
    doubtful: total(({ doubtful }) => doubtful),
    givenUp: total(({ givenUp }) => givenUp),
    keys: total(({ registers, keyless }) => registers - keyless),
    violations: total(({ violation }) => violation),
    warnings: total(({ warning }) => warning),
  };
}

/** The verdict over operations. One of which nothing was recorded decides nothing. */
function verdictOfAll(all: Found[]): { exitCode: number; verdict: string } {
  const recorded = all.filter(({ exchanges }) => exchanges > 0);
  const [worst = 3] = [1, 3, 0].filter((code) => recorded.some((found) => verdictOf(found).exitCode === code));
  const which = recorded
    .filter((found) => verdictOf(found).exitCode === worst)
    .map(({ operation }) => shownName(operation));
  const words = { 0: 'Explainable', 1: 'Not explainable', 3: 'Inconclusive' }[worst as 0 | 1 | 3];
  return { exitCode: worst, verdict: `${words}: ${which.join(', ') || 'there is no exchange to judge'}.` };
}

function shownName(operation: string | null): string {
  return operation === null ? 'what is of no known operation' : visibleLine(operation);
}

/** An operation with its verdict. */
function rowWords(found: Found): string {
  const lines = [verdictOf(found).verdict, ...countWords(found).split('\n')];
  return `${shownName(found.operation)}\n${lines.map((line) => `    ${line}\n`).join('')}`;
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
