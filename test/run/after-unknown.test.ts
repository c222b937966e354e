/** Keys that are refused for good after an unknown outcome, against servers that fail now and then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { afterUnknownFaults } from '../../reference/faults/after-unknown.js';
import type { FindingRecord, Results } from '../../results/results.js';
import type { RunOptions } from '../../run/options.js';
import { replay } from '../../run/replay.js';
import { run } from '../../run/run.js';
import { check, idsWith } from './check.js';
import { type Mishap, serveMishaps } from './mishaps.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-after-unknown-'));
afterAll(() => rmSync(folder, { recursive: true }));

const AFTER = ['LOST-8', 'LOST-9', 'LOST-10'];

interface Told {
  /** What the contract says is stored. */
  stored?: string[];
  replay?: 'success' | 'refusal';
  list?: boolean;
  promise?: string[];
  failing?: (n: number) => boolean;
}

async function ending(mishap: Mishap, told: Told): Promise<Results> {
  const only = ['REPLAY-1', 'REPLAY-4', ...AFTER];
  return against(mishap, told, (options) => run({ ...options, only, strict: true, promise: told.promise ?? [] }));
}

async function against<T>(
  mishap: Mishap,
  { stored, replay: kind = 'success', list = true, failing }: Told,
  work: (options: RunOptions) => Promise<T>,
): Promise<T> {
  const { url, close } = await serveMishaps(mishap, failing);
  const contract = join(folder, `${Math.random()}.json`);
  const said = {
    name: 'mishaps',
    key: { keyless: 'separate' },
    create: { path: '/orders', example: { note: 'a note', amount: 3 } },
    replay: { kind },
    finalWithin: 0.5,
    visibleWithin: 0.1,
    ...(stored === undefined ? {} : { stored }),
    ...(list ? { effects: { list: { path: '/orders' } } } : {}),
  };
  writeFileSync(contract, JSON.stringify(said));
  try {
    return await work({ targets: [url], contract, profile: 'smoke', seed: 1 });
  } finally {
    await close();
  }
}

/** A contract that says what is stored, and waits for less long. */
const quickDraft = join(folder, 'quick.yaml');
writeFileSync(quickDraft, 'extends: ietf\nname: quick\nfinalWithin: 0.5\nvisibleWithin: 0.1\n');

test.concurrent.each(afterUnknownFaults)('$name: $sentence', async ({ name, breaks }) => {
  const results = await check({ fault: name, only: breaks, contract: quickDraft, profile: 'standard' });
  expect([results.exitCode, idsWith(results, 'failed')]).toEqual([1, breaks]);
});

test.concurrent('nothing is found in the correct server', async () => {
  const results = await check({ only: AFTER, contract: quickDraft, profile: 'standard' });
  expect([results.exitCode, statuses(results)]).toEqual([0, 'passed passed passed']);
});

function statuses({ requirements }: Results): string {
  return AFTER.map((id) => requirements.find((one) => one.id === id)?.status).join(' ');
}

/** The finding that says it, as far as it is the same in every run. */
function told(results: Results, id: string) {
  const one = results.requirements.find((requirement) => requirement.id === id);
  const [finding] = one?.findings ?? [];
  // The first request got an error, or its client hung up on it.
  const answers = finding?.smallest.exchanges.slice(1).map(({ answer }) => answer?.status);
  return { rule: finding?.rule, answers, effects: finding?.smallest.effects.length };
}

const silent = {};
const notStored = { stored: ['success'] };
const allStored = { stored: ['success', 'clientErrors', 'serverErrors'] };

describe('503 for the first request, and a refusal of every retry', () => {
  test.concurrent.each<[Mishap, Told, string, number]>([
    ['committed', notStored, 'failed passed passed', 1],
    ['limited', notStored, 'failed passed passed', 1],
    ['burnt', notStored, 'passed failed passed', 1],
    ['stored', notStored, 'passed passed failed', 1],
    ['committed', silent, 'noticed observed observed', 0],
    ['limited', silent, 'noticed observed observed', 0],
    ['burnt', silent, 'observed noticed observed', 0],
    ['stored', silent, 'observed observed noticed', 0],
    ['stored', allStored, 'skipped skipped skipped', 0],
    ['recovers', notStored, 'passed passed passed', 0],
    ['never', notStored, 'passed passed passed', 0],
  ])('%s, %j: %s', async (mishap, contract, expected, code) => {
    const results = await ending(mishap, contract);
    const reasons = results.requirements.filter(({ id }) => AFTER.includes(id)).map(({ reason }) => reason);
    expect([statuses(results), reasons]).toEqual([expected, expect.anything()]);
    const musts = results.requirements.filter(({ id, status }) => AFTER.includes(id) && status === 'failed');
    expect(musts.length > 0 ? 1 : 0).toBe(code);
    if (code === 1) expect(results.exitCode).toBe(1);
  });

  test.concurrent('the two are told apart by what the list shows', async () => {
    const [committed, burnt, stored] = await Promise.all(
      (['committed', 'burnt', 'stored'] as const).map((one) => ending(one, notStored)),
    );
    expect(told(committed as Results, 'LOST-8')).toEqual({
      rule: 'committed-then-refused',
      answers: [409, 409, 409],
      effects: 1,
    });
    expect(told(burnt as Results, 'LOST-9')).toEqual({ rule: 'key-burnt', answers: [409, 409, 409], effects: 0 });
    expect(told(stored as Results, 'LOST-10')).toEqual({
      rule: 'server-error-stored',
      answers: [503, 503, 503],
      effects: 0,
    });
  });

  test.concurrent('it is sent again under new keys, of which every third fails, and replayed', async () => {
    const results = await ending('committed', notStored);
    const [finding] = results.requirements.find(({ id }) => id === 'LOST-8')?.findings ?? [];
    expect(finding?.confirmed).toEqual({ failed: expect.toSatisfy((n: number) => n === 3 || n === 4), of: 10 });
    const again = async (mishap: Mishap) =>
      against(mishap, notStored, (options) => replay('LOST-8', finding as FindingRecord, options));
    expect(await again('committed')).toMatchObject({ state: 'failing' });
    expect(await again('recovers')).toMatchObject({ state: 'fixed', failed: 0 });
  });

  test.concurrent('one key alone, which no requirement’s plan sent', async () => {
    // After the first key of all, two look whether the list shows both.
    const results = await ending('burnt', { ...notStored, failing: (n) => n === 2 });
    // No other key ends so, however often it is tried: it is shown, and fails nothing.
    expect([statuses(results), results.exitCode]).toEqual(['passed inconclusive passed', 3]);
    expect(results.requirements.find(({ id }) => id === 'LOST-9')).toMatchObject({
      because: { code: 'not-reproduced' },
      findings: [{ foundBy: 'LOST-9', confirmed: { failed: 0, of: 10 } }],
    });
  });

  test.concurrent('without a list it cannot be said which it is', async () => {
    const results = await ending('burnt', { ...notStored, list: false });
    expect([statuses(results), results.exitCode]).toEqual(['skipped skipped passed', 3]);
    expect(results.requirements.find(({ id }) => id === 'LOST-9')?.because?.code).toBe('no-observer');
  });

  test.concurrent('a contract that refuses repeats permits the refusal of what was committed', async () => {
    expect(statuses(await ending('committed', { ...notStored, replay: 'refusal' }))).toBe('skipped passed passed');
  });

  test.concurrent('what is noticed fails where the user promises it', async () => {
    const noticed = await ending('burnt', silent);
    expect(noticed.verdict).toContain('seen, not promised: LOST-9');
    const results = await ending('burnt', { promise: ['LOST-9'] });
    expect([statuses(results), results.exitCode]).toEqual(['observed failed observed', 1]);
    const { level, findings } = results.requirements.find(
      ({ id }) => id === 'LOST-9',
    ) as Results['requirements'][number];
    expect([level, findings[0]?.commands.rerun]).toEqual(['MUST', expect.stringContaining('--promise LOST-9')]);
  });
});
