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

/**
 * A placeholder, whole or the characters from one place to before another: `{uuid}`, `{uuid:3}`, `{uuid:0-14}`. A set of
 * characters stands for one of them at each place: `{[a-z0-9]:0-10}`; with `+1` for the next one of the set, which differs.
 */
const PLACEHOLDER = /\{(unique|uuid|sha256|digits|digits-in-hex|\[[^\][{}:]+\](?:\+\d)?)(?::(\d+)(?:-(\d+))?)?\}/g;

/** Places of a set's characters that differ by themselves: a byte of the digest each. */
const PLACES = 32;

/** The key of a template. */
export function fillKey(template: string, hex: string): string {
  return template.replace(PLACEHOLDER, (_, name: string, from?: string, to?: string) => {
    const begin = Number(from ?? 0);
    const end = to !== undefined ? Number(to) : from !== undefined ? begin + 1 : lengthOf(name);
    if (!name.startsWith('[')) return placed(name, hex).slice(begin, end);
    return Array.from({ length: end - begin }, (_, n) => charOf(name, begin + n, hex)).join('');
  });
}

/** At most so many characters has the key of a template; it is not made for that. */
export function filledLength(template: string): number {
  return [...template.matchAll(PLACEHOLDER)].reduce((sum, [, name = '', from, to]) => {
    const begin = Number(from ?? 0);
    const length = to !== undefined ? Number(to) - begin : from !== undefined ? 1 : lengthOf(name);
    return sum + (name.startsWith('[') ? Math.max(0, length) : 64);
  }, template.length);
}

/** The cell of one character of a set, at a place of its key: `step` characters further in the set than with 0. */
export function setCell(characters: string, at: number, step = 0): string {
  return `{${nameOfSet(characters)}${step === 0 ? '' : `+${step}`}:${at}}`;
}

/** The characters of a cell's set, and its place; `null` where the cell is of another kind. */
export function setOf(cell: string): { characters: string; at: number } | null {
  const [, name, at] = /^\{(\[[^\][{}:]+\])(?:\+\d)?:(\d+)\}$/.exec(cell) ?? [];
  return name === undefined ? null : { characters: charactersOf(name).join(''), at: Number(at) };
}

function placed(name: string, hex: string): string {
  return (PLACEHOLDERS[name] as (hex: string) => string)(hex);
}

function charOf(name: string, at: number, hex: string): string {
  const [, set = '', step = '0'] = /^(\[.*\])(?:\+(\d))?$/.exec(name) ?? [];
  const characters = charactersOf(set);
  const byte = Number.parseInt(hex.slice(2 * (at % PLACES), 2 * (at % PLACES) + 2), 16);
  return characters[(byte + Math.floor(at / PLACES) + Number(step)) % characters.length] as string;
}

/** `[0-9a-f]`: neighbours as a range, and what is neither letter nor digit as in a URL. */
function nameOfSet(characters: string): string {
  const sorted = [...new Set(characters)].sort();
  const ranges: [first: string, last: string][] = [];
  for (const one of sorted) {
    const last = ranges.at(-1);
    const follows = last?.[1].codePointAt(0) === (one.codePointAt(0) as number) - 1;
    if (last !== undefined && follows && /^[0-9A-Za-z]$/.test(last[1]) && /^[0-9A-Za-z]$/.test(one)) last[1] = one;
    else ranges.push([one, one]);
  }
  const written = ranges.map(([first, last]) => {
    if (first === last) return escaped(first);
    const isPair = last.charCodeAt(0) === first.charCodeAt(0) + 1;
    return isPair ? first + last : `${first}-${last}`;
  });
  return `[${written.join('')}]`;
}

const escaped = (one: string) =>
  /^[0-9A-Za-z]$/.test(one)
    ? one
    : [...Buffer.from(one)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const sets = new Map<string, string[]>();

function charactersOf(name: string): string[] {
  const known = sets.get(name);
  if (known !== undefined) return known;
  const spread = name.slice(1, -1).replace(/([0-9A-Za-z])-([0-9A-Za-z])/g, (_, first: string, last: string) => {
    const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
    return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, n) => from + n));
  });
  const characters = [...decodeURIComponent(spread)];
  sets.set(name, characters);
  return characters;
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
    const [, name, at] = /^\{([a-z0-9-]+|\[[^\][{}:]+\](?:\+\d)?):(\d+)\}$/.exec(cell) ?? [];
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
  return name.startsWith('[') ? 1 : placed(name, 'a0'.repeat(32)).length;
}

function numberIn(hex: string): bigint {
  return (BigInt(`0x${hex}`) % 900_000_000_000_000n) + 100_000_000_000_000n;
}
