/** What a contract can say, by its own schema: what it cannot, a document is refused for, by name. */
import type { JsonObject } from '../json.js';
import { withDefaults } from '../resolve.js';

/** Whether these members, with the rest of a usual contract, are a contract. */
export function accepts({ create = {}, ...members }: JsonObject): boolean {
  return 'contract' in withDefaults({ ...members, create: { path: '/', ...(create as JsonObject) } });
}
