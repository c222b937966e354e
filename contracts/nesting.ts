/** What values from outside may not be: nested without end, since what reads them is recursive, or like texts of ours. */
import { TOKEN } from './tokens.js';

/** A token of ours would be filled in where a user's own text is meant. */
const OURS = new RegExp(TOKEN.source);

const TAKEN = 'holds a text between U+E000 and U+E001, as this tool writes its own; take these characters out';

/** Nesting of what users write: contracts, schemas, configuration. */
export const MOST_NESTED = 200;

/**
 * Why a value is not plain JSON of bounded depth, or `null`. Values may hold themselves, as YAML with aliases can.
 * @param anyName names and texts come from elsewhere, so that none is refused
 */
export function notPlain(value: unknown, most = MOST_NESTED, anyName = false): string | null {
  // The greatest depth at which a part was met: what holds itself is met deeper each time.
  const seen = new Map<object, number>();
  const open: { part: unknown; depth: number }[] = [{ part: value, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { part, depth } = next;
    if (typeof part === 'number' && !Number.isFinite(part)) return `holds ${part}, which JSON does not have`;
    if (part === undefined || typeof part === 'bigint') return 'holds a value that JSON does not have';
    if (!anyName && typeof part === 'string' && OURS.test(part)) return TAKEN;
    if (typeof part !== 'object' || part === null) continue;
    if (depth >= most) return `is nested deeper than ${most}, or holds itself`;
    if ((seen.get(part) ?? -1) >= depth) continue;
    seen.set(part, depth);
    if (!Array.isArray(part) && ![Object.prototype, null].includes(Object.getPrototypeOf(part)))
      return 'holds a value that JSON does not have';
    // As the name of a member it is a trap for whatever reads the value, and says nothing.
    if (!anyName && Object.hasOwn(part, '__proto__')) return 'has a member __proto__, which is not allowed';
    if (!anyName && Object.keys(part).some((name) => OURS.test(name))) return TAKEN;
    for (const inner of Object.values(part)) open.push({ part: inner, depth: depth + 1 });
  }
  return null;
}

/** Whether brackets of a JSON text stand deeper than `most` in each other. */
export function isNestedDeeper(text: string, most: number): boolean {
  if (text.length <= 2 * most) return false;
  let depth = 0;
  let inString = false;
  for (let n = 0; n < text.length; n += 1) {
    const code = text.charCodeAt(n);
    if (inString) {
      if (code === BACKSLASH) n += 1;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === OPEN_LIST || code === OPEN_OBJECT) {
      depth += 1;
      if (depth > most) return true;
    } else if (code === CLOSE_LIST || code === CLOSE_OBJECT) depth -= 1;
  }
  return false;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
