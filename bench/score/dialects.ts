/**
 * Correct servers of many dialects, and the same ones with defects of their kind, by contract and by flags.
 *
 *   npm run score:dialects -- [NAME…] [--seeds 5] [--profile standard] [--parallel 2] [--correct]
 *
 * Prints what is said against a correct server or left open, and each defect that is not found. Exit code 1 if there is any.
 * A run against a defect looks for what it breaks alone. `--correct` leaves the defects out.
 */
import { parseArgs } from 'node:util';
import type { RunOptions } from '../../run/options.js';
import { type Defect, type Dialect, nameOf, WAYS, type Way } from '../../test/dialects/dialect.js';
import { complaints, dialects, runDefect, runDialect } from '../../test/dialects/runs.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '5' },
    profile: { type: 'string', default: 'standard' },
    parallel: { type: 'string', default: '2' },
    correct: { type: 'boolean', default: false },
  },
});

interface Task {
  dialect: Dialect;
  way: Way;
  seed: number;
  defect: Defect | null;
}

const profile = values.profile as NonNullable<RunOptions['profile']>;
const chosen = dialects.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const seeds = Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
const tasks = chosen.flatMap((dialect) =>
  [null, ...(values.correct ? [] : dialect.defects)].flatMap((defect) =>
    WAYS.flatMap((way) => seeds.map((seed): Task => ({ dialect, way, seed, defect }))),
  ),
);

let wrong = 0;
let next = 0;

async function lane(): Promise<void> {
  for (let task = tasks[next++]; task !== undefined; task = tasks[next++]) {
    const { dialect, way, seed, defect } = task;
    const start = performance.now();
    const options = { seed, profile, maxTime: 600 };
    const of = `${dialect.name} by ${way}, seed ${seed}${defect === null ? '' : `, ${nameOf(defect)}`}`;
    const said =
      defect === null
        ? complaints(dialect, way, await runDialect(dialect, way, { options }))
        : await runDefect(dialect, way, defect, options);
    wrong += said.length;
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    process.stdout.write(`${of}: ${said.length === 0 ? 'as it should be' : 'WRONG'}, ${seconds} s\n`);
    for (const line of said) process.stdout.write(`    ${line}\n`);
  }
}

await Promise.all(Array.from({ length: Number(values.parallel) }, lane));
process.stdout.write(`${tasks.length} runs, ${wrong} wrong verdicts\n`);
process.exitCode = wrong === 0 ? 0 : 1;
