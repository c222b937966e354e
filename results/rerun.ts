/** The command that looks for a finding again. */
import type { Results } from './results.js';

/** What a finding's command says besides what every command of its run says. */
export interface Chosen extends Pick<Results, 'profile' | 'seed' | 'shard'> {
  ids: string[];
}

/** @param carried words of a shell that the commands of all findings begin with */
export function rerunOf(carried: string, { ids, profile, seed, shard }: Chosen): string {
  const part = shard === null ? [] : ['--shard', `${shard.index}/${shard.of}`];
  const chosen = ['--only', [...new Set(ids)].join(','), '--profile', profile, '--seed', String(seed)];
  return [carried, shellWords([...part, ...chosen])].join(' ');
}

/** Words as a POSIX shell reads them. */
export function shellWords(words: string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
