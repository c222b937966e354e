/**
 * The mutation score: the suite against each fault and variation of the bundled reference, and against the correct one,
 * for every contract that ships.
 *
 *   npm run score -- [NAME…] [--contract NAME]… [--seeds 3] [--timing-seeds 20] [--whole 3] [--soundness 20] [--parallel 2] [--log FILE] [--page] [--write]
 *
 * The first `--whole` seeds of a fault run to their end and show what else is found; the others end once all that the fault breaks is found. `--log` keeps every outcome, so that a score that was stopped goes on where it was; with `--page` nothing is run, and all that the log holds is on the page. `--write`: reports/score.md.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { contractNames, DEFAULT_CONTRACT } from '../../contracts/load.js';
import { type Fault, faults, findFault } from '../../reference/faults/index.js';
import type { Outcome, Task } from './lane.js';
import { scoreText } from './page.js';
import { runAll } from './pool.js';
import { scoredFor } from './scope.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    contract: { type: 'string', multiple: true },
    seeds: { type: 'string', default: '3' },
    'timing-seeds': { type: 'string', default: '20' },
    soundness: { type: 'string', default: '20' },
    parallel: { type: 'string', default: String(availableParallelism()) },
    whole: { type: 'string', default: '3' },
    log: { type: 'string' },
    page: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});

const chosen: Fault[] = positionals.length === 0 ? faults : positionals.map(findFault);
// The default contract stands in the first column.
const contracts = values.contract ?? [DEFAULT_CONTRACT, ...contractNames().filter((name) => name !== DEFAULT_CONTRACT)];
const seeds = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** The correct server gets ten times as many seeds as a variation. */
const soundness = Number(values.soundness);
const smoke = (contract: string, fault: string | null, count: number) =>
  seeds(count).map((seed): Task => ({ contract, fault, seed, profile: 'smoke' }));

function tasksFor(contract: string): Task[] {
  const scored = scoredFor(contract, chosen);
  return [
    ...scored.flatMap(({ fault: { name, timing }, breaks }) =>
      seeds(Number(timing === true ? values['timing-seeds'] : values.seeds)).map((seed): Task => {
        const task: Task = { contract, fault: name, seed, profile: 'standard' };
        return breaks.length > 0 && seed > Number(values.whole) ? { ...task, until: breaks } : task;
      }),
    ),
    ...scored
      .filter(({ fault }) => fault.kind === 'variation')
      .flatMap(({ fault }) => smoke(contract, fault.name, soundness)),
    ...(positionals.length === 0 ? smoke(contract, null, 10 * soundness) : []),
  ];
}

const tasks = values.page ? [] : contracts.flatMap(tasksFor);
const idOf = (task: Task) => `${task.contract} ${task.fault ?? 'correct'} ${task.profile} ${task.seed}`;
const before = new Map<string, Outcome>();
if (values.log !== undefined && existsSync(values.log)) {
  for (const line of readFileSync(values.log, 'utf8').split('\n').filter(Boolean)) {
    const outcome = JSON.parse(line) as Outcome;
    before.set(idOf(outcome.task), outcome);
  }
}
const open = tasks.filter((task) => !before.has(idOf(task)));
process.stderr.write(`${tasks.length} runs, ${open.length} of them to do, ${values.parallel} at a time\n`);
const outcomes = await runAll(open, Number(values.parallel), (outcome, done) => {
  if (values.log !== undefined) appendFileSync(values.log, `${JSON.stringify(outcome)}\n`);
  const found = [...outcome.failed, ...outcome.warned].join(' ') || 'nothing';
  process.stderr.write(
    `${done}/${open.length} ${idOf(outcome.task)}: exit ${outcome.exitCode}, found ${found}, ${outcome.seconds.toFixed(0)} s\n`,
  );
});
const wanted = new Set(tasks.map(idOf));
const all = [...before.values()].filter(({ task }) => values.page || wanted.has(idOf(task))).concat(outcomes);
const text = scoreText(chosen, contracts, all);
process.stdout.write(text);
if (values.write) writeFileSync(new URL('../../reports/score.md', import.meta.url), text);
