/** What a contract says of keyless requests, of the marker and of duplicates in flight is judged, not only read. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '../../run/run.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-promises-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Each promise, the requirement that judges it, and a fault that breaks it. */
const promises: [promise: string, id: string, fault: string][] = [
  ['key: { required: true }', 'KEY-7', 'keyless-accepted'],
  ['replay: { marker: { header: Idempotency-Replayed, value: "yes" } }', 'REPLAY-12', 'replay-without-marker'],
  ['replay: { marker: { header: Idempotency-Replayed, value: "yes" } }', 'REPLAY-12', 'first-with-marker'],
  ['replay: { marker: { header: X-Cache, value: null } }', 'REPLAY-12', 'first-with-marker'],
  ['inFlight: { policy: refuse, statuses: [409] }', 'STORM-11', 'in-flight-held-back'],
  ['inFlight: { policy: wait, statuses: [409] }', 'STORM-11', 'in-flight-not-held-back'],
];

async function statusOf(promise: string, id: string, fault: string | null): Promise<string | undefined> {
  const contract = join(folder, `${promises.findIndex(([one]) => one === promise)}-contract.yaml`);
  writeFileSync(contract, `extends: ietf\nlevels: { KEY-7: MUST }\n${promise}\n`);
  const results = await run({
    contract,
    profile: 'smoke',
    seed: 1,
    only: [id],
    ...(fault === null ? {} : { fault }),
  });
  return results.requirements.find((one) => one.id === id)?.status;
}

test.each(promises)('%s: %s finds %s, and nothing on a server that keeps it', async (promise, id, fault) => {
  const broken = id === 'STORM-11' ? 'warned' : 'failed';
  expect([await statusOf(promise, id, fault), await statusOf(promise, id, null)]).toEqual([
    broken,
    // Without work nothing is met in flight, so that nothing is shown.
    id === 'STORM-11' ? expect.stringMatching(/passed|inconclusive/) : 'passed',
  ]);
});
