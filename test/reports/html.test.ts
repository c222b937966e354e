import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { largestPage, reportHtml } from '../../reports/html.js';
import type { CaseRecord, FindingRecord, RequirementRecord, Results } from '../../results/results.js';
import { exchange, failing, hostile, nasty, passing, undecided } from './samples.js';

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

describe.each(Object.entries({ passing, failing, undecided, hostile }))('report.html, %s', (_, results) => {
  const page = reportHtml(results);

  test('is one file that loads nothing and runs only its own script', () => {
    expect(page).toMatch(/^<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"/);
    expect(count(page, /<script/g)).toBe(2);
    expect(page).toMatch(data);
    expect(page).not.toMatch(/<(img|iframe|object|embed|base|form)\b/);
    expect(count(page, /<link\b/g)).toBe(count(page, /<link rel="icon" href="data:image\/svg\+xml,[^"<>]*"/g));
    expect(page).not.toMatch(/<[a-z][^<>]*\s(on\w+|style|src)=/);
    expect(bare(page)).not.toMatch(/(href|url)[=(]["']?(?!["']?(#|data:image\/svg))/);
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
    expect(Buffer.byteLength(page)).toBeLessThan(300_000);
  });
});

test('the verdict comes first, in words, and what was not checked before the findings', () => {
  const text = textOf(reportHtml(failing));
  const order = [
    'Violates 2 of 8 MUSTs (REPLAY-1, STORM-1)',
    '2 not checked: SCOPE , set IDEM_API_KEY_2',
    'Not checked',
    'no second credential',
    'Why this is a violation',
  ];
  const places = order.map((words) => text.indexOf(words));
  expect(places.every((place) => place >= 0)).toBe(true);
  expect(text.lastIndexOf('Requirements')).toBeGreaterThan(places[4] ?? 0);
});

test('a finding tells all that is needed', () => {
  const text = textOf(reportHtml(failing));
  for (const words of [
    'A was answered task_A 1 , B was answered task_B 2 .',
    'Expected one id in all successes under this key',
    'Observed task_A 1 and task_B 2',
    'Failed again in 10 of 10 runs with fresh keys.',
    'Failed again in 7 of 10 runs with fresh keys. Found by the plan for REPLAY-4 in round 3, seed 1234567, path 2 .',
    'Not run again.',
    'npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-1 --seed 1234567 --path 2',
    'The original case: 5 requests',
    'curl --parallel --parallel-immediate',
    'Bearer ***',
    'x-request-id: req_A',
    'named in the answer to B',
    'D : sent at 0.4 ms, never answered: unknown',
    'dashed lines mark pauses that were longer: 240 ms',
    'Equal, byte by byte (99 bytes).',
    'They differ at /id .',
  ]) {
    expect(text).toContain(words);
  }
  expect(text).not.toContain('$MASK');
});

test('every requirement can be found, linked to and filtered', () => {
  const page = reportHtml(failing);
  for (const { id, status, level, chapter } of failing.requirements) {
    expect(page).toContain(`<tr id="${id}" data-status="${status}" data-level="${level}" data-chapter="${chapter}">`);
  }
});

test('what was measured is drawn, and said in numbers', () => {
  const page = reportHtml(passing);
  const text = textOf(page);
  expect(text).toContain('Created 1,204 1.2 ms 7.8 ms 21.5 ms Replayed 1,980 0.6 ms 4.2 ms 18.3 ms');
  expect(text).toContain('2 1 1 20 µs 20 µs 10 2 2 0.4 ms 1.7 ms');
  expect(count(page, /<svg class="range o-(created|replayed|conflict|storm)"/g)).toBe(5);
});

test('a known failure is told where it stands, and why it does not count', () => {
  const known = { id: 'STORM-1', reason: 'the store is rewritten', until: '2027-01-31', state: 'known' as const };
  const text = textOf(reportHtml({ ...failing, baseline: [known], decides: ['STORM-1'] }));
  expect(text).toContain('STORM-1 still violated, and not counted the store is rewritten 2027-01-31');
  expect(text).toContain('MUST STORM-1 known failure');
  expect(text).toContain('MUST REPLAY-1 does not decide');
});

test('hostile text is shown as text', () => {
  const page = bare(reportHtml(hostile));
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
  const [like] = failing.requirements[3]?.findings ?? [];
  const finding = { ...(like as FindingRecord), smallest: record, original: record, argument: Array(900).fill(nasty) };
  const template = failing.requirements[3] as RequirementRecord;
  const requirements = Array.from({ length: 90 }, (_, index) => ({
    ...template,
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
  const [like] = failing.requirements[3]?.findings ?? [];
  const smallest: CaseRecord = {
    plan: { keys: [], steps: [] },
    steps: ['fifty at once'],
    attempts: 50,
    exchanges: fifty,
    effects: [],
    deliveries: [],
  };
  const requirement = {
    ...(failing.requirements[3] as RequirementRecord),
    findings: [{ ...(like as FindingRecord), smallest }],
  };
  const page = reportHtml({ ...failing, requirements: [requirement] });
  expect(count(page, /<a class="lane/g)).toBeGreaterThanOrEqual(50);
  expect(page).not.toContain('id="cuts"');
});
