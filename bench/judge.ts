/** How fast the judge is: exchanges a second in memory, good and bad, over many keys and one. Prints Markdown. */
import { cpus } from 'node:os';
import { judge, type Observed } from '../reference/judge/judge.js';

const RUNS = 5;

function history(exchanges: number, keys: number, conflicts: boolean): Observed[] {
  return Array.from({ length: exchanges }, (_, ref): Observed => {
    const register = `key ${ref % keys}`;
    const other = conflicts && Math.floor(ref / keys) % 10 === 9;
    return {
      register,
      bytes: other ? 'b' : 'a',
      value: other ? 'b' : 'a',
      sent: ref,
      done: ref + 0.5,
      kind: other ? 'conflict' : 'ok',
      id: other ? null : `task of ${register}`,
      ref,
    };
  });
}

function median(list: number[]): number {
  return [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] as number;
}

process.stdout.write(
  `Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, median of ${RUNS} runs\n\n`,
);
process.stdout.write('| exchanges | keys | conflicts | ms | ns an exchange |\n| --: | --: | --- | --: | --: |\n');
for (const [exchanges, keys, conflicts] of [
  [1_000, 100, false],
  [10_000, 100, false],
  [100_000, 1_000, false],
  [1_000_000, 1_000, false],
  [1_000_000, 1_000, true],
  [1_000_000, 1, true],
  [1_000_000, 500_000, false],
] as const) {
  const list = history(exchanges, keys, conflicts);
  const times = Array.from({ length: RUNS }, () => {
    const start = performance.now();
    judge(list, { graceMs: 0, retentionMs: Number.POSITIVE_INFINITY });
    return performance.now() - start;
  });
  const ms = median(times);
  const row = [exchanges, keys, conflicts ? 'one in ten' : 'none', ms.toFixed(1), ((ms * 1e6) / exchanges).toFixed(0)];
  process.stdout.write(`| ${row.join(' | ')} |\n`);
}
