/** Writes that are accepted: effects count once their work is done, and a replay may say that it is. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { startReference } from '../../reference/server/start.js';
import { check, checkUntil, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-accepted-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Work takes longer than an effect may take to show. */
const timing = { runningAfterMs: 200, finishedAfterMs: 500 };
const least = { profile: 'smoke', stormWidth: 4 } as const;

const file = (url: string) => {
  const path = join(folder, `${url.replace(/\W+/g, '-')}.yaml`);
  writeFileSync(
    path,
    `extends: ietf
create: { path: /transfers, example: { note: rent, amount: 2 }, success: [200, 201] }
replay: { kind: success }
visibleWithin: 0.2
accepted: { url: { ${url} }, done: [done], failed: [failed] }
effects: { list: { path: /transfers } }`,
  );
  return path;
};

const byHeader = file('header: Location');
const styles = { byHeader, byPointer: file('pointer: /links/status') };

async function against(contract: string, fault?: string) {
  const reference = await startReference({ contract, timing, ...(fault === undefined ? {} : { fault }) });
  const [first, second] = reference.keys;
  return { contract, targets: [reference.url], credentials: { first, second }, ...least, close: reference.close };
}

describe.concurrent.each(Object.entries(styles))('%s', (_, contract) => {
  test('the correct server passes', async () => {
    const { close, ...target } = await against(contract);
    const results = await check({ ...target, only: ['CREATE', 'REPLAY', 'CONFLICT', 'STORM-1', 'STORM-2', 'LOST'] });
    await close();
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed')]).toEqual([0, []]);
    const decided = ['CREATE-4', 'REPLAY-1', 'REPLAY-2', 'REPLAY-3', 'CONFLICT-5', 'STORM-2', 'LOST-1', 'LOST-11'];
    expect(idsWith(results, 'passed')).toEqual(expect.arrayContaining(decided));
  });

  test('what is lost in a storm breaks LOST-11', async () => {
    const { close, ...target } = await against(contract, 'storm-loses-write');
    const results = await checkUntil({ ...target, only: ['LOST-11', 'STORM-1'] }, ['LOST-11'], { small: false });
    await close();
    expect(idsWith(results, 'failed')).toContain('LOST-11');
  });
});

test.concurrent('a write that does not end leaves effects undecided, with what its status was', async () => {
  const { close, ...target } = await against(byHeader);
  const contract = join(folder, 'endless.yaml');
  writeFileSync(contract, `extends: ${byHeader}\nfinalWithin: 0.3\naccepted: { done: [ended] }`);
  const results = await check({ ...target, contract, only: ['REPLAY-3'] });
  await close();
  expect(results.exitCode).toBe(3);
  const [record] = results.requirements.filter(({ id }) => id === 'REPLAY-3');
  expect(record?.reason).toMatch(
    /GET \/accepted\/\S+ showed no end of an accepted write within 0.3 s \(200 .*check `accepted.status`/,
  );
});

test.each(['{}', '{ header: Location, pointer: /status }'])('a status URL of %s is refused', (url) => {
  const path = join(folder, 'wrong.yaml');
  writeFileSync(path, `extends: ietf\naccepted: { done: [done], url: ${url} }`);
  expect(() => loadContract(path)).toThrow('/accepted/url: must say one of header and pointer');
});
