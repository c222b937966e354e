/** The command as a process: whatever its files hold, it ends by itself with 0 to 3, in bounded time and memory. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { Journal } from '../../cli/journal.js';
import { CONFIG_FILE } from '../../cli/options.js';
import type { Json } from '../../contracts/json.js';
import { endProcesses, newFolder, STACK, start } from '../cli/command.js';
import { baseline, config, contracts, copyContracts, history, results } from './documents.js';
import { inputs, json, lines, seed, yaml } from './mutate.js';

afterAll(endProcesses);

/** In the configuration of each: the bundled reference is sent few requests, and none is waited for. */
const FEW = {
  profile: 'smoke',
  only: ['CREATE-1', 'REPLAY-1'],
  rate: 60_000,
  'storm-width': 2,
  'max-time': 10,
  'max-wait': 1,
  timeout: 2,
};

const [failing, , , , shard] = results as unknown as [Json, Json, Json, Json, Json];

const kinds: [verb: string, file: string, given: fc.Arbitrary<Buffer>][] = [
  ['--contract fuzz.yaml', 'fuzz.yaml', yaml(contracts)],
  ['--max-time 10', CONFIG_FILE, yaml([{ ...config, ...FEW }])],
  ['--baseline known.yaml', 'known.yaml', yaml([baseline])],
  ['replay HEADER-1 --from results.json', 'results.json', json([failing])],
  ['merge results.json', 'results.json', json([shard])],
  ['compare results.json shard.json', 'results.json', json([failing, shard])],
  ['report .', 'results.json', json(results as unknown as Json[])],
  ['report .', 'journal.ndjson', lines(journal())],
  ['judge history.ndjson --retention 5', 'history.ndjson', lines(history)],
];

const runs = Math.ceil(Math.min(inputs(300) / 50, 200) / kinds.length);

describe.concurrent('processes', () => {
  test.each(kinds)(`%s, %s changed: ${runs} inputs, seed ${seed}`, async (verb, file, given) => {
    const property = fc.asyncProperty(given, async (bytes) => {
      const folder = newFolder();
      copyContracts(folder);
      writeFileSync(join(folder, CONFIG_FILE), JSON.stringify(FEW));
      writeFileSync(join(folder, 'known.yaml'), '[]');
      writeFileSync(join(folder, 'shard.json'), JSON.stringify(shard));
      writeFileSync(join(folder, file), bytes);
      const env = { A: 'aaaaaaaa', B: 'bbbbbbbb' };
      const { child, ended } = start(verb.split(' '), { folder, env, node: ['--max-old-space-size=512'] });
      const hangs = setTimeout(() => child.kill('SIGKILL'), 120_000);
      const { code, signal, stdout, stderr } = await ended;
      clearTimeout(hangs);
      expect([code, signal], stderr).toEqual([expect.toBeOneOf([0, 1, 2, 3]), null]);
      expect(stdout + stderr).not.toMatch(STACK);
    });
    await fc.assert(property, { numRuns: runs, seed, endOnFailure: true });
  });
});

/** The lines of a run that was broken off. */
function journal(): Json[] {
  const path = join(newFolder(), 'journal.ndjson');
  const written = new Journal(path);
  for (const one of results.slice(0, 2)) written.record({ kind: 'begin' }, () => one);
  written.breakOff('a signal');
  written.file.close();
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}
