/** README.md and docs/: their links and the paths that they name lead somewhere. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../contracts/load.js';
import { membersPage } from '../scripts/members-page.js';
import { membersOf, schema } from './run/members.js';

const root = dirname(import.meta.dirname);
const docs = join(root, 'docs');
const pages = [
  join(root, 'README.md'),
  ...readdirSync(docs)
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(docs, name)),
];

const rooms = readdirSync(root, { withFileTypes: true })
  .filter((one) => one.isDirectory() && !['node_modules', 'dist', 'idem-report'].includes(one.name))
  .map(({ name }) => name);

/** Without blocks of code, whose brackets are not links. */
function proseOf(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/^```[\s\S]*?^```$/gm, '');
}

/** What GitHub makes of headings, and the anchors that a page sets itself. */
function anchorsOf(file: string): Set<string> {
  const prose = proseOf(file);
  const headings = [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set([...headings, ...[...prose.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)]);
}

function isBroken(link: string, page: string): boolean {
  const [path = '', anchor] = link.split('#');
  const file = path === '' ? page : join(dirname(page), path);
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsOf(file).has(anchor);
}

test('every contract on the page of contracts loads', () => {
  const folder = mkdtempSync(join(tmpdir(), 'idem-docs-'));
  const page = readFileSync(join(docs, 'contracts.md'), 'utf8');
  const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)];
  for (const [, name = '', text = ''] of page.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm))
    writeFileSync(join(folder, name), text);
  const names = blocks.map(([, text = ''], n) => {
    const file = join(folder, `contract-${n}.yaml`);
    writeFileSync(file, text);
    return loadContract(file).contract.name;
  });
  rmSync(folder, { recursive: true });
  expect(names.length).toBeGreaterThan(3);
});

test('the page of members has every member of the schema, and every description', () => {
  const page = readFileSync(join(docs, 'contract-members.md'), 'utf8');
  expect(page).toBe(membersPage());
  const named = [...page.matchAll(/^## (.*)$|^\| `([^`]+)` /gm)].map(([, top, inner = '']) => top ?? inner);
  const shown = new Set(named.map((name) => name.replaceAll('[]', '')));
  expect(membersOf(schema).filter((member) => !shown.has(member))).toEqual([]);
  expect(descriptionsIn(schema).filter((words) => !page.includes(words.replaceAll('|', '\\|')))).toEqual([]);
});

function descriptionsIn(value: unknown, depth = 0): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    // What describes the whole is no member's.
    name === 'description' && typeof one === 'string' && depth > 0 ? [one] : descriptionsIn(one, depth + 1),
  );
}

describe.each(pages.map((page) => [relative(root, page), page]))('%s', (_, page) => {
  test('its relative links and anchors resolve', () => {
    const links = [...proseOf(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
    expect(links.filter((link) => !/^https?:/.test(link) && isBroken(link, page))).toEqual([]);
  });

  test('the files and folders of the repository that it names exist', () => {
    const named = [...proseOf(page).matchAll(/`([\w./-]+)`/g)].map(([, name = '']) => name);
    const paths = named.filter((name) => rooms.includes(name.split('/')[0] ?? '') && name.includes('/'));
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });
});
