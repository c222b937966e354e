/** Requirements with their filters, observations, notes. */
export const lists = `
.filters {
  display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 12px 20px; align-items: end; padding: 14px 20px;
  background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
}
.filters label, .filters legend { display: block; font-size: 12px; color: var(--quiet); margin-bottom: 3px; }
.filters fieldset { display: flex; flex-wrap: wrap; gap: 6px; }
.filters legend { float: left; width: 100%; }
.filters button { padding: 3px 9px; border-radius: 999px; }
.words { position: relative; }
.words input { width: 100%; padding-right: 36px; }
.words .hint {
  position: absolute; right: 8px; bottom: 6px; font: 12px/20px var(--mono); color: var(--quiet); border: 1px solid var(--line);
  border-radius: 4px; padding: 0 6px; background: var(--sunk);
}
.words input:focus + .hint { display: none; }
.filters .shown { grid-column: 1 / -1; display: flex; gap: 14px; align-items: center; min-height: 32px; font-size: 13px; color: var(--quiet); }

.chapter { margin-top: 18px; }
.chapter-head {
  display: flex; flex-wrap: wrap; gap: 4px 20px; align-items: baseline; justify-content: space-between;
  padding: 13px 20px; border-bottom: 1px solid var(--line);
}
.chapter-head h3 { font-size: 15px; }
.chapter-head h3 .quiet { margin-left: 8px; }
.chapter-counts { display: flex; flex-wrap: wrap; gap: 2px 16px; font-size: 13px; }
.chapter-counts span { color: var(--c); }
.requirements { table-layout: fixed; }
.requirements thead th { padding: 9px 20px 3px; }
.requirements td { padding: 11px 20px; }
.requirements tbody tr:first-child td { border-top: 0; }
.requirements th:nth-child(1) { width: 158px; }
.requirements th:nth-child(3) { width: 112px; }
.requirements th:nth-child(4) { width: 196px; }
.requirements tr:target { background: var(--info-bg); }
.requirements tr:last-child:target td:first-child { border-bottom-left-radius: 10px; }
.requirements tr:last-child:target td:last-child { border-bottom-right-radius: 10px; }
.requirements p + p { margin-top: 3px; }
.requirements .quiet, .evidence { font-size: 13px; }
.reason { font-size: 13.5px; }
.evidence span { display: block; }
.to-finding { font-weight: 600; white-space: nowrap; }

.observations { columns: 2; column-gap: 18px; }
.observation { break-inside: avoid; margin-bottom: 18px; position: relative; }
.observation > p { padding: 12px 18px 10px; font-size: 13.5px; }
.observations th, .observations td { padding: 6px 18px; font-size: 13.5px; }
.observations th[scope='row'] { font-weight: 400; width: 60%; white-space: pre-wrap; }
.seen { display: block; }
.seen b { font-weight: 600; }
.chart + .chart { margin-top: 18px; }
.chart { padding-bottom: 8px; }
.chart figcaption { padding: 12px 18px 4px; font-size: 13.5px; }
.chart figcaption .quiet { margin-left: 8px; font-size: 12.5px; }
.chart th, .chart td { padding: 5px 9px; font-size: 13px; white-space: nowrap; text-align: right; font-variant-numeric: tabular-nums; border-top: 0; }
.chart thead th, .chart thead td { font-size: 12px; padding-bottom: 2px; vertical-align: bottom; }
.chart th:first-child { padding-left: 18px; text-align: left; font-weight: 500; }
.chart td:last-child, .chart th:last-child { padding-right: 18px; }
.chart .drawn { width: 54%; padding: 0 6px; vertical-align: middle; }
.range { display: block; overflow: visible; }
.range text { font-size: 11px; fill: var(--quiet); }
.range .grid { stroke: var(--line); }
.range .thin { stroke: var(--o); stroke-width: 2; }
.range .thick { stroke: var(--o); stroke-width: 7; stroke-opacity: 0.45; }
.range circle { fill: var(--o); stroke: var(--paper); stroke-width: 1.5; }
.o-storm { --o: var(--info); }
.known .state { color: var(--c); }
.uncounted { display: inline-block; font-size: 11.5px; font-weight: 650; color: var(--quiet); border: 1px solid var(--edge); border-radius: 4px; padding: 0 5px; white-space: nowrap; }
.notes li { padding-left: 18px; position: relative; margin-top: 5px; max-width: 90ch; }
.notes li::before { content: '–'; position: absolute; left: 2px; color: var(--quiet); }
footer { margin-top: 64px; padding-top: 16px; border-top: 1px solid var(--line); font-size: 13px; color: var(--quiet); }
`;
