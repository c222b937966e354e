/**
 * No contract that is shown or ships says anything for nothing: without any one of its members it is refused, or it is
 * another contract. What each member of the language changes, in requests or verdicts, is held in members.test.ts.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../contracts/json.js';
import { ContractError, loadOperations } from '../../contracts/load.js';

/** Members that change words alone, and which. */
const WORDS: Record<string, string> = {
  $schema: 'the address that editors take the schema from',
  name: 'what reports call the contract, or the operation',
  version: 'the version of the API in reports',
  title: 'the heading of reports',
  resource: 'the noun of reports',
  sources: 'links in reports',
};

/** Data of the API: what is inside is no member of the language. */
const DATA = ['example', 'requestSchema', 'resourceSchema', 'schema', 'bodies', 'body', ...Object.keys(WORDS)];

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'idem-dropped-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const page = readFileSync(join(root, 'docs', 'contracts.md'), 'utf8');
/** Modules that its contracts name. */
for (const [, name = '', text = ''] of page.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm))
  writeFileSync(join(folder, name), text);
const shown = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text = ''], n) => ({
  title: `docs/contracts.md, example ${n + 1}`,
  text,
  from: folder,
}));
const files = [
  ...readdirSync(join(root, 'examples', 'contracts'))
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => join('examples', 'contracts', name)),
  ...['ietf', 'moda'].map((name) => join('contracts', name, 'contract.yaml')),
].map((title) => {
  const file = join(root, title);
  return { title, text: readFileSync(file, 'utf8'), from: dirname(file) };
});

type Path = (string | number)[];

/** Every member, from the outside in. */
function membersIn(value: Json, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((one, n) => membersIn(one, [...path, n]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [
    [...path, name],
    ...(DATA.includes(name) ? [] : membersIn(inner, [...path, name])),
  ]);
}

function without(value: Json, [name, ...rest]: Path): Json {
  if (Array.isArray(value)) return value.map((one, n) => (n === name ? without(one, rest) : one));
  const { [name as string]: inner, ...others } = value as JsonObject;
  return rest.length === 0 ? others : { ...others, [name as string]: without(inner as Json, rest) };
}

/** Names of files beside the contract hold from anywhere. */
function absolute(value: Json, from: string): Json {
  if (Array.isArray(value)) return value.map((one) => absolute(one, from));
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, absolute(one, from)]));
  return typeof value === 'string' && /^[^:]*\.(json|mjs)$/.test(value) ? join(from, value) : value;
}

/** All that a contract says once it is loaded, without words, or why it is none. */
function meant(value: Json): string {
  const file = join(folder, 'contract.yaml');
  writeFileSync(file, stringify(value));
  try {
    const all = loadOperations(file).map(({ contract, schemas }) => [
      Object.entries(contract).filter(([name]) => !(name in WORDS)),
      schemas,
    ]);
    return JSON.stringify(all);
  } catch (error) {
    if (error instanceof ContractError) return error.message;
    throw error;
  }
}

test.each([...shown, ...files])('$title', ({ text, from }) => {
  const value = absolute(parse(text) as Json, from);
  const whole = meant(value);
  expect(whole).toMatch(/^\[/);
  const members = membersIn(value).filter((path) => !(String(path.at(-1)) in WORDS));
  expect(members.length).toBeGreaterThan(2);
  const idle = members.filter((path) => meant(without(value, path)) === whole);
  expect(idle.map((path) => path.join('.'))).toEqual([]);
});
