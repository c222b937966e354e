/** `report.html`: one file that explains itself, without network, also without script, under a strict policy. */
import { createHash } from 'node:crypto';
import { renderToString } from 'preact-render-to-string';
import type { Results } from '../results/results.js';
import { findingsOf, isNoticed, outcomeOf, uncheckedOf } from '../results/tally.js';
import { capped, caps, exceeds } from './html/cap.js';
import { Notes, Observations } from './html/closing.js';
import { Findings } from './html/findings.js';
import { Known } from './html/known.js';
import { ChapterMap } from './html/map.js';
import { Measured } from './html/measured.js';
import { CountTable, NotChecked, RunCard } from './html/overview.js';
import { Requirements } from './html/requirements.js';
import { script } from './html/script.js';
import { Patterns } from './html/shapes.js';
import { style } from './html/style.css.js';
import { Verdict } from './html/verdict.js';
import { inertJson } from './json.js';
import { escaped, visibleLine } from './visible.js';
import { SEEN } from './words.js';

/** Larger pages feel stuck. */
export const largestPage = 3_000_000;

/** The page; the same results give the same bytes. */
export function reportHtml(results: Results): string {
  let page = '';
  for (const cap of caps) {
    const kept = capped(results, cap);
    // Everything stands in the page twice, as text and as data: what is too long already is not rendered.
    if (cap !== caps.at(-1) && exceeds(kept.results, largestPage / 2)) continue;
    page = escaped(`<!DOCTYPE html>\n${renderToString(<Page {...kept} />)}\n`);
    if (Buffer.byteLength(page) <= largestPage) break;
  }
  return page;
}

function Page({ results, cuts }: { results: Results; cuts: string[] }) {
  const { words } = outcomeOf(results);
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${words}: ${visibleLine(results.contract.title)} – idem-conformance`}</title>
        <link rel="icon" href={iconOf(results)} />
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the results
        </a>
        <Patterns />
        <Verdict results={results} />
        <Contents results={results} cuts={cuts} />
        <main id="main">
          <section id="overview" class="overview" aria-label="Overview">
            <div>
              <CountTable results={results} />
              <RunCard results={results} />
            </div>
            <ChapterMap results={results} />
          </section>
          <NotChecked results={results} />
          <Known results={results} />
          <Findings results={results} />
          <Requirements results={results} />
          <Observations results={results} />
          <Measured results={results} />
          <Notes results={results} cuts={cuts} />
        </main>
        <p id="told" class="unseen" role="status" />
        <footer>
          <p>
            idem-conformance {visibleLine(results.versions.suite)}. The data of this page stands in it as JSON, in the
            element <code>#results</code>.
          </p>
        </footer>
        <script type="application/json" id="results" dangerouslySetInnerHTML={{ __html: inertJson(results) }} />
        <script dangerouslySetInnerHTML={{ __html: script }} />
      </body>
    </html>
  );
}

/** Nothing is loaded, and nothing runs but the one script whose hash this is. */
const policy = [
  `default-src 'none'`,
  `style-src '${hashOf(style)}'`,
  `script-src '${hashOf(script)}'`,
  'img-src data:',
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** The sign of the verdict, so that one finds the tab among many; without it browsers ask the server for one. */
function iconOf(results: Results): string {
  const { status } = outcomeOf(results);
  const color = { passed: '#137347', failed: '#c4242b', error: '#c4242b' }[status as string] ?? '#935400';
  const path = { passed: 'M9 17l5 5 9-11', failed: 'M10 10l12 12m0-12L10 22' }[status as string] ?? 'M16 8v10m0 5v1';
  const circle = `<circle cx="16" cy="16" r="16" fill="${color}"/>`;
  const sign = `<path d="${path}" fill="none" stroke="#fff" stroke-width="4" stroke-linecap="round"/>`;
  const image = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${circle}${sign}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(image)}`;
}

function Contents({ results, cuts }: { results: Results; cuts: string[] }) {
  const unchecked = uncheckedOf(results).reduce((sum, { ids }) => sum + ids.length, 0);
  const all = findingsOf(results);
  const seen = all.filter(isNoticed).length;
  const links: [string, string, number | null, boolean][] = [
    ['overview', 'Overview', null, true],
    ['not-checked', 'Not checked', unchecked, unchecked > 0],
    ['known', 'Known failures', results.baseline.length, results.baseline.length > 0],
    ['findings', 'Findings', all.length - seen, all.length > seen],
    ['seen', SEEN.title, seen, seen > 0],
    ['requirements', 'Requirements', results.requirements.length, true],
    ['observations', 'Observed', null, results.observations.length > 0],
    ['measured', 'Measured', null, results.latencies.length + results.storms.length > 0],
    ['notes', 'Notes', null, results.notes.length + cuts.length > 0],
  ];
  return (
    <nav class="contents" aria-label="Sections">
      {links
        .filter(([, , , shown]) => shown)
        .map(([id, title, n]) => (
          <a href={`#${id}`}>
            {title}
            {n === null ? null : <span class="quiet"> {n}</span>}
          </a>
        ))}
    </nav>
  );
}
