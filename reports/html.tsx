/** `report.html`: one file that explains itself, without network, without script, under a strict policy. */
import { createHash } from 'node:crypto';
import { renderToString } from 'preact-render-to-string';
import { capped, caps, exceeds } from './html/cap.js';
import { Notes, Observations } from './html/closing.js';
import { Findings } from './html/finding.js';
import { CountTable, NotChecked, RunCard, Verdict } from './html/overview.js';
import { Requirements } from './html/requirements.js';
import { style } from './html/style.css.js';
import { Patterns } from './html/timeline.js';
import { inertJson } from './json.js';
import type { Results } from './results.js';
import { findingsOf, outcomeOf, uncheckedOf } from './tally.js';
import { visibleLine } from './visible.js';

/** Larger pages feel stuck. */
export const largestPage = 3_000_000;

/** The page; the same results give the same bytes. */
export function reportHtml(results: Results): string {
  let page = '';
  for (const cap of caps) {
    const kept = capped(results, cap);
    // Everything stands in the page twice, as text and as data: what is too long already is not rendered.
    if (cap !== caps.at(-1) && exceeds(kept.results, largestPage / 2)) continue;
    page = `<!DOCTYPE html>\n${renderToString(<Page {...kept} />)}\n`;
    if (Buffer.byteLength(page) <= largestPage) break;
  }
  return page;
}

function Page({ results, cuts }: { results: Results; cuts: string[] }) {
  const hash = createHash('sha256').update(style).digest('base64');
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content={policy} />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>{`${outcomeOf(results).words}: ${visibleLine(results.contract.title)} – idem-conformance`}</title>
        <style dangerouslySetInnerHTML={{ __html: style }} />
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the results
        </a>
        <Patterns />
        <Verdict results={results} />
        <Contents results={results} />
        <main id="main">
          <section id="overview" class="overview" aria-label="Overview">
            <CountTable results={results} />
            <RunCard results={results} />
          </section>
          <NotChecked results={results} />
          <Findings results={results} />
          <Requirements results={results} />
          <Observations results={results} />
          <Notes results={results} cuts={cuts} />
        </main>
        <footer>
          <p>
            idem-conformance {visibleLine(results.versions.suite)}. The data of this page stands in it as JSON, in the
            element <code>#results</code>.
          </p>
        </footer>
        <script type="application/json" id="results" dangerouslySetInnerHTML={{ __html: inertJson(results) }} />
      </body>
    </html>
  );
}

function Contents({ results }: { results: Results }) {
  const links: [string, string, boolean][] = [
    ['not-checked', 'Not checked', uncheckedOf(results).length > 0],
    ['findings', 'Findings', findingsOf(results).length > 0],
    ['requirements', 'Requirements', true],
    ['observations', 'Observed', results.observations.length > 0],
    ['notes', 'Notes', results.notes.length > 0],
  ];
  return (
    <nav class="contents" aria-label="Sections">
      {links
        .filter(([, , shown]) => shown)
        .map(([id, title]) => (
          <a href={`#${id}`}>{title}</a>
        ))}
    </nav>
  );
}
