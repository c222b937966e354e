/** A finding and its exchanges. */
export const finding = `
.finding {
  background: var(--paper); border: 1px solid var(--line); border-left: 4px solid var(--c); border-radius: 10px; margin-top: 14px;
}
summary { cursor: pointer; list-style: none; }
summary::-webkit-details-marker { display: none; }
summary:hover { background: color-mix(in srgb, var(--sunk) 60%, transparent); border-radius: 8px; }
.finding > details > summary { position: relative; padding: 16px 52px 16px 24px; }
.finding > details > summary::after { content: '▸'; position: absolute; right: 22px; top: 26px; color: var(--quiet); }
.finding > details[open] > summary::after { content: '▾'; }
.finding h3 { margin-top: 5px; }
.finding-body { padding: 0 24px 26px; }
.marks { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; font-size: 13px; }
.argument { max-width: 84ch; font-size: 15.5px; }
.argument p + p { margin-top: 3px; }
.pair { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 16px; }
.versus { margin-top: 18px; }
.versus > div { border-radius: 8px; padding: 11px 16px 13px; border: 1px solid var(--line); border-top: 3px solid var(--pass); }
.versus > .observed { border-top-color: var(--c); }
.versus h4 { margin: 0 0 3px; }
.confirmation { font-size: 14px; color: var(--quiet); }
.steps { counter-reset: step; margin: 10px 0 0; font-size: 14px; }
.steps li { white-space: pre-wrap; counter-increment: step; position: relative; padding-left: 28px; }
.steps li::before { content: counter(step) '.'; position: absolute; left: 0; color: var(--quiet); font-variant-numeric: tabular-nums; }
.effects li { font-size: 14px; margin-top: 3px; }
.wide { overflow-x: auto; }
.deliveries th, .deliveries td { padding: 5px 12px 5px 0; font-size: 13px; }

.differences { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 2px 18px; margin-bottom: 18px; }
.differences h5 { margin-top: 0; }
.compared { min-width: 0; }
.pointed { font-size: 13.5px; }
.compared:not(:has(.diff)), .compared:not(:has(.diff)) + .compared { grid-column: 1 / -1; }
.compared:not(:has(.diff)) + .compared { margin-top: 10px; }
.diff { margin-top: 6px; border: 1px solid var(--line); border-radius: 7px; padding: 5px 0; font-size: 12px; overflow: hidden; }
.row { display: block; padding: 0 12px 0 calc(12px + 5ch); text-decoration: none; }
.row b { display: inline-block; min-width: 5ch; margin-left: -5ch; font-weight: 650; user-select: none; }
.gap { color: var(--quiet); }
del.row { background: var(--fail-bg); }
ins.row { background: var(--pass-bg); }
del b { color: var(--fail); }
ins b { color: var(--pass); }
.diff mark { background: none; color: inherit; font-size: inherit; font-weight: 700; padding: 0; border-radius: 2px; }
.diff mark { text-decoration: underline; text-decoration-thickness: 2px; text-underline-offset: 3px; }
del mark { background: color-mix(in srgb, var(--fail) 20%, transparent); text-decoration-color: var(--fail); }
ins mark { background: color-mix(in srgb, var(--pass) 20%, transparent); text-decoration-color: var(--pass); }
.points { color: var(--quiet); user-select: none; }

.exchange, .inner { border: 1px solid var(--line); border-radius: 8px; margin-top: 6px; }
.exchange > summary, .inner > summary { padding: 7px 14px; font-size: 14px; }
.exchange > summary { display: flex; flex-wrap: wrap; gap: 4px 12px; align-items: center; }
.exchange > summary::before, .inner > summary::before { content: '▸'; color: var(--quiet); width: 14px; display: inline-block; flex: none; }
.exchange[open] > summary::before, .inner[open] > summary::before { content: '▾'; }
.exchange:target, .inner:target { border-color: var(--link); }
.exchange > :not(summary), .inner > :not(summary) { margin: 6px 14px 14px; }
.exchange .name { font-weight: 650; min-width: 14px; }
.chip { font-size: 12.5px; border-left: 10px solid var(--o); padding-left: 7px; }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 8px 20px; }
.pair h5 { margin-top: 4px; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; tab-size: 2; }
.bytes { background: var(--sunk); border-radius: 6px; padding: 9px 12px; }
.bytes + .bytes, .bytes + .none { margin-top: 6px; }
.hex { white-space: pre; overflow-x: auto; font-size: 11.5px; }
.again { display: flex; flex-wrap: wrap; gap: 6px 8px; align-items: center; margin: 24px 0 8px; }
.again h4 { margin: 0; flex: 1 1 auto; }
.command { background: var(--sunk); border: 1px solid var(--line); border-radius: 8px; padding: 11px 14px; font-size: 13px; }
.command span { display: inline-block; max-width: 100%; }
`;
