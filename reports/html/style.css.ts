/** The style sheet of the report. Its hash stands in the page's policy, so no other style can apply. */
export const style = `
:root {
  color-scheme: light dark;
  --page: #fafafa; --paper: #fff; --sunk: #f4f5f6; --line: #e2e4e8; --ink: #1b1f24; --quiet: #5a626d; --link: #0b5cc0;
  --pass: #137347; --pass-bg: #e7f6ee; --fail: #c4242b; --fail-bg: #fdecec; --warn: #935400; --warn-bg: #fdf3df;
  --info: #2b5fb3; --info-bg: #eaf1fc; --mark: #fff0b3; --mark-ink: #443200;
  --created: #2f7fd6; --replayed: #17915a; --conflict: #8a55c8; --refused: #c97a16; --in-flight: #1b93a6;
  --unknown: #7b8490; --pattern: rgb(255 255 255 / 55%);
  --mono: ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #101214; --paper: #17191c; --sunk: #1f2226; --line: #2d3238; --ink: #e8eaed; --quiet: #a2abb6; --link: #7db7ff;
    --pass: #4fd08b; --pass-bg: #12291d; --fail: #ff8f8f; --fail-bg: #351819; --warn: #f2bb55; --warn-bg: #2f2410;
    --info: #8fbcff; --info-bg: #16243a; --mark: #4d3f10; --mark-ink: #ffe9a3;
    --created: #5aa5f5; --replayed: #3dbb80; --conflict: #b48bea; --refused: #e3a03f; --in-flight: #46b9cb;
    --unknown: #8d97a3; --pattern: rgb(0 0 0 / 45%);
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 16px; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 32px 32px 64px; max-width: 1120px; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -0.015em; }
h2 { font-size: 20px; letter-spacing: -0.01em; margin: 56px 0 16px; }
h3 { font-size: 17px; line-height: 1.4; }
h4 { font-size: 14px; margin: 28px 0 8px; }
h5 { font-size: 13px; margin: 20px 0 6px; color: var(--quiet); font-weight: 600; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, pre, mark { font-family: var(--mono); font-size: 12.5px; }
code { overflow-wrap: anywhere; }
mark { background: var(--mark); color: var(--mark-ink); border-radius: 3px; padding: 0 2px; overflow-wrap: anywhere; }
p, h1, h3, dd, li, th, td { overflow-wrap: anywhere; min-width: 0; }
.quiet { color: var(--quiet); font-weight: 400; }
.none { color: var(--quiet); font-size: 13px; font-style: italic; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 8px; background: var(--paper); padding: 4px 12px; }
.patterns { position: absolute; }
.patterns .ink { fill: var(--pattern); }
.patterns .stroke { stroke: var(--pattern); stroke-width: 1.5; fill: none; }

.s-passed { --c: var(--pass); --c-bg: var(--pass-bg); }
.s-failed, .s-error { --c: var(--fail); --c-bg: var(--fail-bg); }
.s-warned, .s-skipped, .s-blocked, .s-inconclusive { --c: var(--warn); --c-bg: var(--warn-bg); }
.s-observed { --c: var(--info); --c-bg: var(--info-bg); }

.brand { font-size: 13px; font-weight: 600; margin-bottom: 14px; }
.brand span { color: var(--quiet); font-weight: 400; }
.outcome {
  display: flex; gap: 20px; align-items: flex-start; padding: 24px 28px; border-radius: 12px;
  background: var(--c-bg); border: 1px solid color-mix(in srgb, var(--c) 28%, transparent);
}
.outcome h1 { color: var(--c); }
.sign {
  flex: none; width: 40px; height: 40px; border-radius: 50%; background: var(--c); color: var(--paper);
  font: 700 21px/40px system-ui, sans-serif; text-align: center; margin-top: -2px;
}
.sentence { font-size: 17px; line-height: 1.5; margin-top: 6px; max-width: 72ch; }
.contents { display: flex; flex-wrap: wrap; gap: 6px 22px; margin: 18px 2px 0; font-size: 14px; }

.overview { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); gap: 20px; margin-top: 28px; align-items: start; }
.outcome > div { min-width: 0; }
table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 600; }
thead th { color: var(--quiet); font-size: 12.5px; white-space: nowrap; }
th, td { padding: 10px 14px; border-top: 1px solid var(--line); vertical-align: top; }
thead th { border-top: 0; padding-bottom: 8px; }
.counts, .observations { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; border-collapse: separate; border-spacing: 0; }
.counts caption { position: absolute; clip-path: inset(50%); width: 1px; height: 1px; overflow: hidden; white-space: nowrap; }
.counts thead th { padding-top: 12px; }
.counts th:not(:first-child), .counts td { text-align: right; }
.counts td { font-variant-numeric: tabular-nums; font-weight: 650; color: var(--c); font-size: 15px; }
.counts td.zero { color: var(--quiet); font-weight: 400; }
.card {
  display: grid; grid-template-columns: repeat(auto-fit, minmax(230px, 1fr)); gap: 14px 28px; padding: 18px 20px;
  background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
}
dt { font-size: 12px; color: var(--quiet); }
dd { font-size: 14px; white-space: pre-line; overflow-wrap: anywhere; }

.badge {
  display: inline-block; color: var(--c); background: var(--c-bg); border-radius: 999px; padding: 1px 10px;
  font-size: 12.5px; font-weight: 600; white-space: nowrap;
}
.level { font-size: 11.5px; font-weight: 650; letter-spacing: 0.03em; color: var(--quiet); white-space: nowrap; }
th .level, .badge, .id { overflow-wrap: normal; }
.level-must { color: var(--ink); }

.unchecked { background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
.unchecked li { padding: 14px 20px; border-top: 1px solid var(--line); }
.unchecked li:first-child { border-top: 0; }
.ids { display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 6px; font-size: 13px; }

.chapter { margin-top: 24px; background: var(--paper); border: 1px solid var(--line); border-radius: 10px; }
.chapter-head {
  display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; justify-content: space-between;
  padding: 14px 20px; border-bottom: 1px solid var(--line);
}
.chapter-head h3 { font-size: 15px; }
.chapter-head h3 .quiet { margin-left: 8px; }
.chapter-counts { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; }
.chapter-counts span { color: var(--c); }
.requirements { table-layout: fixed; }
.requirements thead th { padding: 10px 20px 4px; }
.requirements td { padding: 13px 20px; }
.requirements tbody tr:first-child td { border-top: 0; }
.requirements th:nth-child(1) { width: 158px; }
.requirements th:nth-child(3) { width: 104px; }
.requirements th:nth-child(4) { width: 200px; }
.requirements tr:target { background: var(--sunk); }
.requirements p + p { margin-top: 3px; }
.requirements .quiet { font-size: 13px; }
.id { font-weight: 650; white-space: nowrap; }
.reason { font-size: 13.5px; }
.evidence { font-size: 13px; }
.evidence span { display: block; }

.finding {
  background: var(--paper); border: 1px solid var(--line); border-left: 4px solid var(--c); border-radius: 10px;
  padding: 24px 28px 28px; margin-top: 20px;
}
.finding h3 { font-size: 19px; margin: 8px 0 6px; letter-spacing: -0.005em; }
.marks { display: flex; gap: 12px; align-items: center; font-size: 13px; }
.argument { max-width: 78ch; font-size: 16px; }
.argument p + p { margin-top: 4px; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.versus { margin-top: 22px; }
.versus > div { border-radius: 8px; padding: 12px 16px; border: 1px solid var(--line); border-top-width: 3px; }
.versus h4 { margin: 0 0 4px; }
.expected { border-top-color: var(--pass) !important; }
.versus .observed { border-top-color: var(--c); }
.confirmation { font-size: 14px; color: var(--quiet); }
.steps { counter-reset: step; margin: 10px 0 0; font-size: 14px; }
.steps li { counter-increment: step; position: relative; padding-left: 26px; }
.steps li::before { content: counter(step) '.'; position: absolute; left: 0; color: var(--quiet); font-variant-numeric: tabular-nums; }
.effects li { font-size: 14px; margin-top: 3px; }

.timeline { margin: 16px 0 20px; padding: 14px 18px 12px; background: var(--sunk); border-radius: 8px; }
.timeline figcaption { font-size: 12.5px; color: var(--quiet); margin-bottom: 8px; }
.lane { display: grid; grid-template-columns: 104px minmax(0, 1fr) 190px; gap: 14px; align-items: center; padding: 3px 0; font-size: 13px; }
.lane-name { font-weight: 650; display: flex; gap: 8px; align-items: center; color: var(--ink); overflow-wrap: anywhere; }
.lane-bar { display: block; height: 22px; background: color-mix(in srgb, var(--line) 55%, transparent); border-radius: 4px; }
.lane-outcome { font-variant-numeric: tabular-nums; }
.proof-mark {
  font-size: 11px; font-weight: 650; color: var(--fail); border: 1px solid currentColor; border-radius: 4px; padding: 0 5px; line-height: 16px;
}
.scale { display: flex; justify-content: space-between; margin: 2px 204px 0 118px; font-size: 12px; color: var(--quiet); }
.cut { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 3; }
.bar { fill: var(--o); stroke: var(--o); }
.bar.open { fill: color-mix(in srgb, var(--o) 22%, transparent); stroke-dasharray: 4 3; }
.o-created { --o: var(--created); }
.o-replayed { --o: var(--replayed); }
.o-conflict { --o: var(--conflict); }
.o-refused { --o: var(--refused); }
.o-in-flight { --o: var(--in-flight); }
.o-unknown, .o-read, .o-other { --o: var(--unknown); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 10px; font-size: 12.5px; color: var(--quiet); }
.legend li { display: flex; gap: 7px; align-items: center; }
.pauses { font-size: 12.5px; color: var(--quiet); margin-top: 8px; }

details { border: 1px solid var(--line); border-radius: 8px; margin-top: 8px; }
details:target { border-color: var(--link); }
summary { cursor: pointer; padding: 9px 14px; font-size: 14px; }
.exchange > summary { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
.exchange > summary::before, .script > summary::before { content: '▸'; color: var(--quiet); width: 12px; display: inline-block; flex: none; }
details[open] > summary::before { content: '▾'; }
.script > summary { list-style: none; }
summary::-webkit-details-marker { display: none; }
.exchange .name { font-weight: 650; min-width: 14px; }
.chip { font-size: 12.5px; border-left: 10px solid var(--o); padding-left: 7px; }
details > :not(summary) { margin: 6px 14px 14px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px 20px; }
.pair h5 { margin-top: 4px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; tab-size: 2; }
.bytes { background: var(--sunk); border-radius: 6px; padding: 9px 12px; }
.bytes + .bytes, .bytes + .none { margin-top: 6px; }
.command { background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: 11px 14px; font-size: 13px; }
.command span { display: inline-block; max-width: 100%; }
.observations p + p { margin-top: 2px; }
.observations th[scope='row'] { font-weight: 500; }
.notes li { padding-left: 18px; position: relative; margin-top: 5px; max-width: 90ch; }
.notes li::before { content: '–'; position: absolute; left: 2px; color: var(--quiet); }
footer { margin-top: 64px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 13px; color: var(--quiet); }

@media (max-width: 960px) {
  .overview { grid-template-columns: minmax(0, 1fr); }
}
@media (max-width: 720px) {
  body { padding: 18px 14px 48px; }
  h1 { font-size: 23px; }
  h2 { margin-top: 40px; }
  .outcome { padding: 18px; gap: 14px; }
  .sign { width: 32px; height: 32px; font-size: 17px; line-height: 32px; }
  .sentence { font-size: 16px; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  .finding { padding: 18px 16px 20px; }
  .card { grid-template-columns: minmax(0, 1fr); gap: 10px; }
  .card > div { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 10px; align-items: baseline; }
  .counts th, .counts td { padding: 9px 7px; }
  .counts th:first-child { padding-left: 12px; }
  .exchange > summary { gap: 4px 8px; padding: 9px 10px; }
  .lane { grid-template-columns: minmax(0, 1fr) auto; gap: 2px 10px; padding: 6px 0; }
  .lane-bar { grid-row: 2; grid-column: 1 / -1; }
  .scale { margin: 2px 0 0; }
  .chapter-head { padding: 12px 14px; }
  .requirements, .requirements tbody { display: block; }
  .requirements thead { display: none; }
  .requirements tr { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 13px 14px; border-top: 1px solid var(--line); }
  .requirements tbody tr:first-child { border-top: 0; }
  .requirements td { padding: 0; border: 0; }
  .requirements .what { order: 3; flex: 1 0 100%; }
  .requirements .evidence { order: 4; flex: 1 0 100%; }
  .evidence span { display: inline; margin-right: 8px; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 11pt; background: none; }
  .contents, .skip, footer { display: none; }
  .overview { grid-template-columns: minmax(0, 1fr); }
  .finding, .chapter, .outcome { break-inside: auto; }
  tr, .lane, .versus, .outcome { break-inside: avoid; }
  .exchange::details-content { content-visibility: visible; display: block; block-size: auto; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
