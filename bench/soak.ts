/**
 * A long run against targets that misbehave at random. In turns: the correct reference, which may never be accused, and one
 * with a fault, which must be found; each over HTTP/1.1 and HTTP/2, with seeds that grow.
 *
 *     node --expose-gc --import tsx bench/soak.ts [minutes, by default 30] [first seed, by default 1]
 *
 * Ends with 1 if something was accused wrongly, a fault was missed, a run did not end, memory grew, or a finding is not met
 * again in its own history.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_CONTRACT, loadContract } from '../contracts/load.js';
import { appliesTo, brokenBy, type Fault, faults } from '../reference/faults/index.js';
import { serveReference } from '../reference/server/server.js';
import type { Results } from '../results/results.js';
import { run } from '../run/run.js';
import { MISHAPS, startFront, type Weather } from './soak-front.js';
import { judgedAgain } from './soak-judge.js';

const minutes = Number(process.argv[2] ?? 30);
const firstSeed = Number(process.argv[3] ?? 1);
const { gc } = globalThis;
if (gc === undefined || !(minutes > 0) || !Number.isInteger(firstSeed)) {
  process.stderr.write('Usage: node --expose-gc --import tsx bench/soak.ts [minutes] [first seed]\n');
  process.exit(2);
}

/** Seconds that one run has. */
const MOST_SECONDS = 120;

/** The median of the last third of runs, against the first third. */
const MOST_GROWTH = 1.2;

/** Faults whose requests are few, and which do not depend on how requests fall in time. */
const WITHOUT_LUCK = /^(CREATE|REPLAY|CONFLICT|SCOPE|KEY|REJECT)-/;

const loaded = loadContract(DEFAULT_CONTRACT);
const drawable = faults.filter(
  (fault) =>
    fault.kind === 'fault' &&
    fault.timing !== true &&
    appliesTo(fault, loaded) &&
    brokenBy(fault, loaded).every((id) => WITHOUT_LUCK.test(id)),
);
const folder = mkdtempSync(join(tmpdir(), 'idem-soak-'));
const wrong: string[] = [];
const heaps: number[] = [];

/** Mulberry32: the same weather for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Restarts end a run early, so that only some correct ones meet them. */
function weatherOf(random: () => number, withRestarts: boolean): Weather {
  const rates = Object.fromEntries(MISHAPS.filter(() => random() < 0.4).map((one) => [one, 0.002 + random() * 0.01]));
  return { rates, latencyMs: random() * 8, ...(withRestarts ? { restartsMs: 4_000 + random() * 8_000 } : {}) };
}

async function once(seed: number): Promise<string> {
  const random = randomFrom(seed);
  const fault = seed % 2 === 1 ? null : (drawable[Math.floor(random() * drawable.length)] as Fault);
  const isHttp2 = seed % 4 >= 2;
  const reference = await serveReference(fault === null ? {} : { fault: fault.name });
  const front = await startFront(reference.url, weatherOf(random, fault === null && random() < 0.3), random);
  const [first, second] = reference.keys;
  const broken = fault === null ? [] : brokenBy(fault, loaded);
  try {
    const results = await run({
      targets: [front.url],
      credentials: { first, second },
      seed,
      h2c: isHttp2,
      maxTime: MOST_SECONDS,
      ...(fault === null ? { profile: 'smoke' } : { profile: 'standard', only: broken }),
    });
    await check(seed, results, fault);
    const what = fault === null ? 'correct' : `${fault.name} (${broken.join(', ')})`;
    const met = [...front.happened].map(([mishap, times]) => `${mishap} ${times}`).join(', ');
    return `${what} | ${results.exitCode} ${verdictOf(results)} | ${results.requests.sent} | ${met}`;
  } finally {
    await front.close();
    await reference.close();
  }
}

function verdictOf({ stop, requirements }: Results): string {
  const failed = requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
  const open = requirements.filter(({ status }) => status === 'inconclusive').map(({ id }) => id);
  return [stop?.message ?? 'ended', `failed ${failed.join(' ') || '-'}`, `open ${open.join(' ') || '-'}`].join('; ');
}

async function check(seed: number, results: Results, fault: Fault | null): Promise<void> {
  const broken = fault === null ? [] : brokenBy(fault, loaded);
  const permitted = new Set([...broken, ...(fault?.breaks ?? []), ...(fault?.follows ?? [])]);
  const accused = results.requirements.filter(({ status }) => status === 'failed' || status === 'warned');
  const rules = new Set(
    accused.flatMap(({ id, findings }) => (broken.includes(id) ? findings.map(({ rule }) => rule) : [])),
  );
  for (const { id, findings } of accused) {
    // Where an answer was lost before, the same fault has another name.
    const isSame = id.startsWith('LOST-') && findings.every(({ rule }) => rules.has(rule));
    if (!permitted.has(id) && !isSame) complain(seed, `${id} was accused wrongly: ${findings[0]?.argument.join(' ')}`);
    for (const [index, finding] of findings.entries()) {
      const file = join(folder, `${seed}-${id}-${index}`);
      writeFileSync(`${file}.json`, JSON.stringify(finding, null, 2));
      const again = await judgedAgain(finding, loaded, `${file}.ndjson`);
      if (again === 'NOT MET AGAIN') complain(seed, `${id} ${finding.rule} is not met again in its own history`);
    }
  }
  if (results.exitCode === 4) complain(seed, `the run failed: ${results.stop?.message}`);
  if (fault === null && results.exitCode !== 0 && results.exitCode !== 3 && accused.length === 0)
    complain(seed, `exit ${results.exitCode}: ${results.stop?.message}`);
  if (broken.length > 0 && !accused.some(({ id }) => broken.includes(id)))
    complain(seed, `${fault?.name} was missed: ${verdictOf(results)}`);
}

function complain(seed: number, what: string): void {
  wrong.push(`seed ${seed}: ${what}`);
  process.stdout.write(`WRONG seed ${seed}: ${what}\n`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

const until = performance.now() + minutes * 60_000;
process.stdout.write('seed | protocol | seconds | heap MiB | target | exit and verdict | requests | mishaps\n');
for (let seed = firstSeed; performance.now() < until; seed += 1) {
  const start = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('did not end')), 2 * MOST_SECONDS * 1000);
  });
  const line = await Promise.race([once(seed), late]).catch((error: Error) => {
    complain(seed, error.stack ?? error.message);
    return 'no result';
  });
  clearTimeout(timer);
  await gc();
  const heap = process.memoryUsage().heapUsed / 2 ** 20;
  heaps.push(heap);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  process.stdout.write(`${seed} | ${seed % 4 >= 2 ? 'h2' : 'h1'} | ${seconds} | ${heap.toFixed(1)} | ${line}\n`);
}
const third = Math.max(1, Math.floor(heaps.length / 3));
const growth = median(heaps.slice(-third)) / median(heaps.slice(0, third));
// Of fewer runs, what is loaded and compiled in the first ones is most.
if (heaps.length >= 9 && growth > MOST_GROWTH) wrong.push(`memory grew by the factor ${growth.toFixed(2)}`);
const histories = wrong.length === 0 ? 'removed' : `in ${folder}`;
process.stdout.write(`${heaps.length} runs, memory x ${growth.toFixed(2)}, histories ${histories}.\n`);
process.stdout.write(wrong.length === 0 ? 'All as it should be.\n' : `${wrong.length} wrong:\n${wrong.join('\n')}\n`);
if (wrong.length === 0) rmSync(folder, { recursive: true, force: true });
process.exit(wrong.length === 0 ? 0 : 1);
