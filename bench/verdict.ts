/**
 * How long the command takes until its verdict, and how much memory, for each profile. Runs what is built in dist.
 * Prints Markdown; asserts nothing; each run is stopped after ten minutes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startReference } from '../reference/server/start.js';
import type { Results } from '../results/results.js';
import type { Profile } from '../run/options.js';

const MOST_SECONDS = 600;
const COMMAND = join(import.meta.dirname, '..', 'dist', 'cli', 'bin.js');
/** The last line on stderr: only the process itself knows its peak, in KiB. */
const TELL_PEAK = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs';" +
    "process.on('exit', () => writeSync(2, '\\n' + process.resourceUsage().maxRSS));",
)}`;

interface Run {
  seconds: number;
  requests: number;
  peakMiB: number;
  exitCode: number;
}

/** The command as a user starts it. */
async function runOnce(words: string[], environment: Record<string, string>): Promise<Run> {
  // Its working directory as well: the command reads its configuration there.
  const folder = mkdtempSync(join(tmpdir(), 'idem-bench-'));
  try {
    const start = performance.now();
    const child = spawn(process.execPath, ['--import', TELL_PEAK, COMMAND, '--report-dir', folder, ...words], {
      cwd: folder,
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    const [said, [exitCode]] = await Promise.all([text(child.stderr), once(child, 'exit')]);
    const seconds = (performance.now() - start) / 1000;
    const { requests } = JSON.parse(readFileSync(join(folder, 'results.json'), 'utf8')) as Results;
    return { seconds, requests: requests.sent, peakMiB: Number(said.split('\n').at(-1)) / 1024, exitCode };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The run of median duration. */
async function typical(times: number, words: string[], environment: Record<string, string>): Promise<Run> {
  const runs: Run[] = [];
  for (let time = 0; time < times; time += 1) runs.push(await runOnce(words, environment));
  return runs.sort((a, b) => a.seconds - b.seconds)[Math.floor(times / 2)] as Run;
}

const print = (...cells: (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

async function row(profile: Profile, target: string | null, times: number, environment = {}): Promise<void> {
  const words = ['--profile', profile, '--seed', '1', '--max-time', String(MOST_SECONDS)];
  if (target !== null) words.push('--target', target);
  const { seconds, requests, peakMiB, exitCode } = await typical(times, words, environment);
  const against = target === null ? 'the bundled reference, in its process' : 'a reference that runs already';
  print(profile, against, times, seconds.toFixed(1), requests, peakMiB.toFixed(0), exitCode);
}

process.stdout.write(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, `);
process.stdout.write('from command to verdict, the run of median duration\n\n');
print('profile', 'against', 'runs', 'seconds', 'requests', 'peak MiB', 'exit code');
print('---', '---', '--:', '--:', '--:', '--:', '--:');
const { url, keys, close } = await startReference();
await row('smoke', url, 3, { IDEM_API_KEY: keys[0], IDEM_API_KEY_2: keys[1] });
await close();
await row('smoke', null, 3);
await row('standard', null, 3);
await row('thorough', null, 1);
