/**
 * How well storms race: the share of storms that expose a double execution, and how far apart requests arrive.
 * Prints Markdown; asserts nothing; takes three minutes at the most.
 */
import { cpus } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Storm, Window } from './racy.js';
import { type Sender, sendersFor } from './senders.js';

const STORMS = 60;
const WIDTHS = [2, 10, 30];
const WINDOWS: Window[] = ['none', 'turn', 0.1, 0.5, 1, 5];
const MOST_MS = 180_000;

/** Starts a thread of its own, so that nothing shares the sender's loop. */
async function start<T>(file: string, data?: unknown): Promise<{ worker: Worker; said: T }> {
  const code = `import('tsx/esm/api').then(({ register }) => { register(); return import(${JSON.stringify(file)}); });`;
  const worker = new Worker(code, { eval: true, workerData: data });
  const said = await next<T>(worker);
  return { worker, said };
}

function next<T>(worker: Worker): Promise<T> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (message: T) => {
      worker.off('error', reject);
      resolve(message);
    });
  });
}

const server = await start<number>(new URL('./racy.ts', import.meta.url).href);
const paths = await start<number[]>(new URL('./paths.ts', import.meta.url).href, server.said);
const [proxy = 0, edge = 0] = paths.said;
let storms = 0;
const waiting = new Map<string, (storm: Storm) => void>();
server.worker.on('message', ({ key, ...storm }: Storm & { key: string }) => {
  waiting.get(key)?.(storm);
  waiting.delete(key);
});

async function once(sender: Sender, window: Window, width: number): Promise<Storm> {
  const key = `storm-${storms++}`;
  await sender.storm(JSON.stringify({ key, window, prompt: 'x'.repeat(200) }), width);
  const told = new Promise<Storm>((resolve) => waiting.set(key, resolve));
  server.worker.postMessage(key);
  return told;
}

function at(list: number[], share: number): string {
  const sorted = [...list].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]?.toFixed(2) ?? '–';
}

const print = (...cells: (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

process.stdout.write(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, ${STORMS} storms a cell: `);
process.stdout.write('storms that executed twice, by the time between look-up and insert; spread of arrival in ms\n\n');
print(
  'path',
  'sender',
  'width',
  ...WINDOWS.map((w) => ({ none: 'correct', turn: '1 turn' })[w] ?? `${w} ms`),
  'median',
  'p95',
);
print('---', '---', ...Array(WINDOWS.length + 3).fill('--:'));

const begun = performance.now();
const elapsed = () => performance.now() - begun;
/** On the delayed path several storms are under way at a time: each spends nearly all of its time waiting. */
const ways: [path: string, port: number, lanes: number][] = [
  ['straight', server.said, 1],
  ['delay 10 + U(0,10) ms', proxy, 4],
  ['edge, HTTP/1.1 upstream', edge, 1],
];
let cellsLeft = ways.length * sendersFor('http://127.0.0.1').length * WIDTHS.length * WINDOWS.length;

interface Cell {
  made: number;
  exposed: number;
  spreads: number[];
}

/** As many storms as wanted, or as the cell's part of the time allows; what a cell leaves goes to the others. */
async function fill(senders: Sender[], window: Window, width: number): Promise<Cell> {
  const cell: Cell = { made: 0, exposed: 0, spreads: [] };
  const until = elapsed() + (MOST_MS - elapsed()) / cellsLeft--;
  let begunStorms = 0;
  const lane = async (sender: Sender) => {
    while (begunStorms < STORMS && (begunStorms === 0 || elapsed() < until)) {
      begunStorms += 1;
      const { executions, arrivals } = await once(sender, window, width);
      cell.made += 1;
      if (executions > 1) cell.exposed += 1;
      cell.spreads.push(Math.max(...arrivals) - Math.min(...arrivals));
    }
  };
  await Promise.all(senders.map(lane));
  return cell;
}

for (const [path, port, lanes] of ways) {
  const all = Array.from({ length: lanes }, () => sendersFor(`http://127.0.0.1:${port}`));
  for (const [kind, { name }] of (all[0] as Sender[]).entries()) {
    const senders = all.map((each) => each[kind] as Sender);
    for (const width of WIDTHS) {
      // Warms the connections of whoever keeps them.
      for (let n = 0; n < 2; n += 1) await Promise.all(senders.map((sender) => once(sender, 'none', width)));
      const cells: Cell[] = [];
      for (const window of WINDOWS) cells.push(await fill(senders, window, width));
      const spreads = cells.flatMap((cell) => cell.spreads);
      const shares = cells.map(({ made, exposed }) => (made === STORMS ? String(exposed) : `${exposed} of ${made}`));
      print(path, name, width, ...shares, at(spreads, 0.5), at(spreads, 0.95));
    }
    await Promise.all(senders.map((sender) => sender.close()));
  }
}
await Promise.all([server.worker.terminate(), paths.worker.terminate()]);
process.stdout.write(`\n${((performance.now() - begun) / 1000).toFixed(0)} s\n`);
