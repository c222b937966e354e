/** Serves a dialect, and runs the suite against it by its contract or by flags. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../contracts/contract.js';
import { idPlaceFlag } from '../../contracts/ids.js';
import { keyMember } from '../../contracts/key.js';
import { loadContract } from '../../contracts/load.js';
import { startReference } from '../../reference/server/start.js';
import type { Results, Status } from '../../results/results.js';
import type { RunHooks } from '../../run/hooks.js';
import type { RunOptions } from '../../run/options.js';
import { run } from '../../run/run.js';
import type { Defect, Dialect, Way } from './dialect.js';
import { handWritten } from './hand-written.js';
import { served } from './served.js';
import { type Served, serveHabits } from './server.js';

export const dialects: Dialect[] = [...served, ...handWritten];

/** The run of a dialect, correct or with one of its defects. */
export async function runDialect(
  dialect: Dialect,
  way: Way,
  { defect, options = {}, hooks = {} }: { defect?: Defect; options?: RunOptions; hooks?: RunHooks } = {},
): Promise<Results> {
  const folder = mkdtempSync(join(tmpdir(), 'idem-dialect-'));
  const contract = join(folder, `${dialect.name}.yaml`);
  // JSON is YAML.
  writeFileSync(contract, JSON.stringify(dialect.contract));
  const { url, keys, close } = await serverOf(dialect, contract, defect);
  const [first, second] = keys;
  const credentials = way === 'flags' && dialect.oneAccount === true ? { first } : { first, second };
  const known = way === 'contract' ? { contract } : { endpoint: flagsOf(dialect, contract, folder) };
  try {
    return await run({ targets: [url], credentials, profile: 'smoke', seed: 1, ...known, ...options }, hooks);
  } finally {
    await close();
    rmSync(folder, { recursive: true });
  }
}

/** What should be found of a defect and is not, in a run of nothing else. */
export async function runDefect(
  dialect: Dialect,
  way: Way,
  defect: Defect,
  options: RunOptions = {},
): Promise<string[]> {
  const found = 'failed' in defect.flags ? defect.flags.failed : defect.flags.noticed;
  const only = [...new Set([...defect.contract, ...found])];
  const results = await runDialect(dialect, way, { defect, options: { ...options, only }, hooks: { small: false } });
  return missed(defect, way, results);
}

function serverOf({ habits, list }: Dialect, contract: string, defect: Defect | undefined): Promise<Served> {
  const { fault, wrong, habits: others } = { fault: undefined, wrong: undefined, habits: {}, ...defect?.breaks };
  if (habits !== undefined) return serveHabits({ ...habits, ...others, ...(wrong === undefined ? {} : { wrong }) });
  return startReference({
    contract,
    ...(list === undefined ? {} : { list }),
    ...(fault === undefined ? {} : { fault }),
  });
}

/** What a user would write on the command line. */
function flagsOf(dialect: Dialect, file: string, folder: string): NonNullable<RunOptions['endpoint']> {
  const { contract } = loadContract(file);
  const { method, path, id } = contract.create;
  const body = join(folder, 'body.json');
  const { [keyMember(contract.key) ?? '']: _, ...example } = (dialect.contract.create as JsonObject)
    .example as JsonObject;
  writeFileSync(body, JSON.stringify(example));
  return {
    endpoint: `${method} ${path}`,
    key: `${contract.key.in}:${contract.key.name}`,
    id: idPlaceFlag(id),
    ...(dialect.keyFormat === undefined ? {} : { keyFormat: dialect.keyFormat }),
    body,
    list: `GET ${contract.effects.list?.path}`,
  };
}

/** Every requirement under its status, a line a status: the same text for the same outcome. */
export function statusesOf({ requirements }: Results): string {
  const all = [...new Set(requirements.map(({ status }) => status))].sort();
  return all
    .map(
      (status) =>
        `${status}: ${requirements
          .filter((one) => one.status === status)
          .map(({ id }) => id)
          .join(' ')}\n`,
    )
    .join('');
}

/**
 * What a run says against a correct server, or leaves open although the dialect can decide it: each with its reason.
 * What is noticed is no accusation: the contract is silent there.
 */
export function complaints({ name, undecided = {} }: Dialect, way: Way, results: Results): string[] {
  return results.requirements
    .filter(({ id, status }) => {
      if (status === 'inconclusive' || status === 'blocked') return undecided[way]?.[id] === undefined;
      return status === 'failed' || status === 'warned' || status === 'error';
    })
    .map(({ id, status, reason }) => `${name} by ${way}: ${id} is ${status}: ${reason}`);
}

function missed({ contract, flags }: Defect, way: Way, results: Results): string[] {
  const wanted: { id: string; as: Status }[] =
    way === 'contract'
      ? contract.map((id) => ({ id, as: 'failed' }))
      : 'failed' in flags
        ? flags.failed.map((id) => ({ id, as: 'failed' }))
        : flags.noticed.map((id) => ({ id, as: 'noticed' }));
  return wanted.flatMap(({ id, as }) => {
    const one = results.requirements.find((record) => record.id === id);
    const isFound = one?.status === as || (as === 'failed' && one?.status === 'warned');
    return isFound ? [] : [`${id} should be ${as}, and is ${one?.status}: ${one?.reason}`];
  });
}
