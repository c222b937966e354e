/** The command that looks for a finding again. */
import type { Settings } from '../options.js';
import { valueAt } from './check.js';
import { entries } from './table.js';

/**
 * A line for a shell, with every option that changes what is sent or how it is judged. Values of headers that are likely
 * secret are replaced by `YOUR-VALUE`; API keys stay in the environment.
 */
export function rerunCommand(settings: Settings, { ids, seed }: { ids: string[]; seed: number }): string {
  const carried = entries.flatMap((entry) => {
    const value = valueAt(settings.given, entry);
    return entry.row.rerun === true && value !== undefined ? entry.row.toWords(value) : [];
  });
  const chosen = ['--only', [...new Set(ids)].join(','), '--profile', settings.profile, '--seed', String(seed)];
  return ['npx', 'idem-conformance', ...carried, ...settings.front.rerun, ...chosen].map(quoted).join(' ');
}

/** A word as a POSIX shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
