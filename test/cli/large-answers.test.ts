/** Answers that are large or deep throughout a run: it ends with a verdict, whatever memory there is. */
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { command, expectRun, newFolder } from './command.js';
import { serve } from './targets.js';

/** JSON of some 300 kB, of many small values: they take several times as much memory. */
const FILLER = `[${Array.from({ length: 3_000 }, (_, n) => `{"n":${n},"text":"${'lorem ipsum dolor sit amet '.repeat(3)}"}`)}]`;

/** Orders, with something large or deep beside each id; `broken`: every repeat makes another. */
function orders(filler: string, broken: boolean) {
  const known = new Map<string, string>();
  const all: string[] = [];
  return serve(async (incoming, outgoing) => {
    const body = await text(incoming);
    outgoing.setHeader('content-type', 'application/json');
    if (incoming.method === 'GET') return void outgoing.end(`{"data":[${all.toReversed().slice(0, 100)}]}`);
    const key = String(incoming.headers['idempotency-key']);
    const before = known.get(key);
    const id = before ?? `order_${Math.random().toString(36).slice(2)}${all.length}`;
    known.set(broken ? `${all.length}` : key, id);
    if (before === undefined) all.push(`{"id":"${id}",${body.slice(1)}`);
    outgoing.statusCode = before === undefined ? 201 : 200;
    outgoing.end(`{"id":"${id}","filler":${filler}}`);
  });
}

async function runAgainst(url: string, only: string, node: string[] = []) {
  const folder = newFolder();
  writeFileSync(join(folder, 'body.json'), '{"note":"a few words","amount":5}');
  const words = [
    '--target',
    url,
    '--endpoint',
    'POST /orders',
    '--key',
    'header:Idempotency-Key',
    '--body',
    'body.json',
  ];
  const how = ['--list', 'GET /orders', '--profile', 'smoke', '--seed', '1', '--only', only];
  return command([...words, ...how], { folder, node });
}

// Answers of a hundred requests with what is read from them do not go into this heap.
const SMALL_HEAP = ['--max-old-space-size=110'];

test.concurrent('1: what is broken is found where every answer is large, and results keep the beginnings', async () => {
  const target = await orders(FILLER, true);
  const ended = await runAgainst(target.url, 'REPLAY-1,REPLAY-2,STORM-1', SMALL_HEAP);
  const results = expectRun(ended, 1, /REPLAY-1.* violated/);
  const [finding] = results.requirements.find(({ id }) => id === 'REPLAY-1')?.findings ?? [];
  expect(finding?.confirmed.failed).toBeGreaterThan(0);
  const answer = finding?.smallest.exchanges[0]?.answer;
  expect(answer?.truncated).toBe(true);
  expect(answer?.body).toMatch(/^\{"id":"order_.*… \d{6,} characters in all, SHA-256 [0-9a-f]{64}$/s);
  expect(statSync(join(ended.folder, 'idem-report', 'results.json')).size).toBeLessThan(5e6);
});

test.concurrent('3: answers that are nested deeper than what is read are said to be', async () => {
  const target = await orders(`${'['.repeat(50_000)}${']'.repeat(50_000)}`, false);
  const ended = await runAgainst(target.url, 'REPLAY-1');
  expect(ended.code).toBe(3);
  expect(ended.stdout + ended.stderr).toContain('answers were nested deeper than 1000');
});
