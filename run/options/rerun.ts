/** What the rerun commands of a run's findings have in common. */
import { shellWords } from '../../results/rerun.js';
import type { Settings } from '../options.js';
import { valueAt } from './check.js';
import { entries } from './table.js';

/**
 * The beginning of a line for a shell, with every option that changes what is sent or how it is judged. Values of
 * headers that are likely secret are replaced by `YOUR-VALUE`, a restart command by `YOUR-COMMAND`; API keys stay in the
 * environment.
 */
export function carriedCommand(settings: Settings): string {
  const carried = entries.flatMap((entry) => {
    const value = valueAt(settings.given, entry);
    return entry.row.rerun === true && value !== undefined ? entry.row.toWords(value) : [];
  });
  return shellWords(['npx', 'idem-conformance', ...carried, ...settings.front.rerun]);
}
