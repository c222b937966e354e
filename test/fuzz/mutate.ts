/** Inputs that come from outside: valid documents with a few things wrong in them, as values and as bytes. */
import fc from 'fast-check';
import { stringify } from 'yaml';
import type { Json, JsonObject } from '../../contracts/json.js';

/** How many inputs each reader is given: `npm run fuzz` gives 10,000. */
export function inputs(few: number): number {
  return Number(process.env.IDEM_FUZZ ?? few);
}

/** Other inputs each time; IDEM_FUZZ_SEED gives those of an earlier run. */
export const seed = Number(process.env.IDEM_FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** Stands in a value for JSON text that no value has. */
const RAW = '\uF8FF';

/** JSON text in the place of a member: deep, long, rounded or named like what every object has. */
const raw = fc.oneof(
  fc.integer({ min: 100, max: 60_000 }).map((depth) => `${'['.repeat(depth)}1${']'.repeat(depth)}`),
  fc.integer({ min: 100, max: 20_000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc.integer({ min: 16, max: 5_000 }).map((length) => '9'.repeat(length)),
  fc.constantFrom('1e400', '-1e400', '1e-400', '-0', '9007199254740993', '1E+99999999999', '0.1000000000000000055'),
  fc.constantFrom('{"__proto__":{"a":1}}', '{"constructor":1,"toString":null,"hasOwnProperty":2}', '{"a":1,"a":2}'),
);

const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(null, true, false, 0, -1, 1.5, 2 ** 53, 1e308, '', ' ', [], {}, [[]], [null]),
  fc.constantFrom(
    '__proto__',
    'constructor',
    'toString',
    'valueOf',
    '\ud800',
    '\u0000',
    '{unique}',
    '/a/b',
    'https://[',
    '%zz',
  ),
  fc.constantFrom(
    '\uE000pad:99999999\uE001',
    '\uE000key\uE001',
    '$&',
    '{[a-z]:0-99999999}',
    '(a+)+$',
    '[',
    '../..',
    '-1',
  ),
  fc.integer(),
  fc.double() as fc.Arbitrary<number>,
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.integer({ min: 1_000, max: 200_000 }).map((length) => 'a'.repeat(length)),
  fc.integer({ min: 100, max: 3_000 }).map((length) => Array<Json>(length).fill('a')),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  raw.map((text) => RAW + text),
);

const names = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', 'hasOwnProperty', 'length', '', '0', '-1', 'a/b~c', '\ud800'),
  fc.string(),
);

interface Edit {
  at: number;
  what: 'delete' | 'repeat' | 'retype' | 'nest' | 'add' | 'rename' | 'swap';
  value: Json;
  name: string;
}

const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.nat(),
  what: fc.constantFrom('delete', 'repeat', 'retype', 'retype', 'retype', 'nest', 'add', 'rename', 'swap'),
  value: odd,
  name: names,
});

type Place = { parent: JsonObject | Json[]; name: string };

function placesOf(value: Json): Place[] {
  const places: Place[] = [];
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    for (const name of Object.keys(next)) {
      places.push({ parent: next, name });
      open.push((next as JsonObject)[name] as Json);
    }
  }
  return places;
}

function set(parent: JsonObject | Json[], name: string, value: Json): void {
  Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
}

function edited(value: Json, { at, what, value: drawn, name }: Edit): void {
  const places = placesOf(value);
  const place = places[at % Math.max(1, places.length)];
  if (place === undefined) return;
  const { parent, name: own } = place;
  // The next edit may change it: what was drawn is shared, and put into itself it would have no end.
  const other = structuredClone(drawn);
  const inner = (parent as JsonObject)[own] as Json;
  const isList = Array.isArray(parent);
  if (what === 'retype') set(parent, own, other);
  else if (what === 'nest') set(parent, own, at % 2 === 0 ? [inner] : { [name]: inner });
  else if (what === 'delete') isList ? parent.splice(Number(own), 1) : delete parent[own];
  else if (what === 'swap') set(parent, own, structuredClone((places[(at * 7) % places.length] as Place).parent));
  else if (isList) parent.splice(Number(own), 0, what === 'repeat' ? structuredClone(inner) : other);
  else set(parent, name, what === 'add' ? other : structuredClone(inner));
}

/** A document with up to four things changed. */
export function changed(documents: readonly Json[]): fc.Arbitrary<Json> {
  return fc.tuple(fc.nat(), fc.array(edit, { maxLength: 4 })).map(([n, edits]) => {
    const value = structuredClone(documents[n % documents.length] as Json);
    for (const one of edits) edited(value, one);
    return value;
  });
}

/** The JSON of a changed document. */
export function spelled(value: Json): string {
  return JSON.stringify(value).replace(new RegExp(`"${RAW}((?:[^"\\\\]|\\\\.)*)"`, 'g'), (_, text: string) =>
    JSON.parse(`"${text}"`),
  );
}

interface Damage {
  at: number;
  what: 'cut' | 'insert' | 'flip' | 'twice';
  bytes: Uint8Array;
}

const damage: fc.Arbitrary<Damage> = fc.record({
  at: fc.nat(),
  what: fc.constantFrom('cut', 'insert', 'flip', 'twice'),
  bytes: fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 20 }),
    fc
      .constantFrom('\uFEFF', '\n', '*a', '&a ', '? ', '- ', ': ', '[', '{', '"', '%YAML 1.1\n---\n', '!!binary ', '\0')
      .map((text) => new Uint8Array(Buffer.from(text))),
  ),
});

function damaged(bytes: Buffer, { at, what, bytes: more }: Damage): Buffer {
  const place = at % (bytes.length + 1);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (what === 'cut') return before;
  if (what === 'insert') return Buffer.concat([before, more, after]);
  if (what === 'twice') return Buffer.concat([bytes, after]);
  return Buffer.concat([before, more, after.subarray(more.length)]);
}

const damages = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(damage, { maxLength: 3 }) },
);

/** Bytes of a changed document as JSON, some of them damaged. */
export function json(documents: readonly Json[], text = spelled): fc.Arbitrary<Buffer> {
  return fc.tuple(changed(documents), damages).map(([value, hurt]) => hurt.reduce(damaged, Buffer.from(text(value))));
}

/** As `json`, with each element on a line of its own. */
export function lines(elements: readonly Json[]): fc.Arbitrary<Buffer> {
  return json([[...elements]], (value) => (value as Json[]).map(spelled).join('\n'));
}

/** As `json`, or as YAML, with what only YAML has. */
export function yaml(documents: readonly Json[]): fc.Arbitrary<Buffer> {
  const bombs = fc.constantFrom(
    `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghijk'].map((c, n) => `${c}: &${c} [${Array(9).fill(`*${'abcdefghijk'[n]}`)}]`).join('\n')}\n`,
    'a: &a { b: *a }\n',
    '- &a [*a, *a]\n',
    `${'- '.repeat(30_000)}a`,
    '['.repeat(30_000),
    `${Array.from({ length: 3_000 }, (_, n) => `k${n}: 1`).join('\n')}\n`,
    '---\na: 1\n---\nb: 2\n',
    'a: .nan\nb: -.inf\n? [a, b]\n: c\n',
    '%YAML 1.1\n---\na: 2020-01-01\nb: !!set {x}\nc: !!binary aGk=\n<<: {d: 1}\n',
  );
  const text = fc.oneof(
    { weight: 4, arbitrary: changed(documents).map((value) => stringify(value)) },
    { weight: 4, arbitrary: changed(documents).map(spelled) },
    { weight: 1, arbitrary: bombs },
    { weight: 1, arbitrary: fc.tuple(changed(documents), bombs).map(([value, bomb]) => stringify(value) + bomb) },
  );
  return fc.tuple(text, damages).map(([one, hurt]) => hurt.reduce(damaged, Buffer.from(one)));
}
