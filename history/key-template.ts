/**
 * Key templates: texts in which placeholders stand for what only one execution of one plan has. Every placeholder of a
 * key is made from one digest, so that templates of one slot give keys that differ exactly where the templates do.
 */

/** What each placeholder becomes, from 64 hex digits. */
const PLACEHOLDERS: Record<string, (hex: string) => string> = {
  unique: (hex) => hex.slice(0, 24),
  uuid: (hex) => {
    const variant = `a${hex.slice(17, 20)}`;
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, variant, hex.slice(20, 32)].join('-');
  },
  sha256: (hex) => hex,
  // Fifteen digits, so that a double holds the number exactly.
  digits: (hex) => String(numberIn(hex)),
  'digits-in-hex': (hex) => numberIn(hex).toString(16),
};

/** A placeholder, whole or the characters from one place to before another: `{uuid}`, `{uuid:3}`, `{uuid:0-14}`. */
const PLACEHOLDER = /\{(unique|uuid|sha256|digits|digits-in-hex)(?::(\d+)(?:-(\d+))?)?\}/g;

/** The key of a template. */
export function fillKey(template: string, hex: string): string {
  return template.replace(PLACEHOLDER, (_, name: string, from?: string, to?: string) => {
    const text = (PLACEHOLDERS[name] as (hex: string) => string)(hex);
    if (from === undefined) return text;
    return text.slice(Number(from), to === undefined ? Number(from) + 1 : Number(to));
  });
}

/** What stands at each place of a template's key: a character, or the placeholder of one character. */
export function cellsOf(template: string): string[] {
  const cells: string[] = [];
  let done = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [all, name = '', from, to] = match;
    cells.push(...template.slice(done, match.index));
    done = match.index + all.length;
    const begin = Number(from ?? 0);
    const end = to !== undefined ? Number(to) : from !== undefined ? begin + 1 : lengthOf(name);
    for (let at = begin; at < end; at += 1) cells.push(`{${name}:${at}}`);
  }
  return [...cells, ...template.slice(done)];
}

/** The template of such cells, neighbours of one placeholder joined. */
export function templateOfCells(cells: readonly string[]): string {
  const parts: { name: string; from: number; to: number }[] = [];
  const texts = cells.map((cell) => {
    const [, name, at] = /^\{([a-z0-9-]+):(\d+)\}$/.exec(cell) ?? [];
    const last = parts.at(-1);
    if (name === undefined) {
      parts.push({ name: '', from: 0, to: 0 });
      return cell;
    }
    if (last !== undefined && last.name === name && last.to === Number(at)) {
      last.to += 1;
      return null;
    }
    const part = { name, from: Number(at), to: Number(at) + 1 };
    parts.push(part);
    return part;
  });
  return texts
    .filter((one) => one !== null)
    .map((one) => {
      if (typeof one === 'string') return one;
      const { name, from, to } = one;
      return from === 0 && to === lengthOf(name) ? `{${name}}` : `{${name}:${from}-${to}}`;
    })
    .join('');
}

function lengthOf(name: string): number {
  return (PLACEHOLDERS[name] as (hex: string) => string)('a0'.repeat(32)).length;
}

function numberIn(hex: string): bigint {
  return (BigInt(`0x${hex}`) % 900_000_000_000_000n) + 100_000_000_000_000n;
}
