/**
 * `journal.ndjson` in the report folder: the results of a run so far, appended as they change, so that whatever ends the
 * run leaves what it found. A line holds what differs from the lines before it; the first one holds everything.
 */
import { readFileSync } from 'node:fs';
import { escaped } from '../reports/visible.js';
import type { FindingRecord, RequirementRecord, Results } from '../results/results.js';
import { unended } from '../results/unended.js';
import type { Progress } from '../run/hooks.js';
import { UsageError } from '../run/options/usage.js';
import { AppendFile } from './append-file.js';
import { checkedResults } from './results-file.js';

const FORMAT = 'https://idem-conformance.dev/journal/1';

/** Milliseconds between two lines that bring no finding. */
const EVERY_MS = 2_000;

interface Line {
  journal?: typeof FORMAT;
  /** Members of the results that changed. */
  results: Partial<Results>;
  /** Requirements that changed, by their place in the results, without their findings. */
  requirements: [place: number, record: Omit<RequirementRecord, 'findings'>][];
  /** Findings of requirements where one came or changed. */
  findings: [place: number, records: FindingRecord[]][];
  /** The run came to its verdict, or what ended it before. */
  ended?: 'verdict' | { why: string };
}

export class Journal {
  readonly file: AppendFile;
  readonly #known = new Map<string, string>();
  readonly #findings = new Map<number, FindingRecord[]>();
  #last = Number.NEGATIVE_INFINITY;
  #begun = false;
  #ended = false;

  /** Throws where the file cannot be made. */
  constructor(path: string) {
    this.file = new AppendFile(path);
  }

  /** Before a finding is announced; of other progress, now and then. */
  record(progress: Progress, interim: () => Results): void {
    const now = performance.now();
    if (progress.kind === 'progress' && now - this.#last < EVERY_MS) return;
    this.#append(this.#changes(interim()));
    this.#last = performance.now();
  }

  /** The run has its verdict. */
  end(results: Results): void {
    this.#append({ ...this.#changes(results), ended: 'verdict' });
    this.#ended = true;
  }

  /** What ends the run before its verdict; the first that is said counts. */
  breakOff(why: string): void {
    if (!this.#ended) this.#append({ results: {}, requirements: [], findings: [], ended: { why } });
    this.#ended = true;
  }

  #append(line: Line): void {
    const head = this.#begun ? {} : { journal: FORMAT };
    this.#begun = true;
    this.file.append(`${escaped(JSON.stringify({ ...head, ...line }))}\n`);
    this.file.flush();
  }

  #changes({ requirements, ...members }: Results): Line {
    const places = [...requirements.entries()];
    return {
      results: Object.fromEntries(Object.entries(members).filter(([name, value]) => this.#isNew(name, value))),
      requirements: places
        .map(([place, { findings: _, ...record }]): Line['requirements'][number] => [place, record])
        .filter(([place, record]) => this.#isNew(String(place), record)),
      findings: places
        .map(([place, { findings }]): Line['findings'][number] => [place, findings])
        .filter(([place, findings]) => this.#isOther(place, findings)),
    };
  }

  #isNew(name: string, value: unknown): boolean {
    const text = JSON.stringify(value);
    const before = this.#known.get(name);
    this.#known.set(name, text);
    return text !== before;
  }

  /** Records are the same objects for as long as they say the same. */
  #isOther(place: number, findings: FindingRecord[]): boolean {
    const before = this.#findings.get(place) ?? [];
    this.#findings.set(place, findings);
    return findings.length !== before.length || findings.some((one, n) => one !== before[n]);
  }
}

/**
 * Results of the run that wrote a journal; where it did not end, they say so. `null`: it ended before it sent anything.
 * Throws `UsageError` for what is not a journal.
 */
export function readJournal(path: string): Results | null {
  const lines = linesOf(path);
  const [first] = lines;
  if (first === undefined) return null;
  if (first.journal !== FORMAT)
    throw new UsageError(`${path} is not a journal that this version of idem-conformance reads.`);
  const requirements: RequirementRecord[] = [];
  for (const line of lines) {
    for (const [place, record] of line.requirements)
      requirements[place] = { findings: requirements[place]?.findings ?? [], ...record };
    for (const [place, findings] of line.findings) Object.assign(requirements[place] ?? {}, { findings });
  }
  const members = lines.reduce((all, { results }) => Object.assign(all, results), {} as Partial<Results>);
  const results = checkedResults(JSON.parse(JSON.stringify({ ...members, requirements })), path);
  const ended = lines.find((line) => line.ended !== undefined)?.ended;
  if (ended === 'verdict') return results;
  return unended(results, ended?.why ?? 'the cause is unknown (killed, out of memory, or the machine stopped)');
}

/** Whole lines; the last one may have been cut when the run was. */
function linesOf(path: string): Line[] {
  const texts = textOf(path).split('\n');
  const cut = texts.pop();
  const lines = texts.map((text, n) => lineOf(text, `${path}, line ${n + 1}`));
  if (cut === '' || cut === undefined) return lines;
  try {
    return [...lines, lineOf(cut, path)];
  } catch {
    return lines;
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`${path}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path.`);
  }
}

function lineOf(text: string, place: string): Line {
  let value: Partial<Line> | null;
  try {
    value = JSON.parse(text) as Partial<Line> | null;
  } catch {
    throw new UsageError(`${place}: this is not JSON.`);
  }
  const { results, requirements, findings } = value ?? {};
  const isList = (list: unknown) =>
    Array.isArray(list) &&
    list.every((one) => Array.isArray(one) && Number.isInteger(one[0]) && one[0] >= 0 && one[0] < 10_000);
  if (typeof results !== 'object' || results === null || !isList(requirements) || !isList(findings))
    throw new UsageError(`${place}: this is not a line of a journal.`);
  return value as Line;
}
