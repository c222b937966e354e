/** Each example API passes in its correct form, and is failed in its broken forms, by the requirement that is broken. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadOperations } from '../../../contracts/load.js';
import { appliesTo, findFault } from '../../../reference/faults/index.js';
import { startReference } from '../../../reference/server/start.js';
import type { Results, Status } from '../../../results/results.js';
import { withDocument } from '../../../run/openapi.js';
import type { RunOptions } from '../../../run/options.js';
import { check, checkUntil } from '../check.js';
import { filesOf } from '../files.js';
import { type Api, points, type Wrong } from './points.js';

const examples = join(import.meta.dirname, '..', '..', '..', 'examples', 'contracts');
const { written } = filesOf('points');

/** What is judged of a correct form, besides what its broken forms are failed by. */
const ALWAYS = ['REPLAY-1', 'REPLAY-3'];

/** Ids with the name of the operation, where there are several. */
function named({ requirements, operations }: Results, ...statuses: Status[]): string[] {
  return requirements
    .filter(({ status }) => statuses.includes(status))
    .map(({ operation, id }) => (operations.length > 1 ? `${operation} ${id}` : id));
}

const idOf = (named: string) => named.split(' ').at(-1) as string;

/** A run against the reference, which keeps the contract or does not. */
async function against<T>(
  { name, document, serve, options }: Api,
  wrong: Wrong | null,
  use: (how: RunOptions) => Promise<T>,
) {
  const contract = join(examples, `${name}.yaml`);
  const served = wrong !== null && 'says' in wrong ? written(`extends: ${contract}\n${wrong.says}`) : contract;
  if (wrong !== null && 'fault' in wrong) {
    const loaded = loadOperations(contract);
    expect(loaded.some((one) => appliesTo(findFault(wrong.fault), one))).toBe(true);
  }
  const fault = wrong !== null && 'fault' in wrong ? wrong : {};
  const { url, keys, clients: all, close } = await startReference({ contract: served, ...serve, ...fault });
  const credentials = { first: keys[0], second: keys[1] };
  const clients = { first: all[0], second: all[1] };
  try {
    const described =
      document === undefined
        ? { contract }
        : await withDocument({ openapi: join(examples, '..', 'openapi', `${document}.yaml`) });
    return await use({ ...described, targets: [url], credentials, clients, stormWidth: 4, ...options });
  } finally {
    await close();
  }
}

const apis = Object.entries(points).flatMap(([point, all]) => all.map((api) => ({ point, ...api })));

describe.concurrent.each(apis)('$point: $name', (api) => {
  test('the correct form passes, and nothing goes unseen', async () => {
    const wanted = [...new Set([...ALWAYS, ...api.broken.map(([, id]) => idOf(id))])];
    const results = await against(api, null, (how) => check({ ...how, profile: 'smoke', only: wanted }));
    expect([results.stop, results.exitCode, results.effects.blind]).toEqual([null, 0, null]);
    expect(named(results, 'failed', 'warned', 'noticed', 'inconclusive', 'blocked')).toEqual([]);
    expect([...new Set(named(results, 'passed').map(idOf))]).toEqual(expect.arrayContaining(wanted));
  });

  test.each(api.broken.map(([wrong, id]): [string, string, Wrong] => [Object.values(wrong)[0] ?? '', id, wrong]))(
    '%s: %s',
    async (_, id, wrong) => {
      const only = [idOf(id)];
      const results = await against(api, wrong, (how) =>
        checkUntil({ ...how, profile: 'smoke', only }, only, { small: false }),
      );
      expect(named(results, 'failed', 'warned')).toContain(id);
    },
  );
});

test('each point has its forms, and no example is left out', () => {
  expect(apis.filter(({ broken }) => broken.length < 3)).toEqual([]);
  const shown = readdirSync(examples).filter((name) => name.endsWith('.yaml'));
  expect([...new Set(apis.map(({ name }) => name))].sort()).toEqual(
    shown.map((name) => basename(name, '.yaml')).sort(),
  );
});
