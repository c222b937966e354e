/** What a contract's `levels` make of a violation. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { explainContract } from '../../cli/explain.js';
import { DEFAULT_CONTRACT } from '../../contracts/load.js';
import { run } from '../../run/run.js';
import { check, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-levels-'));
afterAll(() => rmSync(folder, { recursive: true }));

test.concurrent.each([
  ['compares-one-member-alone', ['CONFLICT-3', 'CONFLICT-4']],
  ['conflict-other-status', ['CONFLICT-1']],
])('where only SHOULDs are broken, nothing is undecided because of them: %s', async (fault, warned) => {
  const results = await check({ contract: 'ietf', profile: 'smoke', fault });
  expect({ exitCode: results.exitCode, warned: idsWith(results, 'warned') }).toEqual({ exitCode: 0, warned });
  // No request of the reference runs long enough to be met by a duplicate.
  expect(idsWith(results, 'failed', 'inconclusive')).toEqual(['STORM-11']);
  expect(results.verdict).toContain(`Conforms in `);
  expect(results.verdict).toContain(`; warnings: ${warned.join(', ')}; `);
  const blocked = results.requirements.filter(({ status }) => status === 'blocked');
  expect(blocked.filter(({ because }) => !warned.includes(because?.by ?? ''))).toEqual([]);
});

test.concurrent('what a contract only observes is seen, and neither announced nor minimised', async () => {
  const file = join(folder, 'lenient.yaml');
  writeFileSync(file, `extends: ${DEFAULT_CONTRACT}\nname: lenient\nlevels: { CONFLICT-1: OBSERVE }\n`);
  const announced: string[] = [];
  const phases: string[] = [];
  const results = await run(
    { seed: 1, contract: file, profile: 'smoke', only: ['CREATE-1', 'CONFLICT-1'], fault: 'conflict-other-status' },
    {
      onProgress: (progress) => {
        if (progress.kind === 'finding') announced.push(progress.finding.id);
        if (progress.kind === 'progress') phases.push(progress.phase);
      },
    },
  );
  expect(results.exitCode).toBe(0);
  expect(results.requirements.find(({ id }) => id === 'CONFLICT-1')).toMatchObject({
    level: 'OBSERVE',
    status: 'observed',
    because: { code: 'not-promised-seen', by: null },
    reason: expect.stringMatching(/^not promised by this contract; seen: Another body under the same key was refused/),
    findings: [],
  });
  expect({ announced, minimised: phases.filter((phase) => phase.startsWith('minimising')) }).toEqual({
    announced: [],
    minimised: [],
  });
  expect(explainContract(file)).toMatch(/^ {2}◇ CONFLICT-1 +OBSERVE/m);
  expect(explainContract(file)).toMatch(/^ {2}✓ CONFLICT-2 +MUST/m);
});
