/** Narrow screens and paper. */
export const media = `
@media (max-width: 960px) {
  .overview { grid-template-columns: minmax(0, 1fr); }
  .observations { columns: 1; }
}
@media (max-width: 720px) {
  body { padding: 18px 14px 48px; }
  h1 { font-size: 22px; }
  .section-head { margin-top: 40px; }
  .outcome { padding: 18px 16px; gap: 14px; }
  .sign { width: 30px; height: 30px; font-size: 16px; line-height: 30px; }
  .outcome h1 { padding-top: 1px; }
  .sentence { font-size: 15px; margin-left: -44px; }
  .contents { margin: 10px -14px 0; padding: 8px 16px; gap: 0 18px; flex-wrap: wrap; font-size: 13px; }
  .pair, .differences { grid-template-columns: minmax(0, 1fr); }
  .compared + .compared { margin-top: 14px; }
  .finding > details > summary { padding: 14px 36px 14px 14px; }
  .finding > details > summary::after { right: 14px; top: 22px; }
  .finding-body { padding: 0 14px 20px; }
  .card { grid-template-columns: minmax(0, 1fr); gap: 9px; padding: 16px; }
  .card > div { display: grid; grid-template-columns: 84px minmax(0, 1fr); gap: 10px; align-items: baseline; }
  .counts th, .counts td { padding: 8px 7px; }
  .counts th:first-child { padding-left: 12px; }
  .counts th:last-child, .counts td:last-child { padding-right: 14px; }
  .map, .map tbody { display: block; }
  .map tbody th:first-child { width: auto; }
  .map thead { display: none; }
  .map tr { display: grid; grid-template-columns: minmax(0, 1fr) 124px; padding: 7px 14px; align-items: center; }
  .map th, .map td, .map .requests { width: auto; padding: 0; }
  .map tbody tr:last-child > * { padding-bottom: 0; }
  .map tbody { padding: 7px 0; }
  .map .cells { grid-column: 1 / -1; grid-row: 2; margin-top: 2px; }
  .unchecked li { grid-template-columns: minmax(0, 1fr); padding: 12px 14px; }
  .finding-list thead { display: none; }
  .finding-list, .finding-list tbody { display: block; }
  .finding-list tr { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 10px 14px; border-top: 1px solid var(--line); }
  .finding-list tr:first-child { border-top: 0; }
  .finding-list td { padding: 0; border: 0; }
  .finding-list td:nth-child(2) { order: 2; flex: 1 0 100%; }
  .finding-list td.again-of { margin-left: auto; }
  .finding-list td.quiet { display: none; }
  .known thead { display: none; }
  .known table, .known tbody { display: block; }
  .known tr { display: flex; flex-wrap: wrap; gap: 2px 14px; padding: 10px 14px; border-top: 1px solid var(--line); }
  .known tr:first-child { border-top: 0; }
  .known td { padding: 0; border: 0; }
  .known td:nth-child(3) { flex: 1 0 100%; order: 2; }
  .again h4 { flex: 1 0 100%; }
  .exchange > summary { gap: 4px 8px; padding: 8px 10px; }
  .exchange > :not(summary), .inner > :not(summary) { margin: 6px 10px 12px; }
  .lane, .dense .lane { grid-template-columns: auto minmax(0, 1fr); gap: 1px 10px; padding: 4px 6px; }
  .lane-outcome { text-align: right; overflow-wrap: anywhere; }
  .lane-bar { grid-row: 2; grid-column: 1 / -1; }
  .scale { margin: 2px 0 0; }
  .peek dl > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .chart th, .chart td { padding: 5px; font-size: 12px; }
  .chart th:first-child { padding-left: 14px; }
  .chart td:last-child, .chart th:last-child { padding-right: 14px; }
  .chart .drawn { width: 34%; }
  .range .between { display: none; }
  .chart figcaption .quiet { display: block; margin-left: 0; }
  .chart th:nth-child(3), .chart td:nth-child(3) { display: none; }
  .filters { grid-template-columns: minmax(0, 1fr); padding: 14px; }
  .filters select { width: 100%; }
  .chapter-head { padding: 12px 14px; }
  .requirements, .requirements tbody { display: block; }
  .requirements thead { display: none; }
  .requirements tr { display: flex; flex-wrap: wrap; gap: 6px 12px; align-items: center; padding: 12px 14px; border-top: 1px solid var(--line); }
  .requirements tbody tr:first-child { border-top: 0; }
  .requirements td { padding: 0; border: 0; }
  .requirements .what { order: 3; flex: 1 0 100%; }
  .requirements .evidence { order: 4; flex: 1 0 100%; }
  .evidence span { display: inline; margin-right: 8px; }
}
@media print {
  :root { color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 10.5pt; background: none; }
  .contents, .skip, .filters, .peek, .exchange, .original, .curl, button, footer { display: none; }
  .overview { grid-template-columns: minmax(0, 5fr) minmax(0, 7fr); }
  .finding > details::details-content { content-visibility: visible; display: block; block-size: auto; }
  .finding > details > summary::after { content: none !important; }
  tr, li, .versus, .outcome, .compared, .card { break-inside: avoid; }
  h2, h3, h4, h5, summary { break-after: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
