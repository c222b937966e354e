/** SCENARIO: shown by the correct reference, and blocked by what they illustrate. */
import { describe, expect, it } from 'vitest';
import { requirements } from '../../suites/index.js';
import { check, idsWith } from './check.js';

const scenarios = requirements.filter(({ id }) => id.startsWith('SCENARIO-'));
const ids = scenarios.map(({ id }) => id);

it('each illustrates requirements that have plans or follow from effects, and is made once', () => {
  const known = requirements.map(({ id }) => id);
  for (const { standsOn = [], plans, once } of scenarios) {
    const illustrates = standsOn.flatMap(({ on }) => on);
    expect([plans, once]).toEqual([expect.any(Function), true]);
    expect(illustrates.length).toBeGreaterThan(0);
    expect(known).toEqual(expect.arrayContaining(illustrates));
  }
});

describe('on the correct reference they pass', () => {
  it.concurrent.each([1, 2, 3])('with seed %i', async (seed) => {
    const results = await check({ only: ['SCENARIO'], profile: 'smoke', seed });
    expect([results.exitCode, idsWith(results, 'passed')]).toEqual([0, ids]);
  });

  it.concurrent('in one round of many', async () => {
    const results = await check({ only: ['SCENARIO'], profile: 'standard' });
    expect([results.exitCode, idsWith(results, 'passed')]).toEqual([0, ids]);
    const own = results.requirements.filter(({ chapter }) => chapter === 'SCENARIO');
    expect(own.map(({ evidence }) => [evidence.plans, evidence.exercised])).toEqual(ids.map(() => [1, 1]));
  });

  it.concurrent.each(['in-flight-waits', 'in-flight-refused', 'latency-with-jitter', 'connection-close', 'no-list'])(
    'with %s',
    async (fault) => {
      const results = await check({ fault, only: ['SCENARIO'], profile: 'smoke' });
      expect([results.exitCode, idsWith(results, 'passed')]).toEqual([0, ids]);
    },
  );
});

describe('on one that never replays they are blocked', () => {
  it('by the requirements they illustrate, which fail themselves', async () => {
    const results = await check({ fault: 'never-replays', only: ['SCENARIO', 'REPLAY-1'], profile: 'smoke' });
    expect(results.exitCode).toBe(1);
    expect(idsWith(results, 'failed')).toContain('REPLAY-1');
    const blocked = results.requirements.filter(({ id, status }) => ids.includes(id) && status === 'blocked');
    // Headers and other endpoints have nothing to do with it.
    expect(blocked.map(({ id }) => id)).toEqual(ids.filter((id) => id !== 'SCENARIO-5' && id !== 'SCENARIO-8'));
    for (const { id, because, findings } of blocked) {
      const shown = because?.by;
      expect(scenarios.find((one) => one.id === id)?.standsOn?.flatMap(({ on }) => on)).toContain(shown);
      const illustrated = results.requirements.find((one) => one.id === shown);
      expect(['failed', 'blocked']).toContain(illustrated?.status);
      expect(findings).toEqual([]);
    }
    expect(idsWith(results, 'passed')).toEqual(['SCENARIO-5', 'SCENARIO-8']);
  });

  it('alone they are violations all the same', async () => {
    const results = await check({ fault: 'never-replays', only: ['SCENARIO-6'], profile: 'smoke' });
    expect(results.requirements.find(({ id }) => id === 'SCENARIO-6')).toMatchObject({
      status: 'blocked',
      because: { code: 'shows-another', by: 'CONFLICT-1' },
    });
    expect(results.verdict).toContain('violated besides what was chosen: CONFLICT-1');
    expect(results.exitCode).not.toBe(0);
  });
});
