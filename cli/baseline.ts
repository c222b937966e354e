/** The baseline file: known failures, with a reason each and the day until which they hold. */
import { existsSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { isObject, type Json } from '../contracts/json.js';
import { visibleLine } from '../reports/visible.js';
import type { BaselineEntry } from '../results/baseline.js';
import type { Results } from '../results/results.js';
import { UsageError } from '../run/options/usage.js';
import { requirements } from '../suites/index.js';
import { readYamlOf } from './yaml-file.js';

const HEAD = `# Known failures: a run with --baseline does not fail because of them.
# Say why, and until when (the last day, YYYY-MM-DD). An entry that is violated no more, or past its day, fails the run.
`;

/** Throws `UsageError`. A file that is to be updated need not exist yet. */
export function readBaseline(file: string, update: boolean): BaselineEntry[] {
  if (!existsSync(file)) {
    if (update) return [];
    throw new UsageError(`--baseline ${file}: there is no such file. --update-baseline writes one.`);
  }
  const list = readYamlOf(file, `--baseline ${file}`) ?? [];
  if (!Array.isArray(list)) throw new UsageError(`--baseline ${file} must be a list of entries with id and reason.`);
  const known = new Set(requirements.map(({ id }) => id));
  const seen = new Set<string>();
  return list.map((entry, index) => {
    const stop = (text: string) => new UsageError(`--baseline ${file}, entry ${index + 1}: ${text}`);
    if (!isObject(entry)) throw stop('must have the members id and reason.');
    const { operation, id, reason, until = null, ...rest } = entry;
    if (typeof id !== 'string' || !known.has(id)) {
      throw stop(`${short(id)} is not a requirement. idem-conformance --list shows them all.`);
    }
    if (operation !== undefined && (typeof operation !== 'string' || operation === ''))
      throw stop(`operation must be the name of one, not ${short(operation)}.`);
    const place = JSON.stringify([operation, id]);
    if (seen.has(place)) throw stop(`${id} stands there twice.`);
    seen.add(place);
    if (typeof reason !== 'string' || reason.trim() === '') throw stop(`${id} needs a reason.`);
    if (until !== null && (typeof until !== 'string' || !isDay(until))) {
      throw stop(`until must be a day such as 2027-01-31, not ${short(until)}.`);
    }
    const [stray] = Object.keys(rest);
    if (stray !== undefined)
      throw stop(`there is no member ${short(stray)}: give id, reason and until, and operation if need be.`);
    return { ...(operation === undefined ? {} : { operation }), id, reason, until };
  });
}

/** A value as a message shows it, in a few words. */
function short(value: Json | undefined): string {
  const words = typeof value === 'string' ? `'${value}'` : String(JSON.stringify(value));
  return visibleLine(words.length <= 80 ? words : `${words.slice(0, 80)}…`);
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(text).toJSON()?.startsWith(text) === true;
}

/** Writes what is violated now: known entries as they are, new ones to be explained. Gives their number. */
export function writeBaseline(file: string, earlier: BaselineEntry[], results: Results): number {
  const counted = results.requirements.filter(
    ({ id, status }) =>
      results.decides.includes(id) && (status === 'failed' || (results.strict && status === 'warned')),
  );
  const several = results.operations.length > 1;
  const now = counted.map(
    ({ operation, id, reason }): BaselineEntry =>
      earlier.find((one) => one.id === id && one.operation === operation) ??
      earlier.find((one) => one.id === id && one.operation === undefined) ?? {
        ...(several ? { operation } : {}),
        id,
        reason: `To be explained: ${reason}`,
        until: null,
      },
  );
  // What this run did not decide stays.
  const open = earlier.filter(({ operation, id }) =>
    results.baseline.some((one) => one.id === id && one.operation === operation && one.state === 'open'),
  );
  // One of all operations may be there for several.
  const entries = [...new Set([...now, ...open])];
  const plain = entries.map(({ until, ...entry }) => ({ ...entry, ...(until === null ? {} : { until }) }));
  writeFileSync(file, HEAD + (plain.length === 0 ? '[]\n' : stringify(plain)));
  return entries.length;
}
