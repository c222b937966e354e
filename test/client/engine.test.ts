/** The whole suite over HTTP/2, and against several targets. */
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Reference, ReferenceOptions } from '../../reference/server/server.js';
import { startReference } from '../../reference/server/start.js';
import { check, idsWith } from '../run/check.js';

async function reference(options: ReferenceOptions = {}): Promise<Reference> {
  const started = await startReference(options);
  onTestFinished(() => started.close());
  return started;
}

function credentialsOf({ keys: [first, second] }: Reference): { first: string; second: string } {
  return { first, second };
}

describe('over h2c', () => {
  test('the reference passes', async () => {
    const results = await check({ h2c: true, profile: 'smoke' });
    expect(idsWith(results, 'failed', 'warned', 'inconclusive')).toEqual([]);
    expect(results.exitCode).toBe(0);
    expect(results.transport).toContain('HTTP/2');
  });

  test.each([
    ['race-1ms', ['STORM-1', 'STORM-2']],
    ['hang-up-forgets', ['LOST-1']],
    ['hang-up-locks', ['LOST-4']],
  ])('%s is found as %j', async (fault, ids) => {
    const results = await check({ h2c: true, fault, only: ids, profile: 'smoke' });
    expect(idsWith(results, 'failed')).toEqual(expect.arrayContaining(ids));
  });
});

describe('several targets', () => {
  const only = ['STORM-7'];

  test.each([false, true])('two ways to one backend pass (h2c: %s)', async (h2c) => {
    const one = await reference();
    const targets = [one.url, one.url.replace('127.0.0.1', 'localhost')];
    const results = await check({ targets, credentials: credentialsOf(one), only, h2c, profile: 'smoke' });
    expect(idsWith(results, 'passed')).toContain('STORM-7');
    expect(results.exitCode).toBe(0);
  });

  test.each([false, true])('two backends with records of their own are found (h2c: %s)', async (h2c) => {
    const [one, two] = [await reference(), await reference()];
    const targets = [one.url, two.url];
    const results = await check({ targets, credentials: credentialsOf(one), only, h2c, profile: 'smoke' });
    expect(idsWith(results, 'failed')).toContain('STORM-7');
    expect(results.exitCode).toBe(1);
  });
});
