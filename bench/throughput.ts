/**
 * Requests a second of the client, which records every exchange, against autocannon's, which counts them.
 * Prints Markdown; asserts nothing; takes two minutes.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import autocannon from 'autocannon';
import { Client } from '../client/client.js';
import type { Transport } from '../client/connect.js';
import { DEFAULT_CONTRACT, loadContract } from '../contracts/load.js';
import { body, create, send, slot } from '../generators/plans.js';
import type { Exchange, History } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import { NONCE_TOKEN } from '../history/text.js';
import { judgeHistory } from '../judge/judge-history.js';
import type { BarePorts } from './bare.js';

const CONNECTIONS = [1, 4, 16];
const RUNS = 3;
const SECONDS = 3;

const loaded = loadContract(DEFAULT_CONTRACT);
const prompt = NONCE_TOKEN + 'x'.repeat(200);
const plan: Plan = { keys: ['{uuid}'], steps: [send(create(slot(0), body({ prompt })))] };

const bare = fork(new URL('./bare.ts', import.meta.url));
const [ports] = (await once(bare, 'message')) as [BarePorts];
const originOf = (transport: Transport) => `http://127.0.0.1:${ports[transport]}`;

function newClient(transport: Transport, parallel: number): Client {
  return new Client({
    contract: loaded.contract,
    targets: [originOf(transport)],
    credentials: { first: 'key_000000000000000000000000' },
    headers: [],
    parallel,
    transport,
    maxRequests: null,
    maxCreates: null,
    perMinute: null,
    timeoutMs: 10_000,
    signal: new AbortController().signal,
  });
}

/** One create; anything but the bare server's answer would make the numbers worthless. */
async function createOne(client: Client): Promise<{ history: History; exchange: Exchange }> {
  const { history } = await client.execute(plan);
  const [exchange] = history.exchanges;
  if (exchange?.outcome.kind !== 'answer' || exchange.outcome.status !== 200) throw new Error(JSON.stringify(exchange));
  return { history, exchange };
}

/** Keeps all histories until the end, as a run does. */
async function ours(transport: Transport, judged: boolean, connections: number): Promise<number> {
  const client = newClient(transport, connections);
  await client.open();
  const kept: unknown[] = [];
  const start = performance.now();
  const lane = async () => {
    while (performance.now() - start < SECONDS * 1000) {
      const { history } = await createOne(client);
      kept.push(judged ? { history, ...judgeHistory(history, loaded) } : history);
    }
  };
  await Promise.all(Array.from({ length: connections }, lane));
  const seconds = (performance.now() - start) / 1000;
  await client.close();
  return kept.length / seconds;
}

/** What the client sends, so that both send the same. */
async function sample(): Promise<Exchange['request']> {
  const client = newClient('h1', 1);
  const { exchange } = await createOne(client);
  await client.close();
  return exchange.request;
}

async function theirs({ url, headers, body: text }: Exchange['request'], connections: number): Promise<number> {
  const options = { url, method: 'POST' as const, headers: Object.fromEntries(headers), body: text };
  const { requests, duration, errors, non2xx } = await autocannon({ ...options, connections, duration: SECONDS });
  if (errors + non2xx > 0) throw new Error(`autocannon: ${errors} errors, ${non2xx} refusals`);
  return requests.total / duration;
}

const request = await sample();
const senders: [name: string, perSecond: (connections: number) => Promise<number>][] = [
  ['autocannon', (connections) => theirs(request, connections)],
  ['this suite, HTTP/1.1', (connections) => ours('h1', false, connections)],
  ['this suite, HTTP/1.1, each plan judged', (connections) => ours('h1', true, connections)],
  ['this suite, h2c', (connections) => ours('h2', false, connections)],
];

/** Sorted. The senders take turns, so that a slow moment of the machine hits them all. */
async function measure(connections: number): Promise<number[][]> {
  const rates: number[][] = senders.map(() => []);
  for (let run = 0; run < RUNS; run += 1) {
    for (const [index, [, perSecond]] of senders.entries()) rates[index]?.push(await perSecond(connections));
  }
  return rates.map((list) => list.sort((a, b) => a - b));
}

function median(sorted: number[] | undefined): number {
  return sorted?.[Math.floor(RUNS / 2)] ?? 0;
}

const print = (...cells: (string | number)[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

process.stdout.write(`Node ${process.version}, ${cpus()[0]?.model}, ${cpus().length} cores, `);
process.stdout.write(`medians of ${RUNS} runs of ${SECONDS} s, a bare server in a process of its own\n\n`);
print('connections', 'sender', 'requests/s', 'range', 'of autocannon');
print('--:', '---', '--:', '--:', '--:');
// The first seconds of each sender are those of the compiler.
for (const [, perSecond] of senders) await perSecond(1);
for (const connections of CONNECTIONS) {
  const rates = await measure(connections);
  for (const [index, list] of rates.entries()) {
    const range = [list[0], list.at(-1)].map((rate) => rate?.toFixed(0)).join('–');
    print(
      connections,
      senders[index]?.[0] ?? '',
      median(list).toFixed(0),
      range,
      (median(list) / median(rates[0])).toFixed(2),
    );
  }
}
bare.disconnect();
