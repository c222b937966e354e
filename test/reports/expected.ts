/** Whole reports of fixtures, kept as files; `npm run fixtures` writes them. */
import { join } from 'node:path';
import { annotations } from '../../reports/annotations.js';
import { junitXml } from '../../reports/junit.js';
import { summaryMarkdown } from '../../reports/markdown.js';
import { sarif } from '../../reports/sarif.js';
import { closingText } from '../../reports/terminal.js';
import type { Results } from '../../results/results.js';
import { type FixtureName, fixture } from './fixtures.js';

const reports: Record<string, (results: Results) => string> = {
  'closing.txt': (results) => closingText(results, { color: false, width: 80 }),
  'summary.txt': (results) => summaryMarkdown(results),
  'junit.xml': junitXml,
  'report.sarif': (results) => sarif(results),
  'annotations.txt': annotations,
};

const kept: Partial<Record<FixtureName, string[]>> = {
  failing: ['closing.txt', 'summary.txt', 'annotations.txt'],
  baseline: ['closing.txt', 'summary.txt', 'junit.xml', 'report.sarif', 'annotations.txt'],
  storm: ['closing.txt', 'junit.xml'],
  stopped: ['closing.txt', 'junit.xml', 'report.sarif'],
  merged: ['closing.txt', 'summary.txt'],
};

export const expectedReports: { path: string; make(): string }[] = Object.entries(kept).flatMap(([name, formats]) =>
  formats.map((format) => ({
    path: join(import.meta.dirname, 'expected', `${name}.${format}`),
    make: () => (reports[format] as (results: Results) => string)(fixture(name as FixtureName)),
  })),
);
