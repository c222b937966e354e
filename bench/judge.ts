/** How fast the judge is, in memory and from a file, on good and bad histories of many keys and one. Prints Markdown. */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { AT_ONCE, openInputs, Recording } from '../cli/judge-input.js';
import { hash } from '../history/ndjson.js';
import { judge, judgeEach } from '../judge/judge.js';
import type { Observed } from '../judge/observed.js';

const RUNS = 5;
const FILE_RUNS = 3;

type Sort = 'legal' | 'one conflict in ten' | 'every key twice made' | 'one key in a hundred only refused';

const RULES = { graceMs: 0, retentionMs: Number.POSITIVE_INFINITY };
const A = hash('a');
const B = hash('b');

function exchange(ref: number, keys: number, sort: Sort): Observed {
  const register = `order-${ref % keys}`;
  const round = Math.floor(ref / keys);
  const conflict =
    sort === 'one key in a hundred only refused'
      ? ref % keys < keys / 100
      : sort === 'one conflict in ten' && round % 10 === 9;
  const again = sort === 'every key twice made' && round > 0;
  return {
    register,
    bytes: conflict ? B : A,
    value: conflict ? B : A,
    sent: ref,
    done: ref + 0.5,
    kind: conflict ? 'conflict' : 'ok',
    id: conflict ? null : `task_${again ? ref : register}`,
    ref,
  };
}

function history(exchanges: number, keys: number, sort: Sort): Observed[] {
  return Array.from({ length: exchanges }, (_, ref) => exchange(ref, keys, sort));
}

/** Writes the same as lines. */
function record(file: string, exchanges: number, keys: number, sort: Sort): void {
  const fd = openSync(file, 'w');
  for (let ref = 0; ref < exchanges; ) {
    let text = '';
    for (const end = Math.min(exchanges, ref + 10_000); ref < end; ref += 1) {
      const { register: key, value: _, ref: __, id, ...rest } = exchange(ref, keys, sort);
      const status = id === null ? 409 : 201;
      text += `${JSON.stringify({ scope: 'first', key, ...rest, status, ...(id === null ? {} : { id }) })}\n`;
    }
    writeSync(fd, text);
  }
  closeSync(fd);
}

function median(list: number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] as number;
}

async function medianMs(runs: number, work: () => void | Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  }
  return median(times);
}

function row(from: string, exchanges: number, keys: number, sort: Sort, ms: number): void {
  const cells = [from, exchanges, keys, sort, ms.toFixed(1), ((ms * 1e6) / exchanges).toFixed(0)];
  process.stdout.write(`| ${cells.join(' | ')} |\n`);
}

process.stdout.write(
  `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, ` +
    `medians of ${RUNS} runs in memory and ${FILE_RUNS} from a file\n\n`,
);
process.stdout.write(
  '| from | exchanges | keys | history | ms | ns an exchange |\n| --- | --: | --: | --- | --: | --: |\n',
);
for (const [exchanges, keys, sort] of [
  [1_000, 100, 'legal'],
  [10_000, 100, 'legal'],
  [100_000, 1_000, 'legal'],
  [1_000_000, 1_000, 'legal'],
  [1_000_000, 1_000, 'one conflict in ten'],
  [1_000_000, 1_000, 'every key twice made'],
  [1_000_000, 1_000, 'one key in a hundred only refused'],
  [1_000_000, 1, 'one conflict in ten'],
  [1_000_000, 500_000, 'legal'],
] as const) {
  const list = history(exchanges, keys, sort);
  row('memory', exchanges, keys, sort, await medianMs(RUNS, () => void judge(list, RULES)));
}

const folder = mkdtempSync(join(tmpdir(), 'idem-bench-'));
try {
  const file = join(folder, 'history.ndjson');
  for (const [exchanges, keys, sort] of [
    [10_000, 100, 'legal'],
    [100_000, 1_000, 'legal'],
    [1_000_000, 1_000, 'legal'],
    [1_000_000, 1_000, 'one conflict in ten'],
    [1_000_000, 1_000, 'every key twice made'],
    [1_000_000, 1_000, 'one key in a hundred only refused'],
    [1_000_000, 500_000, 'legal'],
  ] as const) {
    record(file, exchanges, keys, sort);
    const ms = await medianMs(FILE_RUNS, async () => {
      const recording = new Recording(
        await openInputs([file]),
        0,
        () => {},
        () => null,
      );
      judgeEach(recording.of(null), RULES, { violation: () => {}, givenUp: () => {} }, AT_ONCE);
      recording.close();
    });
    row('file', exchanges, keys, sort, ms);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
