import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { curlScript } from '../../reports/curl.js';
import type { FindingRecord, Results } from '../../results/results.js';
import { exchange } from '../reports/exchange.js';
import { firstFinding, fixture, hostileEverywhere, withChanges } from '../reports/fixtures.js';
import { executable, launch, type Opened, open, seriousOf } from './browser.js';
import { denseStorm } from './cases.js';

const failing = fixture('failing');
const storm = fixture('storm');
let browser: Browser;
let opened: Opened | null = null;

beforeAll(async () => {
  browser = await launch();
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
const thorough = ['failing', 'storm'];
const shown = {
  passing: fixture('passing'),
  failing,
  storm,
  stopped: fixture('stopped'),
  obstacle: fixture('obstacle'),
  baseline: fixture('baseline'),
  webhook: fixture('webhook'),
  upload: fixture('upload'),
  'hostile everywhere': hostileEverywhere(),
  'a storm of 64': denseStorm(),
};

describe.each(Object.entries(shown))('%s', (name, results) => {
  test.each(looks.filter(([scheme, width]) => thorough.includes(name) || width === (scheme === 'light' ? 400 : 1280)))(
    'is accessible and fits, %s at %d',
    async (colorScheme, width) => {
      const page = await show(results, { colorScheme, viewport: { width, height: 900 } });
      const dark = await page.evaluate('getComputedStyle(document.body).backgroundColor');
      expect(dark).toBe(colorScheme === 'dark' ? 'rgb(16, 18, 20)' : 'rgb(248, 249, 250)');
      expect(await seriousOf(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
    },
  );

  test('is whole without script', async () => {
    const page = await show(results, { javaScriptEnabled: false });
    expect(await page.locator('.filters, button').filter({ visible: true }).count()).toBe(0);
    expect(await page.locator('#requirements tbody tr').filter({ visible: true }).count()).toBe(
      results.requirements.length,
    );
    const findings = await page.locator('.finding > details').count();
    for (let index = 0; index < findings; index += 1) {
      const finding = page.locator('.finding > details').nth(index);
      if ((await finding.getAttribute('open')) === null) await finding.locator('> summary').click();
      expect(await finding.locator('.command').isVisible()).toBe(true);
      expect(await finding.locator('.lane').first().isVisible()).toBe(true);
    }
  });
});

const rows = '#requirements tr[data-status]:not([hidden])';
const hashOf = 'location.hash';

/** Ids of the requirements with this status, in their order. */
function idsOf(status: string): string[] {
  return failing.requirements.filter((one) => one.status === status).map(({ id }) => id);
}

function idsShown(page: Opened['page']): Promise<string[]> {
  return page.locator(rows).evaluateAll((all) => all.map(({ id }) => id));
}

describe('filters', () => {
  const all = failing.requirements.length;
  const [failed = ''] = idsOf('failed');
  const [warned = ''] = idsOf('warned');

  test('narrow, are kept in the hash, and come back from it', async () => {
    const page = await show(failing);
    await page.getByRole('button', { name: 'failed' }).click();
    expect(await page.evaluate(hashOf)).toBe('#status=failed');
    expect(await idsShown(page)).toEqual(idsOf('failed'));
    expect(await page.locator('#filter-count').textContent()).toBe(`1 of ${all} requirements`);
    await page.getByRole('button', { name: 'warned' }).click();
    await page.getByLabel('Chapter').selectOption('HEADER');
    await page.getByLabel('Search').fill(warned);
    expect(await page.evaluate(hashOf)).toBe(`#status=failed,warned&chapter=HEADER&text=${warned}`);
    expect(await idsShown(page)).toContain(warned);
    expect(await page.locator('.chapter').filter({ visible: true }).count()).toBe(1);
    await page.getByLabel('Search').fill('no such words');
    expect(await page.getByText('No requirement matches.').isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Show all' }).click();
    expect(await page.evaluate(hashOf)).toBe('');
    expect(await page.locator(rows).count()).toBe(all);
  });

  test('are set by an address', async () => {
    const page = await show(failing, { hash: '#status=failed,skipped&level=MUST&chapter=HEADER&text=header' });
    expect(await idsShown(page)).toEqual(idsOf('failed'));
    expect(await page.getByRole('button', { name: 'skipped' }).getAttribute('aria-pressed')).toBe('true');
    expect(await page.getByLabel('Search').inputValue()).toBe('header');
    expect(await page.getByLabel('Chapter').inputValue()).toBe('HEADER');
  });

  test('are set by a number of the overview, and given up for a link to what they hide', async () => {
    const page = await show(failing);
    await page.getByRole('link', { name: '1 failed, MUST' }).click();
    expect(await page.evaluate(hashOf)).toBe('#status=failed&level=MUST');
    await expect.poll(() => page.locator(rows).count()).toBe(1);
    await page.locator('.map a[href="#CREATE-1"]').click();
    await expect.poll(() => page.locator('#CREATE-1').isVisible()).toBe(true);
    await page.goBack();
    await expect.poll(() => page.locator(rows).count()).toBe(1);
  });

  test('work by keyboard', async () => {
    const page = await show(failing);
    await page.keyboard.press('/');
    await page.keyboard.type(failed.toLowerCase());
    expect(await idsShown(page)).toEqual([failed]);
    await page.keyboard.press('Escape');
    expect(await page.locator(rows).count()).toBe(all);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    expect(await page.evaluate(hashOf)).toBe('#status=failed');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(hashOf)).toBe('');
  });
});

describe('a finding', () => {
  const { requirement, finding } = firstFinding(denseStorm());
  const anchor = `#finding-${requirement.id}-1`;

  test('is opened by a link to it, or to anything inside', async () => {
    const page = await show(storm);
    const last = storm.requirements.findLast(({ findings }) => findings.length > 0);
    const other = `#finding-${last?.id}-1`;
    expect(await page.locator(`${other} .argument`).isVisible()).toBe(false);
    await page.locator('.finding-list a', { hasText: last?.id ?? '' }).click();
    await expect.poll(() => page.locator(`${other} .argument`).isVisible()).toBe(true);
    await page.locator(`${other} > summary`).click();
    await page.evaluate(`location.hash = '${other}-original-B'`);
    await expect.poll(() => page.locator(`${other}-original-B .bytes`).first().isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Open all' }).click();
    expect(await page.locator('.finding > details[open]').count()).toBe(
      storm.requirements.flatMap(({ findings }) => findings).length,
    );
  });

  test('shows in its timeline what has the focus or is pointed at', async () => {
    const page = await show(denseStorm(), { hash: anchor });
    const lanes = page.locator(`${anchor} .timeline`).first().locator('.lane');
    const peek = page.locator(`${anchor} .peek`).first();
    await lanes.first().focus();
    expect(await peek.textContent()).toContain('A: sent at 0 ms, answered after 5 ms: created 201');
    await page.keyboard.press('ArrowDown');
    expect(await peek.textContent()).toContain('B: sent at 0 ms');
    expect(await peek.textContent()).toContain('the first answer that cannot be right');
    await lanes.nth(5).hover();
    expect(await peek.textContent()).toContain('never answered: unknown');
    await lanes.first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator(`${anchor}-smallest-A .bytes`).first().isVisible()).toBe(true);
  });

  test('has a timeline that zooms to the overlap', async () => {
    const exchanges = [exchange('A', 0, 13), exchange('B', 0.2, 14), exchange('C', 60, 68, { step: 1 })];
    const smallest = { ...finding.smallest, attempts: 3, exchanges };
    const page = await show(withChanges(storm, { [requirement.id]: { findings: [{ ...finding, smallest }] } }));
    const figure = page.locator(`${anchor} .timeline`).first();
    const button = figure.getByRole('button', { name: 'Zoom to the overlap' });
    const before = (await figure.locator('.bar').first().boundingBox())?.width ?? 0;
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('true');
    expect((await figure.locator('.bar').first().boundingBox())?.width).toBeGreaterThan(before * 1.2);
    expect(await figure.locator('.lane').filter({ visible: true }).count()).toBe(2);
    await button.click();
    expect(await figure.locator('.lane').filter({ visible: true }).count()).toBe(3);
    expect((await figure.locator('.bar').first().boundingBox())?.width).toBeCloseTo(before, 1);
  });

  test.each([
    ['Copy the command', ({ commands }: FindingRecord) => commands.rerun],
    [
      'Copy the curl script',
      ({ smallest }: FindingRecord, { contract, transport }: Results) =>
        curlScript(smallest, { id: contract.id, transport }),
    ],
    ['Copy the JSON', (one: FindingRecord) => one],
  ])('%s', async (name, text) => {
    for (const results of [failing, hostileEverywhere()]) {
      const page = await show(results);
      const one = firstFinding(results);
      const section = page.locator(`#finding-${one.requirement.id}-1`);
      if (!(await section.locator('.again').isVisible())) await section.locator('> summary').click();
      await section.getByRole('button', { name }).click();
      await expect.poll(() => page.locator('#told').textContent()).toBe('Copied');
      const copied = String(await page.evaluate('navigator.clipboard.readText()'));
      const wanted = text(one.finding, results);
      if (typeof wanted === 'string') expect(copied).toBe(wellFormed(wanted));
      else expect(JSON.parse(copied)).toEqual(wanted);
      await opened?.close();
    }
  });
});

/** The clipboard holds no halves of characters. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}

test('on paper every finding is open, and nothing is there to press', async () => {
  const page = await show(storm);
  await page.emulateMedia({ media: 'print' });
  expect(await page.locator('.argument').filter({ visible: true }).count()).toBe(
    storm.requirements.flatMap(({ findings }) => findings).length,
  );
  expect(await page.locator('button, .filters, nav').filter({ visible: true }).count()).toBe(0);
  expect((await page.pdf()).byteLength).toBeGreaterThan(10_000);
});

test('hostile text stays text', async () => {
  const page = await show(hostileEverywhere());
  await page.locator('.lane').first().focus();
  expect(await page.locator('.peek').first().textContent()).toContain('</script><script>alert(1)</script>');
  expect(await page.locator('img, iframe, object, main script').count()).toBe(0);
});
