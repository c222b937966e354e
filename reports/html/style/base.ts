/** Colours, letters, and the pieces that stand everywhere. */
export const base = `
:root {
  color-scheme: light dark;
  --page: #f8f9fa; --paper: #fff; --sunk: #f3f4f6; --line: #e1e4e8; --edge: #c6ccd3; --ink: #1b1f24; --quiet: #565f6a;
  --link: #0b5cc0; --pass: #106a3f; --pass-bg: #e6f5ed; --fail: #bd1f27; --fail-bg: #fdecec; --warn: #8a4d00;
  --warn-bg: #fdf2dc; --info: #2759aa; --info-bg: #e9f0fc; --mark: #fff0b3; --mark-ink: #443200;
  --created: #2f7fd6; --replayed: #17915a; --conflict: #8a55c8; --refused: #c97a16; --in-flight: #1b93a6;
  --unknown: #7b8490; --pattern: rgb(255 255 255 / 55%);
  --n0: #0b57b4; --n1: #8a3ffc; --n2: #9f1853; --n3: #00606b; --on-n: #fff;
  --mono: ui-monospace, SFMono-Regular, 'SF Mono', Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #101214; --paper: #17191c; --sunk: #1f2226; --line: #2d3238; --edge: #454c55; --ink: #e8eaed; --quiet: #a7b0ba;
    --link: #7db7ff; --pass: #55d491; --pass-bg: #12291d; --fail: #ff9494; --fail-bg: #351819; --warn: #f2bb55;
    --warn-bg: #2f2410; --info: #8fbcff; --info-bg: #16243a; --mark: #4d3f10; --mark-ink: #ffe9a3;
    --created: #5aa5f5; --replayed: #3dbb80; --conflict: #b48bea; --refused: #e3a03f; --in-flight: #46b9cb;
    --unknown: #8d97a3; --pattern: rgb(0 0 0 / 45%);
    --n0: #8ec1ff; --n1: #d0b3ff; --n2: #ff9ec6; --n3: #62d5e0; --on-n: #101214;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { scroll-padding-top: 64px; -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto; padding: 28px 32px 64px; max-width: 1144px; background: var(--page); color: var(--ink);
  font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif;
}
h1, h2, h3, h4, h5, p, ul, ol, dl, dd, figure, pre, fieldset, legend { margin: 0; padding: 0; border: 0; min-width: 0; }
ul, ol { list-style: none; }
h1 { font-size: 28px; line-height: 1.2; letter-spacing: -0.015em; }
h2 { font-size: 20px; letter-spacing: -0.01em; }
h3 { font-size: 17px; line-height: 1.4; letter-spacing: -0.005em; }
h4 { font-size: 14px; margin: 26px 0 8px; }
h5 { font-size: 13px; margin: 20px 0 6px; color: var(--quiet); font-weight: 600; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
.sentence a, .argument a, .requirement a, .sources a { text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 4px; }
code, pre, mark { font-family: var(--mono); font-size: 12.5px; }
code { overflow-wrap: anywhere; }
mark { background: var(--mark); color: var(--mark-ink); border-radius: 3px; padding: 0 2px; overflow-wrap: anywhere; }
p, h1, h3, dd, li, th, td { overflow-wrap: anywhere; min-width: 0; }
.quiet { color: var(--quiet); font-weight: 400; }
.none { color: var(--quiet); font-size: 13px; font-style: italic; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999px; z-index: 3; }
.skip:focus { left: 16px; top: 8px; background: var(--paper); padding: 4px 12px; }
.patterns { position: absolute; }
.patterns .ink { fill: var(--pattern); }
.patterns .hatch { fill: var(--unknown); }
.patterns .stroke { stroke: var(--pattern); stroke-width: 1.5; fill: none; }

.s-passed { --c: var(--pass); --c-bg: var(--pass-bg); }
.s-failed, .s-error { --c: var(--fail); --c-bg: var(--fail-bg); }
.s-warned, .s-skipped, .s-blocked, .s-inconclusive { --c: var(--warn); --c-bg: var(--warn-bg); }
.s-noticed, .s-observed { --c: var(--info); --c-bg: var(--info-bg); }

button, input, select { font: inherit; color: inherit; font-size: 13px; }
button, select, input {
  background: var(--paper); border: 1px solid var(--edge); border-radius: 7px; padding: 4px 11px; min-height: 32px;
}
button { cursor: pointer; }
button:hover { border-color: var(--link); }
button[aria-pressed='true'] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); background: var(--info-bg); }

table { border-collapse: collapse; width: 100%; font-size: 14px; }
th { text-align: left; font-weight: 600; }
th, td { padding: 10px 14px; border-top: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-size: 12.5px; white-space: nowrap; border-top: 0; padding: 12px 14px 8px; }
.counts, .map, .finding-list, .card, .chapter, .unchecked, .observation, .chart, .known {
  background: var(--paper); border: 1px solid var(--line); border-radius: 10px;
}
.counts, .map, .finding-list { border-collapse: separate; border-spacing: 0; }
.section-head { display: flex; align-items: baseline; justify-content: space-between; gap: 16px; margin: 52px 0 14px; }
.lead { margin: -6px 0 14px; }

.badge {
  display: inline-block; color: var(--c); background: var(--c-bg); border-radius: 999px; padding: 1px 10px;
  font-size: 12.5px; font-weight: 600; white-space: nowrap; overflow-wrap: normal;
}
.level { font-size: 11.5px; font-weight: 650; letter-spacing: 0.03em; color: var(--quiet); white-space: nowrap; overflow-wrap: normal; }
.level-must { color: var(--ink); }
.id { font-weight: 650; white-space: nowrap; overflow-wrap: normal; }
.resource code { font-weight: 600; }
.nth {
  display: inline-block; min-width: 17px; padding: 0 4px; margin-left: 4px; border-radius: 9px; background: var(--n0);
  color: var(--on-n); font: 700 11px/17px system-ui, sans-serif; text-align: center; vertical-align: 1px;
}
.nth-1 { background: var(--n1); }
.nth-2 { background: var(--n2); }
.nth-3 { background: var(--n3); }
`;
