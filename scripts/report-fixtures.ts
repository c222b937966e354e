/**
 * Writes `test/reports/fixtures/*.json`, the results of real runs, and `test/reports/expected/*`, the reports of them.
 * `npm run fixtures` makes all again, `npm run fixtures -- storm hostile` these, `npm run fixtures -- --expected` none.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { nameOnCommandLine } from '../cli/options.js';
import type { Results } from '../results/results.js';
import { mergeShards } from '../run/merge-shards.js';
import type { RunOptions } from '../run/options.js';
import { run as runAs } from '../run/run.js';
import { expectedReports } from '../test/reports/expected.js';
import { type FixtureName, folder, nasty } from '../test/reports/fixtures.js';

type Make = () => Promise<Results>;

/** A run whose reasons name options as on the command line, of which most reports are. */
function run(options: RunOptions): Promise<Results> {
  return runAs(options, { front: { nameOf: nameOnCommandLine, rerun: [] } });
}

/** The bundled reference with a fault, asked for some chapters only. */
function bundled(fault: string | undefined, only: string[], more: RunOptions = {}): Make {
  return async () => of(only, await run({ profile: 'smoke', seed: 4, fault, only, ...more }));
}

const shards = [1, 2].map(
  (index) => () =>
    run({ fault: 'keyless-joined', only: ['CREATE'], profile: 'standard', seed: 4, shard: { index, of: 2 } }),
);

const fixtures: Record<FixtureName, Make> = {
  passing: () => run({ profile: 'smoke', seed: 4 }),
  failing: () => run({ profile: 'smoke', seed: 4, fault: 'header-refused', only: ['HEADER', 'CREATE', 'SCOPE'] }),
  // The budget ends it in the middle.
  stopped: bundled(undefined, ['CREATE', 'STORM'], { maxRequests: 60 }),
  obstacle: async () => of(['CREATE'], await againstNothing()),
  blocked: bundled('never-replays', ['REPLAY', 'CONFLICT-1', 'CONFLICT-3', 'CONFLICT-5']),
  warned: bundled('conflict-shows-first-resource', ['CONFLICT']),
  storm: bundled('race-5ms', ['STORM']),
  webhook: bundled('webhook-two-events', ['WEBHOOK']),
  upload: bundled('upload-no-dedupe', ['UPLOAD']),
  effect: bundled('replay-makes-orphan', ['REPLAY-1', 'REPLAY-3', 'REPLAY-10']),
  conflict: bundled('sorts-first-array', ['CONFLICT-4']),
  targets: bundled('records-per-replica', ['REPLAY-6']),
  baseline: bundled('conflict-without-request-id', ['CONFLICT', 'ENVELOPE', 'LOST-5'], {
    baseline: [
      { id: 'CONFLICT-2', reason: 'ticket 7', until: null },
      { id: 'ENVELOPE-1', reason: 'the gateway writes its own errors', until: '2026-01-31' },
      { id: 'CONFLICT-1', reason: 'was 422 once', until: null },
      { id: 'LOST-5', reason: 'restarts lose keys', until: '2099-12-31' },
    ],
  }),
  shard: async () => of(['CREATE'], await (shards[0] as Make)()),
  merged: async () => {
    const parts: Results[] = [];
    for (const shard of shards) parts.push(await shard());
    return of(['CREATE'], mergeShards(parts));
  },
  wrapped: () =>
    againstServer({ id: '/data/number' }, (n) => JSON.stringify({ data: { number: 1040 + n, state: 'open' } })),
  hostile: () => againstServer({}, (n) => JSON.stringify({ id: `${nasty} ${n}`, note: nasty })),
};

/** A real server that forgets every key, and the suite with its few flags. */
async function againstServer(endpoint: { id?: string }, body: (n: number) => string): Promise<Results> {
  let made = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      made += 1;
      response.writeHead(201, { 'content-type': 'application/json', 'x-note': '<b>bold</b>' }).end(body(made));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { endpoint: 'POST /orders', body: 'scripts/order.json', key: 'header:Idempotency-Key', ...endpoint };
  const only = ['REPLAY-1', 'REPLAY-4'];
  try {
    return of(only, await run({ targets: [target], endpoint: options, only, profile: 'smoke', seed: 4 }));
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

/** A target that is not there. */
async function againstNothing(): Promise<Results> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((done) => server.close(done));
  return run({ targets: [target], credentials: { first: 'sk_one' }, only: ['CREATE'], profile: 'smoke', seed: 4 });
}

/** Only the chosen chapters, so that the files stay small. */
function of(only: string[], results: Results): Results {
  const chosen = new Set(only.map((name) => name.split('-')[0]));
  const requirements = results.requirements.filter(({ chapter }) => chosen.has(chapter));
  const observations = results.observations.filter(({ id }) => requirements.some((one) => one.id === id));
  return { ...results, requirements, observations };
}

/** Ports, times and versions that change from run to run say nothing in a difference. */
function normal(results: Results): Results {
  const text = results.targets.reduce(
    (all, target, index) => all.replaceAll(new URL(target).host, `127.0.0.1:${4010 + index}`),
    JSON.stringify(results),
  );
  return {
    ...(JSON.parse(text) as Results),
    startedAt: '2026-12-01T09:30:00.000Z',
    durationMs: 8421,
    versions: { suite: '0.1.0', node: 'v20.19.0' },
  };
}

async function main(names: string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const all = Object.entries(fixtures);
  const chosen = names.length === 0 ? all : all.filter(([name]) => names.includes(name));
  for (const [name, make] of chosen) {
    const results = normal(await make());
    writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 1)}\n`);
    process.stdout.write(`${name}: ${results.verdict}\n`);
  }
  for (const { path, make } of expectedReports) writeFileSync(path, make());
}

await main(process.argv.slice(2));
