/** Whatever stands in the strings of a results file, reports of it are text: nothing in them acts on a reader. */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { annotations } from '../../reports/annotations.js';
import { badge } from '../../reports/badge.js';
import { comparisonMarkdown } from '../../reports/compare-markdown.js';
import { curlScript } from '../../reports/curl.js';
import { reportHtml } from '../../reports/html.js';
import { resultsJson } from '../../reports/json.js';
import { junitXml } from '../../reports/junit.js';
import { summaryMarkdown } from '../../reports/markdown.js';
import { sarif } from '../../reports/sarif.js';
import { closingText } from '../../reports/terminal.js';
import { compare } from '../../results/compare.js';
import schema from '../../results/results.schema.json' with { type: 'json' };
import { firstFinding, fixture } from './fixtures.js';
import { rendered, tablesOf, tagsOf } from './gfm.js';
import { hostileResults, UNSEEN } from './hostile.js';
import { readXml } from './xml.js';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const validate = ajv.compile(schema);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are escape sequences
const PAINT = /\u001b\[\d{1,2}m/;

const HARMLESS = /^(h[1-6]|p|strong|em|code|pre|ul|ol|li|table|thead|tbody|t[rhd]|br|hr|!--)$/;

test('the results drawn here are valid', () => {
  fc.assert(
    fc.property(hostileResults, (results) => {
      validate(results);
      expect(validate.errors).toBeNull();
    }),
    { numRuns: 5 },
  );
});

describe('hostile strings everywhere', () => {
  const holds = (
    check: (markdown: string) => void,
    make: (results: Parameters<typeof badge>[0]) => string,
    numRuns = 10,
  ) =>
    fc.assert(
      fc.property(hostileResults, (results) => void check(make(results))),
      { numRuns, endOnFailure: true },
    );

  test('on the terminal', () => {
    holds(expectSeen, (results) => closingText(results, { color: false, width: 80 }));
    holds(
      (text) => expectSeen(text.split(PAINT).join('')),
      (results) => closingText(results, { color: true, width: 80 }),
    );
  });

  test('on GitHub', () => {
    holds((text) => {
      expectSeen(text);
      for (const line of text.trimEnd().split('\n')) expect(line).toMatch(/^::(error|warning|notice) title=[^:,]*::/);
    }, annotations);
  });

  test.each<[string, (results: Parameters<typeof badge>[0]) => string]>([
    ['the summary', summaryMarkdown],
    ['a comparison with it', (results) => markdownOf(fixture('passing'), results)],
    ['a comparison of it', (results) => markdownOf(results, fixture('passing'))],
  ])('in Markdown: %s', (_, make) => {
    holds((markdown) => {
      expectSeen(markdown);
      const html = rendered(markdown);
      expect([...tagsOf(html)].filter((tag) => !HARMLESS.test(tag))).toEqual([]);
      for (const rows of tablesOf(html)) expect(new Set(rows).size).toBe(1);
    }, make);
  });

  test('in HTML', () => {
    const tags = tagsOf(bare(reportHtml(fixture('hostile'))));
    holds(
      (page) => {
        expectSeen(bare(page));
        expect([...tagsOf(bare(page))].filter((tag) => !tags.has(tag))).toEqual([]);
        // One for the data, one that runs.
        expect(page.match(/<script/g)?.length).toBe(2);
        const names = bare(page).replace(/="[^"]*"/g, '');
        expect(/<[a-z][^<>]*\s(on\w+|style|srcdoc|src)\b/.exec(names)?.[0]).toBeUndefined();
        expect(/ href="(?!#|https?:|data:image)[^"]*/i.exec(bare(page))?.[0]).toBeUndefined();
      },
      reportHtml,
      8,
    );
  });

  test('in files for programs', () => {
    holds((xml) => expect(readXml(xml).children.length).toBeGreaterThan(0), junitXml);
    for (const make of [sarif, badge, resultsJson])
      holds((json) => {
        expectSeen(json);
        JSON.parse(json);
      }, make);
    fc.assert(
      fc.property(
        hostileResults,
        (results) => JSON.stringify(JSON.parse(resultsJson(results))) === JSON.stringify(results),
      ),
      { numRuns: 5 },
    );
  });

  test('in a curl script, which runs no other command', () => {
    const folder = mkdtempSync(join(tmpdir(), 'idem-hostile-'));
    try {
      // It sends nothing.
      writeFileSync(join(folder, 'curl'), '#!/bin/sh\nexit 0\n');
      chmodSync(join(folder, 'curl'), 0o755);
      const property = fc.property(hostileResults, (results) => {
        const { finding } = firstFinding(results);
        const exchanges = finding.smallest.exchanges.map((one, n) => ({
          ...one,
          request: {
            ...one.request,
            headers: [...one.request.headers, [one.name, `‹header 3f9${n}›`] as [string, string]],
          },
        }));
        const script = curlScript({ ...finding.smallest, exchanges }, { id: results.contract.id });
        const set = Object.fromEntries(exchanges.map((_, n) => [`IDEM_HEADER_3F9${n}`, 'x']));
        const env = { PATH: `${folder}:${process.env.PATH}`, IDEM_API_KEY: 'x', IDEM_API_KEY_2: 'x', ...set };
        spawnSync('sh', { input: script, cwd: folder, env, timeout: 20_000 });
        expect(existsSync(join(folder, 'pwned')), script).toBe(false);
      });
      fc.assert(property, { numRuns: 15 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

function markdownOf(older: Parameters<typeof badge>[0], newer: Parameters<typeof badge>[0]): string {
  return comparisonMarkdown(older, newer, compare(older, newer, { strict: true }));
}

/** A short message says what is there. */
function expectSeen(text: string): void {
  const at = UNSEEN.exec(text)?.index;
  expect(at === undefined ? null : JSON.stringify(text.slice(at - 40, at + 40))).toBeNull();
}

/** The page without its data, script and style. */
function bare(page: string): string {
  return page.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');
}
