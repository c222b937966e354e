/** LOST-4: a key that never gets a final answer. */
import type { Finding } from './finding.js';

/** About a history of one exchange, the one that was asked last. `finalWithin` is in seconds. */
export function stuckKey(finalWithin: number): Finding {
  return { id: 'LOST-4', rule: 'key-stuck', data: { answered: 0, finalWithin }, proof: [0] };
}
