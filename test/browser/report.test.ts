import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { curlScript } from '../../reports/curl.js';
import type { Results } from '../../results/results.js';
import { failing, hostile, passing, undecided } from '../reports/samples.js';
import { executable, launch, type Opened, open, seriousOf } from './browser.js';
import { denseStorm, realRun } from './cases.js';

let browser: Browser;
let opened: Opened | null = null;
let real: Results;

beforeAll(async () => {
  browser = await launch();
  real = await realRun();
});
afterAll(() => browser?.close());

async function show(...[results, options]: [Results, Parameters<typeof open>[2]?]): Promise<Opened['page']> {
  opened = await open(browser, results, options);
  return opened.page;
}

// Whatever a test does: nothing else is loaded, and the console stays empty.
afterEach(async () => {
  const complaints = opened?.complaints;
  await opened?.close();
  opened = null;
  expect(complaints ?? []).toEqual([]);
});

test('a missing browser is told with what to install', () => {
  expect(() => executable({ CHROMIUM: '/nowhere/chromium' })).toThrow(
    'There is no Chromium at /nowhere/chromium. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.',
  );
});

const looks = [
  ['light', 1280],
  ['light', 400],
  ['dark', 1280],
  ['dark', 400],
] as const;
// These have everything a report can have.
const thorough = ['failing', 'a real run'];
const every = { passing: () => passing, failing: () => failing, undecided: () => undecided, hostile: () => hostile };

describe.each(Object.entries({ ...every, 'a storm of 64': denseStorm, 'a real run': () => real }))(
  '%s',
  (name, results) => {
    test.each(
      looks.filter(([scheme, width]) => thorough.includes(name) || width === (scheme === 'light' ? 400 : 1280)),
    )('is accessible and fits, %s at %d', async (colorScheme, width) => {
      const page = await show(results(), { colorScheme, viewport: { width, height: 900 } });
      const dark = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(dark).toBe(colorScheme === 'dark' ? 'rgb(16, 18, 20)' : 'rgb(248, 249, 250)');
      expect(await seriousOf(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    });

    test('is whole without script', async () => {
      const page = await show(results(), { javaScriptEnabled: false });
      expect(await page.locator('.filters, button').filter({ visible: true }).count()).toBe(0);
      expect(await page.locator('#requirements tbody tr').filter({ visible: true }).count()).toBe(
        results().requirements.length,
      );
      const findings = await page.locator('.finding > details').count();
      for (let index = 0; index < findings; index += 1) {
        const finding = page.locator('.finding > details').nth(index);
        if ((await finding.getAttribute('open')) === null) await finding.locator('> summary').click();
        expect(await finding.locator('.command').isVisible()).toBe(true);
        expect(await finding.locator('.lane').first().isVisible()).toBe(true);
      }
    });
  },
);

const rows = '#requirements tr[data-status]:not([hidden])';
const hashOf = 'location.hash';

describe('filters', () => {
  test('narrow, are kept in the hash, and come back from it', async () => {
    const page = await show(failing);
    await page.getByRole('button', { name: 'failed' }).click();
    expect(await page.evaluate(hashOf)).toBe('#status=failed');
    expect(await page.locator(rows).evaluateAll((all) => all.map(({ id }) => id))).toEqual(['REPLAY-1', 'STORM-1']);
    expect(await page.locator('#filter-count').textContent()).toBe('2 of 10 requirements');
    await page.getByRole('button', { name: 'warned' }).click();
    await page.getByLabel('Chapter').selectOption('REPLAY');
    await page.getByLabel('Search').fill('Input echoes');
    expect(await page.evaluate(hashOf)).toBe('#status=failed,warned&chapter=REPLAY&text=Input+echoes');
    expect(await page.locator(rows).evaluateAll((all) => all.map(({ id }) => id))).toEqual(['REPLAY-9']);
    expect(await page.locator('.chapter').filter({ visible: true }).count()).toBe(1);
    await page.getByLabel('Search').fill('no such words');
    expect(await page.getByText('No requirement matches.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await page.evaluate(hashOf)).toBe('');
    expect(await page.locator(rows).count()).toBe(10);
  });

  test('are set by an address', async () => {
    const page = await show(failing, { hash: '#status=failed,skipped&level=MUST&chapter=SCOPE&text=body' });
    expect(await page.locator(rows).evaluateAll((all) => all.map(({ id }) => id))).toEqual(['SCOPE-1', 'SCOPE-2']);
    expect(await page.getByRole('button', { name: 'skipped' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByLabel('Search').inputValue()).toBe('body');
    expect(await page.getByLabel('Chapter').inputValue()).toBe('SCOPE');
  });

  test('are set by a number of the overview, and given up for a link to what they hide', async () => {
    const page = await show(failing);
    await page.getByRole('link', { name: '2 failed, MUST' }).click();
    expect(await page.evaluate(hashOf)).toBe('#status=failed&level=MUST');
    await expect.poll(() => page.locator(rows).count()).toBe(2);
    await page.locator('.map a[href="#CREATE-1"]').click();
    await expect.poll(() => page.locator('#CREATE-1').isVisible()).toBe(true);
    await page.goBack();
    await expect.poll(() => page.locator(rows).count()).toBe(2);
  });

  test('work by keyboard', async () => {
    const page = await show(failing);
    await page.keyboard.press('/');
    await page.keyboard.type('second effect');
    expect(await page.locator(rows).evaluateAll((all) => all.map(({ id }) => id))).toEqual(['REPLAY-3']);
    await page.keyboard.press('Escape');
    expect(await page.locator(rows).count()).toBe(10);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.evaluate(hashOf)).toBe('#status=failed');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(hashOf)).toBe('');
  });
});

describe('a finding', () => {
  const finding = '#finding-STORM-1-1';

  test('is opened by a link to it, or to anything inside', async () => {
    const page = await show(failing);
    expect(await page.locator(`${finding} .argument`).isVisible()).toBe(false);
    await page.locator('.finding-list a', { hasText: 'STORM-1' }).click();
    await expect.poll(() => page.locator(`${finding} .argument`).isVisible()).toBe(true);
    await page.locator(`${finding} > summary`).click();
    await page.evaluate(`location.hash = '#finding-STORM-1-1-original-B'`);
    await expect.poll(() => page.locator(`${finding}-original-B .bytes`).first().isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await page.locator('.finding > details[open]').count()).toBe(3);
  });

  test('shows in its timeline what has the focus or is pointed at', async () => {
    const page = await show(failing, { hash: finding });
    const lanes = page.locator(`${finding} .timeline`).first().locator('.lane');
    const peek = page.locator(`${finding} .peek`).first();
    await lanes.first().focus();
    expect(await peek.textContent()).toContain('A: sent at 0 ms, answered after 13.1 ms: created 201');
    await page.keyboard.press('ArrowDown');
    expect(await peek.textContent()).toContain('B: sent at 0.2 ms');
    expect(await peek.textContent()).toContain('the first answer that cannot be right');
    await lanes.nth(3).hover();
    expect(await peek.textContent()).toContain('never answered: unknown');
    await lanes.first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator(`${finding}-smallest-A .bytes`).first().isVisible()).toBe(true);
  });

  test('has a timeline that zooms to the overlap', async () => {
    const page = await show(failing, { hash: finding });
    const figure = page.locator(`${finding} .timeline`).first();
    const button = figure.getByRole('button', { name: 'Zoom to the overlap' });
    const before = (await figure.locator('.bar').first().boundingBox())?.width ?? 0;
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect((await figure.locator('.bar').first().boundingBox())?.width).toBeGreaterThan(before * 1.2);
    expect(await figure.locator('.lane').filter({ visible: true }).count()).toBe(4);
    await button.click();
    expect(await figure.locator('.lane').filter({ visible: true }).count()).toBe(6);
    expect((await figure.locator('.bar').first().boundingBox())?.width).toBeCloseTo(before, 1);
  });

  test.each([
    ['Copy the command', ({ commands }: Finding) => commands.rerun],
    ['Copy the curl script', ({ smallest }: Finding) => curlScript(smallest, failing.contract)],
    ['Copy the JSON', (one: Finding) => one],
  ])('%s', async (name, text) => {
    for (const results of [failing, hostile]) {
      const page = await show(results);
      const one = firstFinding(results);
      const section = page.locator(`#finding-${one.id}-1`);
      await section.getByRole('button', { name }).click();
      await expect.poll(() => page.locator('#told').textContent()).toBe('Copied');
      const copied = String(await page.evaluate('navigator.clipboard.readText()'));
      const wanted = text(one.finding);
      if (typeof wanted === 'string') expect(copied).toBe(wellFormed(wanted));
      else expect(JSON.parse(copied)).toEqual(wanted);
      await opened?.close();
    }
  });
});

type Finding = Results['requirements'][number]['findings'][number];

function firstFinding({ requirements }: Results): { id: string; finding: Finding } {
  const [one] = requirements.filter(({ findings }) => findings.length > 0);
  return { id: String(one?.id), finding: one?.findings[0] as Finding };
}

/** The clipboard holds no halves of characters. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

test('on paper every finding is open, and nothing is there to press', async () => {
  const page = await show(failing);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.argument').filter({ visible: true }).count()).toBe(3);
  expect(await page.locator('button, .filters, nav').filter({ visible: true }).count()).toBe(0);
  expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
});

test('hostile text stays text', async () => {
  const page = await show(hostile);
  await page.locator('.lane').first().focus();
  expect(await page.locator('.peek').first().textContent()).toContain('</script><script>alert(1)</script>');
  expect(await page.locator('img, iframe, object, main script').count()).toBe(0);
});
