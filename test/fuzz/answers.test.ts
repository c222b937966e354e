/** Answers: whatever a target answers, it is judged and reported, and a run ends with a verdict. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { type Json, type JsonObject, parseJson } from '../../contracts/json.js';
import type { History, Outcome } from '../../history/history.js';
import { Across } from '../../judge/across-plans.js';
import { Account } from '../../judge/effects.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { observations } from '../../judge/observations.js';
import { sentencesOf } from '../../judge/sentences/index.js';
import { Shapes } from '../../judge/shapes.js';
import { startReference } from '../../reference/server/start.js';
import { limitsOf, planOf } from '../../run/drawing.js';
import { Ledger } from '../../run/ledger.js';
import { settle } from '../../run/options.js';
import { caseRecord } from '../../run/records.js';
import { run } from '../../run/run.js';
import { setUp } from '../../run/set-up.js';
import { requirements } from '../../suites/index.js';
import type { PlannedRequirement } from '../../suites/requirement.js';
import { changed, inputs, json, seed, spelled } from './mutate.js';

/** What the correct server answers to a plan of each requirement that takes no time. */
async function recorded(contract: string) {
  const reference = await startReference({ contract });
  const [first, second] = reference.keys;
  const settings = settle({
    contract,
    targets: [reference.url],
    credentials: { first, second },
    profile: 'smoke',
    seed: 1,
  });
  const { engine, close } = await setUp(settings, new Ledger(), new AbortController().signal);
  await engine.client.open();
  const chosen = requirements.filter(
    ({ id, plans, skip }) =>
      plans !== undefined &&
      !/^(LOST|RETENTION|WEBHOOK|SCENARIO)/.test(id) &&
      skip?.(settings.contract.contract) == null,
  );
  const plans = chosen.map((one) => planOf(settings, one as PlannedRequirement, 0, limitsOf(settings)).plan);
  const histories: History[] = [];
  for (const plan of plans) histories.push((await engine.client.execute(plan)).history);
  await close();
  await reference.close();
  return { loaded: settings.contract, histories };
}

const statuses = fc.oneof(
  fc.constantFrom(200, 201, 202, 204, 301, 400, 401, 404, 409, 422, 425, 429, 500, 503),
  fc.integer({ min: 100, max: 999 }),
);
const headers = fc.dictionary(
  fc.constantFrom('location', 'retry-after', 'content-type', 'idempotency-replayed', '__proto__', 'link', 'set-cookie'),
  fc.oneof(
    fc.string(),
    fc.constantFrom('-1', '1e400', 'Thu, 01 Jan 1970 00:00:00 GMT', 'https://[', '%zz', '9'.repeat(400)),
  ),
);

interface Change {
  at: number;
  body: (body: string) => string;
  status: number | null;
  headers: Record<string, string>;
  silent: boolean;
}

/** An answer's own JSON with things wrong in it, or another text. */
const bodies: fc.Arbitrary<(body: string) => string> = fc.oneof(
  fc.nat().map((n) => (body: string) => {
    const value = parseJson(body);
    if (value === undefined) return body;
    const [one] = fc.sample(changed([value]), { seed: n, numRuns: 1 }) as [Json];
    return spelled(one);
  }),
  json([{ id: 'order_1', data: [{ id: 1 }, { id: 2 }] }]).map((bytes) => () => bytes.toString('utf8')),
);

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.nat(),
  body: bodies,
  status: fc.option(statuses),
  headers,
  silent: fc.boolean(),
});

function answered(outcome: Outcome, { body, status, headers, silent }: Change): Outcome {
  if (outcome.kind !== 'answer') return outcome;
  if (silent && status === 100) return { kind: 'unknown', reason: 'no answer' };
  return {
    ...outcome,
    status: status ?? outcome.status,
    headers: { ...outcome.headers, ...headers },
    body: body(outcome.body),
  };
}

const runs = inputs(150);

test.each(['moda', 'ietf'])(`answers to %s: ${runs} inputs, seed ${seed}`, async (name) => {
  const { loaded, histories } = await recorded(name);
  const { contract } = loaded;
  fc.assert(
    fc.property(fc.nat(), fc.array(change, { minLength: 1, maxLength: 3 }), (n, changes) => {
      const history = structuredClone(histories[n % histories.length] as History);
      for (const one of changes) {
        const exchange = history.exchanges[one.at % Math.max(1, history.exchanges.length)];
        if (exchange !== undefined) exchange.outcome = answered(exchange.outcome, one);
      }
      const { readings, findings } = judgeHistory(history, loaded, new Shapes());
      const { plan } = history;
      const joined = [
        ...new Account({ exclusive: false, ...contract }).add({ plan, readings }, readings),
        ...new Across(contract).add(plan, readings, readings),
      ];
      observations(plan, readings, loaded.contract);
      for (const finding of [...findings, ...joined]) {
        sentencesOf(finding, { plan, readings }, contract);
        JSON.stringify(caseRecord({ history, readings, finding, effects: ['a'] }, contract));
      }
    }),
    { numRuns: runs, seed, endOnFailure: true },
  );
});

/** A server that keeps its promise, but for the form of some of its answers. */
async function strange(draw: () => (value: Json) => string) {
  const known = new Map<string, JsonObject>();
  const all: Json[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const asked = parseJson(await text(incoming));
    const write = draw();
    outgoing.setHeader('content-type', 'application/json');
    if (incoming.method === 'GET') return void outgoing.end(write({ data: all.toReversed().slice(0, 100) }));
    const key = String(incoming.headers['idempotency-key']);
    const before = known.get(key);
    const made: JsonObject = before ?? { id: `order_${all.length}_${Math.random()}`, ...(asked as JsonObject) };
    if (before === undefined) all.push(made);
    known.set(key, made);
    outgoing.statusCode = before === undefined ? 201 : 200;
    outgoing.end(write(made));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () =>
    new Promise((done) => {
      server.closeAllConnections();
      server.close(done);
    });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

const wholeRuns = Math.ceil(inputs(100) / 50);

test(`whole runs: ${wholeRuns} inputs, seed ${seed}`, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'idem-fuzz-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const body = join(folder, 'body.json');
  writeFileSync(body, JSON.stringify({ note: 'a few words', amount: 5 }));
  const one = async (n: number) => {
    let drawn = 0;
    const { url, close } = await strange(() => {
      drawn += 1;
      const draw = seed + n * 1_000 + drawn;
      if (drawn < 4 || draw % 3 > 0) return (value) => JSON.stringify(value);
      return (value) => spelled(fc.sample(changed([value]), { seed: draw, numRuns: 1 })[0] as Json);
    });
    try {
      const results = await run({
        targets: [url],
        endpoint: { endpoint: 'POST /orders', key: 'header:Idempotency-Key', list: 'GET /orders', body },
        profile: 'smoke',
        only: ['CREATE', 'REPLAY'],
        seed: n,
        maxTime: 20,
        maxWait: 1,
        timeout: 2,
      });
      expect([results.exitCode, results.stop?.kind === 'error' ? results.stop.message : null, seed, n]).toEqual([
        expect.toSatisfy((code: number) => code < 4),
        null,
        seed,
        n,
      ]);
    } finally {
      await close();
    }
  };
  // Runs wait more than they compute.
  const lanes = Array.from({ length: 5 }, async (_, lane) => {
    for (let n = lane; n < wholeRuns; n += 5) await one(n);
  });
  await Promise.all(lanes);
});
