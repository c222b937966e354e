/** What stands under a name that somebody wrote. */
import { type Stats, statSync } from 'node:fs';

/** `undefined` where nothing can stand there: a name may also be too long, or hold what no name may hold. */
export function statOf(name: string): Stats | undefined {
  try {
    return statSync(name);
  } catch {
    return undefined;
  }
}
