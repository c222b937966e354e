/** The timeline: lanes, bars, marks. */
export const timeline = `
.timeline { margin: 14px 0 18px; padding: 13px 16px 12px; background: var(--sunk); border-radius: 8px; }
.timeline figcaption {
  display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; justify-content: space-between; min-height: 32px;
  font-size: 12.5px; color: var(--quiet); margin-bottom: 4px;
}
.lane {
  display: grid; grid-template-columns: 112px minmax(0, 1fr) 212px; gap: 14px; align-items: center; padding: 3px 6px; margin: 0 -6px;
  font-size: 13px; color: var(--ink); border-radius: 5px;
}
.lane:hover, .lane.shown { background: color-mix(in srgb, var(--edge) 40%, transparent); text-decoration: none; }
.lane-name { font-weight: 650; display: flex; gap: 8px; align-items: center; overflow-wrap: anywhere; }
.lane-bar { display: block; height: 22px; background: color-mix(in srgb, var(--line) 60%, transparent); border-radius: 4px; overflow: hidden; }
.lane-outcome { font-variant-numeric: tabular-nums; }
.lane-outcome .nth { margin: 0 4px 0 2px; }
.dense .lane { padding: 0 6px; font-size: 11.5px; line-height: 16px; }
.dense .lane-bar { height: 12px; border-radius: 2px; }
.dense .nth { line-height: 14px; min-width: 14px; font-size: 10px; vertical-align: 0; }
.dense .lane-bar .wrong g { transform: scale(0.8); }
.proof-mark, .wrong-mark {
  font-size: 11px; font-weight: 650; color: var(--fail); border: 1px solid currentColor; border-radius: 4px; padding: 0 5px; line-height: 16px;
  white-space: nowrap;
}
.proof-mark { color: var(--quiet); }
.wrong-mark { background: var(--fail); color: var(--paper); border-color: var(--fail); }
.dense .proof-mark, .dense .wrong-mark { font-size: 10px; line-height: 12px; }
.wrong circle { fill: var(--fail); stroke: var(--paper); stroke-width: 1.5; }
.wrong path { stroke: var(--paper); stroke-width: 2; fill: none; stroke-linecap: round; }
.scale { margin: 2px 226px 0 126px; }
.scale svg { display: block; overflow: hidden; }
.scale text { font-size: 11.5px; fill: var(--quiet); }
.scale line { stroke: var(--quiet); }
.cut { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 3; }
.bar { fill: var(--o); }
.bar.open { fill: color-mix(in srgb, var(--o) 22%, transparent); }
.o-created { --o: var(--created); }
.o-replayed { --o: var(--replayed); }
.o-conflict { --o: var(--conflict); }
.o-refused { --o: var(--refused); }
.o-in-flight { --o: var(--in-flight); }
.o-unknown, .o-read, .o-other { --o: var(--unknown); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; margin-top: 8px; font-size: 12.5px; color: var(--quiet); }
.legend li { display: flex; gap: 7px; align-items: center; }
.peek {
  margin-top: 10px; padding: 9px 14px; font-size: 12.5px; background: var(--paper);
  border: 1px solid var(--line); border-radius: 7px;
}
figcaption .zoom { margin-left: auto; }
.peek.filled { position: sticky; bottom: 8px; min-height: 136px; }
.timeline:not(.zoomed) .near, .zoomed .far { display: none; }
.peek p { color: var(--quiet); }
.peek p:not(:only-child) { color: var(--ink); font-weight: 600; margin-bottom: 4px; }
.peek dl > div { display: grid; grid-template-columns: 92px minmax(0, 1fr); gap: 10px; align-items: baseline; }
.peek dd { font: 12px/1.45 var(--mono); max-height: 4.4em; overflow: hidden; }
`;
