/** What is seen first: verdict, sections, counts, run card, map, and what was not checked. */
export const top = `
.brand { font-size: 13px; font-weight: 600; margin-bottom: 12px; }
.brand span { color: var(--quiet); font-weight: 400; }
.outcome {
  display: flex; gap: 20px; align-items: flex-start; padding: 24px 28px; border-radius: 12px;
  background: var(--c-bg); border: 1px solid color-mix(in srgb, var(--c) 28%, transparent);
}
.outcome > div { min-width: 0; }
.outcome h1 { color: var(--c); padding-top: 3px; }
.sign {
  flex: none; width: 40px; height: 40px; border-radius: 50%; background: var(--c); color: var(--paper);
  font: 700 21px/40px system-ui, sans-serif; text-align: center;
}
.sentence { font-size: 16px; margin-top: 8px; max-width: 88ch; overflow-wrap: normal; }
.sentence a { color: inherit; white-space: nowrap; text-decoration-color: color-mix(in srgb, var(--c) 55%, transparent); }
.contents {
  position: sticky; top: 0; z-index: 2; display: flex; gap: 4px 24px; margin: 14px 0 0; padding: 12px 2px;
  font-size: 14px; background: color-mix(in srgb, var(--page) 94%, transparent); backdrop-filter: blur(6px);
  border-bottom: 1px solid var(--line); overflow-x: auto; white-space: nowrap;
}

.overview { display: grid; grid-template-columns: minmax(0, 9fr) minmax(0, 13fr); gap: 18px; margin-top: 22px; align-items: start; }
.counts th:not(:first-child), .counts td { text-align: right; }
.counts td { white-space: nowrap; overflow-wrap: normal; font-variant-numeric: tabular-nums; font-weight: 650; font-size: 15px; }
.counts td a { color: var(--c); display: inline-block; padding: 0 6px; margin: 0 -6px; min-width: 24px; }
.counts td.zero { color: var(--quiet); font-weight: 400; }
.card { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px 20px; padding: 16px 18px; margin-top: 18px; }
.card > div:last-child:nth-child(odd) { grid-column: 1 / -1; }
dt { font-size: 12px; color: var(--quiet); }
dd { font-size: 14px; white-space: pre-line; overflow-wrap: anywhere; }

.map { table-layout: fixed; }
.map th, .map td { padding: 4px 18px; border-top: 0; vertical-align: middle; }
.map thead th { padding: 12px 18px 6px; }
.map tbody tr:last-child > * { padding-bottom: 14px; }
.map th { font-size: 13px; }
.map th:first-child { width: 122px; }
.map th:last-child { width: 164px; }
.requests { white-space: nowrap; font-size: 12.5px; color: var(--quiet); font-variant-numeric: tabular-nums; }
.requests svg { width: calc(100% - 60px); vertical-align: 1px; overflow: hidden; background: var(--sunk); border-radius: 2px; }
.requests rect { fill: var(--edge); }
.requests span { display: inline-block; width: 56px; text-align: right; }
.cells { line-height: 0; }
.cells:has(.operation) { padding-left: 78px; text-indent: -78px; }
.cells > * { text-indent: 0; }
.cells + .cells { margin-top: 4px; }
.operation { display: inline-block; width: 70px; margin-right: 8px; overflow: hidden; text-overflow: ellipsis; vertical-align: middle; font-size: 12px; line-height: 1.4; color: var(--quiet); }
.cell {
  display: inline-block; width: 22px; height: 22px; margin: 1px 3px 1px 0; border-radius: 5px; background: var(--c-bg); color: var(--c);
  font: 700 12.5px/22px system-ui, sans-serif; text-align: center;
}
.cell:hover { text-decoration: none; box-shadow: 0 0 0 1.5px var(--c); }
.cell.s-failed, .cell.s-error { background: var(--c); color: var(--paper); }

.unchecked li {
  display: grid; grid-template-columns: 118px minmax(0, 1fr) minmax(0, 17em); gap: 4px 14px; align-items: baseline;
  padding: 10px 20px; border-top: 1px solid var(--line);
}
.unchecked li:first-child { border-top: 0; }
.unchecked .badge { justify-self: start; }
.ids { display: flex; flex-wrap: wrap; gap: 2px 14px; font-size: 13px; font-weight: 600; }

.sign-mark { color: var(--c); font-weight: 700; }
.finding-list { margin-bottom: 20px; }
.finding-list td { padding: 8px 14px; }
.finding-list td:first-child, .finding-list .quiet, .again-of { white-space: nowrap; }
.tries { display: inline-flex; gap: 2px; margin-right: 6px; vertical-align: -1px; }
.tries i { width: 8px; height: 12px; border-radius: 2px; border: 1px solid var(--quiet); }
.tries .hit { background: var(--fail); border-color: var(--fail); }
`;
