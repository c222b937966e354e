/** Where requirements come from: every source can be followed. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { contractNames, loadContract } from '../../contracts/load.js';
import { requirementsPage } from '../../scripts/requirements-page.js';
import { chapters, requirements } from '../../suites/index.js';
import type { Source } from '../../suites/requirement.js';

/** What a contract may say of its sources. */
interface Sourced {
  name: string;
  sources?: Record<string, Source[]>;
}

const root = new URL('../../', import.meta.url);

/** Ids that links to a Markdown file can lead to: of its headings, and those that are set. */
function anchorsOf(file: string): Set<string> {
  const text = readFileSync(new URL(file, root), 'utf8');
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  const set = [...text.matchAll(/<a id="([^"]+)"><\/a>/g)].map(([, id = '']) => id);
  return new Set([...headings, ...set]);
}

/** Whether it is an absolute URL, or leads to a place in a file of docs/. */
function leadsSomewhere(url: string): boolean {
  if (url.startsWith('https://')) return URL.canParse(url);
  const [file = '', anchor = ''] = url.split('#');
  return /^docs\/[\w-]+\.md$/.test(file) && existsSync(new URL(file, root)) && anchorsOf(file).has(anchor);
}

test('each requirement has a source, and each source leads somewhere', () => {
  expect(requirements.filter(({ sources }) => sources.length === 0).map(({ id }) => id)).toEqual([]);
  const broken = requirements.flatMap(({ id, sources }) =>
    sources.filter(({ name, url }) => name === '' || !leadsSomewhere(url)).map(({ url }) => `${id}: ${url}`),
  );
  expect(broken).toEqual([]);
});

test('links within docs lead somewhere', () => {
  const links = ['bug-classes.md', 'judge.md', 'design.md', 'requirements.md'].flatMap((file) => {
    const text = readFileSync(new URL(`docs/${file}`, root), 'utf8');
    return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, url = '']) => ({ file, url }));
  });
  const broken = links.filter(({ file, url }) => {
    if (url.startsWith('#')) return !anchorsOf(`docs/${file}`).has(url.slice(1));
    if (url.startsWith('https://') || url.includes('#')) return !leadsSomewhere(url.replace(/^(?!https:)/, 'docs/'));
    return !existsSync(new URL(`docs/${url}`, root));
  });
  expect(broken).toEqual([]);
});

describe.each(contractNames())('the sources of the contract %s', (name) => {
  const { sources = {} }: Sourced = loadContract(name).contract;

  test('are of requirements or chapters, with absolute URLs', () => {
    const known = [...requirements.map(({ id }) => id), ...chapters.map((chapter) => chapter.name)];
    expect(known).toEqual(expect.arrayContaining(Object.keys(sources)));
    const urls = Object.values(sources).flatMap((list) => list.map(({ url }) => url));
    expect(urls.filter((url) => !url.startsWith('https://') || !URL.canParse(url))).toEqual([]);
  });
});

test('docs/requirements.md is what `npm run generate` writes', () => {
  expect(readFileSync(new URL('docs/requirements.md', root), 'utf8')).toBe(requirementsPage());
});
