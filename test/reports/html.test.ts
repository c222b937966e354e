import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { largestPage, reportHtml } from '../../reports/html.js';
import type { CaseRecord, ExchangeRecord, Results } from '../../results/results.js';
import { exchange } from './exchange.js';
import { firstFinding, fixture, hostileEverywhere, names, nasty, withChanges } from './fixtures.js';

const failing = fixture('failing');
const storm = fixture('storm');
const everything = [
  ...names.map((name) => [name, fixture(name)] as const),
  ['hostile everywhere', hostileEverywhere()] as const,
];

const data = /<script type="application\/json" id="results">([\s\S]*?)<\/script>/;

/** The page without its data, script and style. */
function bare(page: string): string {
  return page.replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '');
}

function count(page: string, what: RegExp): number {
  return [...page.matchAll(what)].length;
}

/** The text a reader sees. */
function textOf(page: string): string {
  return page
    .replace(/<(script|style)[^>]*>[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');
}

describe.each(everything)('report.html, %s', (_, results) => {
  const page = reportHtml(results);

  test('is one file that loads nothing and runs only its own script', () => {
    expect(page).toMatch(/^<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/);
    expect(count(page, /<script/g)).toBe(2);
    expect(page).toMatch(data);
    expect(page).not.toMatch(/<(img|iframe|object|embed|base|form)\b/);
    expect(count(page, /<link\b/g)).toBe(count(page, /<link rel="icon" href="data:image\/svg\+xml,[^"<>]*"/g));
    expect(page).not.toMatch(/<[a-z][^<>]*\s(on\w+|style|src)=/);
    // Links lead within the page, or to where a promise is made.
    const outside = /(href|url)[=(]["']?(?!["']?(#|data:image\/svg|https?:[^"]*" rel="noreferrer"))/;
    expect(bare(page)).not.toMatch(outside);
  });

  test('has a policy that allows its own style and script, and nothing else', () => {
    const hash = (element: RegExp) =>
      createHash('sha256')
        .update(element.exec(page)?.[1] ?? '')
        .digest('base64');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
    expect(policy?.split('; ')).toEqual([
      `default-src 'none'`,
      `style-src 'sha256-${hash(/<style>([\s\S]*?)<\/style>/)}'`,
      `script-src 'sha256-${hash(/<script>([\s\S]*?)<\/script>/)}'`,
      'img-src data:',
      `base-uri 'none'`,
      `form-action 'none'`,
    ]);
    expect(page.indexOf('Content-Security-Policy')).toBeLessThan(page.indexOf('<style>'));
  });

  test('carries its data as JSON that cannot end its element', () => {
    const json = data.exec(page)?.[1] ?? '';
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(results)));
  });

  test('has landmarks, one h1, no heading level left out, no id twice, no dead link', () => {
    for (const landmark of ['main', 'nav', 'footer']) expect(count(page, new RegExp(`<${landmark}\\b`, 'g'))).toBe(1);
    const levels = [...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level));
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    for (const [index, level] of levels.entries()) expect(level - (levels[index - 1] ?? 0)).toBeLessThanOrEqual(1);
    const ids = [...bare(page).matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, id] of bare(page).matchAll(/(?:href="#|url\(#|aria-labelledby=")([^")]*)/g))
      expect(ids).toContain(id);
    expect(count(page, /<table/g)).toBe(count(page, /<caption/g));
  });

  test('is the same for the same results, and small', () => {
    expect(reportHtml(structuredClone(results))).toBe(page);
    expect(Buffer.byteLength(page)).toBeLessThan(450_000);
  });
});

/** Where each of the words stands, one after the other. */
function inOrder(text: string, words: string[]): void {
  let from = 0;
  for (const part of words) {
    const at = text.indexOf(part, from);
    expect(`${part}: ${at >= 0}`).toBe(`${part}: true`);
    from = at + part.length;
  }
}

test('the verdict comes first, from the data, and what was not checked before the findings', () => {
  const [failed] = failing.requirements.filter(({ status }) => status === 'failed');
  const [warned] = failing.requirements.filter(({ status }) => status === 'warned');
  inOrder(textOf(reportHtml({ ...failing, verdict: 'words that nobody reads' })), [
    'Does not conform',
    'MUSTs hold.',
    'not checked.',
    `Violated: ${failed?.id} .`,
    `Warnings: ${warned?.id} .`,
    'Not checked',
    'not chosen by --only',
    'Why this is a violation',
    'Requirements',
  ]);
  expect(reportHtml({ ...failing, verdict: 'words that nobody reads' }).split('id="main"')[0]).not.toContain('nobody');
});

test.each([
  ['stopped', 'Inconclusive', 'The run was stopped: the budget of 60 requests is spent.'],
  ['obstacle', 'Inconclusive', 'Nothing was judged: '],
] as const)('a run that ended early says why: %s', (name, heading, words) => {
  const results = fixture(name);
  const text = textOf(reportHtml(results));
  inOrder(text, [heading, words]);
});

test('a finding shows all that is needed', () => {
  const { requirement, finding } = firstFinding(storm);
  const results = withChanges(storm, {
    [requirement.id]: {
      sources: [
        { name: 'The draft', url: 'https://example.org/draft?a=1&b=2' },
        { name: 'Why', url: 'docs/judge.md' },
        { name: 'No', url: 'javascript:alert(1)' },
      ],
    },
  });
  const page = reportHtml(results);
  const text = textOf(page);
  inOrder(text, [
    `MUST ${requirement.id}`,
    finding.summary.replace(/\.$/, ''),
    requirement.statement.replace(/\.$/, ''),
    'Sources: The draft ; Why (docs/judge.md); No (javascript:alert(1))',
    'Why this is a violation',
    'Expected',
    'Observed',
    `Smallest case: ${finding.smallest.attempts} requests`,
    `Failed again in ${finding.confirmed.failed} of ${finding.confirmed.of} runs with fresh keys.`,
    `seed ${finding.seed}`,
    ...finding.smallest.steps,
    'Timeline, from sent to answered',
    'Equal, byte by byte',
    'They differ at /id',
    'Bearer ***',
    finding.commands.rerun,
    'curl --parallel --parallel-immediate',
    `The original case: ${finding.original.attempts} requests`,
  ]);
  expect(page).toContain('<a href="https://example.org/draft?a=1&amp;b=2" rel="noreferrer">The draft</a>');
  expect(text).not.toContain('$MASK');
});

test('each resource has a number wherever it is shown, at whatever pointer its id stands', () => {
  for (const results of [storm, fixture('wrapped')]) {
    const { finding } = firstFinding(results);
    const page = reportHtml(results);
    const ids = [...new Set(finding.smallest.exchanges.flatMap(({ resource }) => resource ?? []))];
    expect(ids).toHaveLength(2);
    for (const number of [1, 2]) expect(page).toMatch(new RegExp(`<span class="nth nth-${number}">${number}</span>`));
    expect(textOf(page)).toMatch(/created 201 1|created 200 1/);
  }
  const { finding } = firstFinding(storm);
  const [id] = finding.smallest.exchanges.flatMap(({ resource }) => resource ?? []);
  expect(reportHtml(storm)).toContain(
    `<span class="resource"><code>${id}</code><span class="nth nth-1">1</span></span>`,
  );
});

test('the wrong answer is the one that the finding names, and none where it names none', () => {
  const { requirement, finding } = firstFinding(storm);
  const naming = (illegal: string | null) =>
    withChanges(storm, { [requirement.id]: { findings: [{ ...finding, illegal }] } });
  const marks = (results: Results) => {
    const { requirements } = results;
    const one = { ...results, requirements: requirements.filter(({ id }) => id === requirement.id) };
    return [
      ...reportHtml(one).matchAll(/<details class="exchange" id="[^"]*-(\w+)"><summary>(?:(?!<\/summary>).)*✗ wrong/g),
    ];
  };
  expect(marks(naming('B')).map(([, name]) => name)).toEqual(['B']);
  expect(marks(naming(null))).toEqual([]);
});

test('what is not text is shown as bytes', () => {
  const { requirement, finding } = firstFinding(fixture('upload'));
  const [first, ...rest] = finding.smallest.exchanges;
  const png = {
    ...(first as ExchangeRecord).request,
    body: '',
    base64: Buffer.from('\u0089PNG\r\n', 'latin1').toString('base64'),
  };
  const smallest = { ...finding.smallest, exchanges: [{ ...(first as ExchangeRecord), request: png }, ...rest] };
  const results = withChanges(fixture('upload'), { [requirement.id]: { findings: [{ ...finding, smallest }] } });
  expect(textOf(reportHtml(results))).toContain('0000 89 50 4e 47 0d 0a ·PNG··');
});

test('webhooks, effects, a second target and steps stand where the case has them', () => {
  const { finding } = firstFinding(fixture('webhook'));
  const [delivery] = finding.smallest.deliveries;
  inOrder(textOf(reportHtml(fixture('webhook'))), ['Webhooks that came', `${delivery?.event}`, `${delivery?.type}`]);
  inOrder(textOf(reportHtml(fixture('effect'))), [
    'Resources that exist afterwards',
    'in the list, never named in an answer',
  ]);
  expect(textOf(reportHtml(fixture('targets')))).toContain('at target 2');
});

test('every requirement can be found, linked to and filtered', () => {
  const page = reportHtml(failing);
  for (const { id, status, level, chapter } of failing.requirements) {
    expect(page).toContain(`<tr id="${id}" data-status="${status}" data-level="${level}" data-chapter="${chapter}">`);
  }
});

test('what was measured is drawn, and said in numbers', () => {
  const results: Results = {
    ...fixture('passing'),
    latencies: [
      { outcome: 'created', count: 1204, p50: 1.2, p90: 2.4, p99: 7.8, longest: 21.5 },
      { outcome: 'replayed', count: 1980, p50: 0.6, p90: 1.1, p99: 4.2, longest: 18.3 },
    ],
    storms: [
      { width: 2, spreadMs: 0.02, together: 2 },
      { width: 10, spreadMs: 0.4, together: 9 },
      { width: 10, spreadMs: 1.7, together: 1 },
    ],
  };
  const page = reportHtml(results);
  const text = textOf(page);
  expect(text).toContain('Created 1,204 1.2 ms 7.8 ms 21.5 ms Replayed 1,980 0.6 ms 4.2 ms 18.3 ms');
  expect(text).toContain('2 1 1 20 µs 20 µs 10 2 1 0.4 ms 1.7 ms');
  expect(text).toContain('Storms 3 storms up to 10 wide released within 0.4 ms (median) 2 overlapped');
  expect(count(page, /<svg class="range o-(created|replayed|conflict|storm)"/g)).toBe(4);
});

test('a known failure is shown where it stands, and why it does not count', () => {
  const results = fixture('baseline');
  const known = results.baseline.find(({ state }) => state === 'known');
  const text = textOf(reportHtml(results));
  inOrder(text, [
    `Known failures: ${known?.id} .`,
    'In the baseline, but passing now',
    'Past their date in the baseline',
  ]);
  expect(text).toContain(`${known?.id} still violated, and not counted ${known?.reason} no date`);
  expect(text).toContain(`MUST ${known?.id} known failure`);
  const { requirement } = firstFinding(failing);
  expect(textOf(reportHtml({ ...failing, decides: [] }))).toContain(
    `${requirement.level} ${requirement.id} does not decide`,
  );
});

test('hostile text is shown as text', () => {
  const page = bare(reportHtml(hostileEverywhere()));
  expect(page).not.toMatch(/<img|<script|alert\(1\)<\/script/);
  expect(page).not.toMatch(/[^\P{Cc}\n\t]|[\u2028\u202e]|\p{Cs}/u);
  expect(page).toContain('&lt;/script>&lt;script>alert(1)&lt;/script>&lt;img src=x onerror=alert(2)>');
  expect(page).toContain('\\u0000\\u001b[31m\\u2028\\u202e\\ud800');
});

test('a page that would be too large is cut, and says so', () => {
  const many = Array.from({ length: 400 }, (_, index) =>
    exchange(`A${index}`, index, index + 2, {
      body: nasty.repeat(2000),
      answerBody: '<'.repeat(200_000),
      proof: index === 399,
    }),
  );
  const record: CaseRecord = {
    plan: { keys: [], steps: [] },
    steps: Array(5000).fill(nasty),
    attempts: 400,
    exchanges: many,
    effects: [],
    deliveries: [],
  };
  const { requirement, finding: like } = firstFinding(failing);
  const finding = { ...like, smallest: record, original: record, argument: Array(900).fill(nasty) };
  const requirements = Array.from({ length: 90 }, (_, index) => ({
    ...requirement,
    id: `MANY-${index + 1}`,
    chapter: 'MANY',
    findings: Array(12).fill(finding),
  }));
  const huge: Results = { ...failing, requirements, notes: Array(3000).fill(nasty.repeat(20)) };
  const page = reportHtml(huge);
  expect(Buffer.byteLength(page)).toBeLessThan(largestPage);
  expect(page).toMatch(/<li id="cuts">To keep this page small it leaves out: \d+ further findings, \d+ exchanges, /);
  expect(page).toMatch(/more requests? of this case not shown; results\.json has all\./);
  // The proof is the last to go.
  expect(page).toContain('id="finding-MANY-1-1-smallest-A399"');
});

test('a storm of fifty is complete', () => {
  const fifty = Array.from({ length: 50 }, (_, index) => exchange(`A${index}`, index / 100, 5 + index / 10));
  const { requirement, finding } = firstFinding(failing);
  const smallest: CaseRecord = {
    plan: { keys: [], steps: [] },
    steps: ['fifty at once'],
    attempts: 50,
    exchanges: fifty,
    effects: [],
    deliveries: [],
  };
  const page = reportHtml({
    ...failing,
    requirements: [{ ...requirement, findings: [{ ...finding, smallest }] }],
  });
  expect(count(page, /<a class="lane/g)).toBeGreaterThanOrEqual(50);
  expect(page).not.toContain('id="cuts"');
});

test('what was not checked leads to the row of its own operation', () => {
  const results = fixture('passing');
  const [own] = results.operations as [Results['operations'][number]];
  const [one] = results.requirements as [Results['requirements'][number]];
  const unseen = { ...one, operation: 'refund', status: 'inconclusive' as const, reason: 'Nothing was seen.' };
  const page = reportHtml({
    ...results,
    operations: [own, { ...own, name: 'refund' }],
    requirements: [...results.requirements, unseen],
  });
  const [section = ''] = /<section[^>]*id="not-checked"[\s\S]*?<\/section>/.exec(page) ?? [];
  expect(section).toContain('refund: Nothing was seen.');
  expect(section).toContain(`<a href="#${one.id}-refund">${one.id}</a>`);
  expect(page).toContain(`<tr id="${one.id}-refund"`);
});
