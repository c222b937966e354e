/** Reports opened in a real browser that must load nothing else and complain of nothing. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { reportHtml } from '../../reports/html.js';
import type { Results } from '../../results/results.js';

export interface Opened {
  page: Page;
  /** What the console complained of, and what was asked of anybody else. */
  complaints: string[];
  close(): Promise<void>;
}

/** Where the browser is; says what to install when there is none. */
export function executable(environment: Record<string, string | undefined> = process.env): string {
  const path = environment.CHROMIUM ?? '/usr/bin/chromium';
  if (existsSync(path)) return path;
  throw new Error(
    `There is no Chromium at ${path}. Install it (Debian: apt-get install chromium), or set CHROMIUM to its path.`,
  );
}

export function launch(): Promise<Browser> {
  // The sandbox of Chromium refuses to work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: executable(), args });
}

/** Opens the report of these results from the disk. */
export async function open(
  browser: Browser,
  results: Results,
  options: BrowserContextOptions & { hash?: string } = {},
): Promise<Opened> {
  const { hash = '', ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), 'idem-report-'));
  const path = join(folder, 'report.html');
  writeFileSync(path, reportHtml(results));
  const address = pathToFileURL(path).href;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...rest });
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const complaints: string[] = [];
  await context.route('**/*', (route) => {
    const url = route.request().url();
    if (url.split('#')[0] === address) return route.continue();
    complaints.push(`asked for ${url}`);
    return route.abort();
  });
  const page = await context.newPage();
  page.on('request', (request) => {
    const url = request.url();
    if (url.split('#')[0] !== address && !url.startsWith('data:')) complaints.push(`asked for ${url}`);
  });
  page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address + hash);
  const close = async () => {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { page, complaints, close };
}

/** What axe finds serious or critical, with everything on the page opened. */
export async function seriousOf(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate(`
    for (const one of document.querySelectorAll('details')) one.open = true;
    axe.run(document, { resultTypes: ['violations'] });
  `)) as { violations: { id: string; impact: string; nodes: { target: string[]; failureSummary: string }[] }[] };
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.slice(0, 5).map((node) => `${id}: ${node.target} ${node.failureSummary}`));
}
