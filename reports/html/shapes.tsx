/** What a timeline is drawn with: bars in a colour and a pattern for each outcome. */

const outcomes = ['created', 'replayed', 'conflict', 'refused', 'in flight', 'unknown', 'read'] as const;
const patterned = ['o-replayed', 'o-conflict', 'o-refused', 'o-in-flight', 'o-unknown'];

/** A name that is fit for a class: `in-flight`, or `other` for a word that is not known. */
export function outcomeClass(outcome: string): string {
  return (outcomes as readonly string[]).includes(outcome) ? `o-${outcome.replace(' ', '-')}` : 'o-other';
}

/** Patterns stand once in the page; every bar refers to them. */
export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="o-replayed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2.4" height="6" class="ink" />
        </pattern>
        <pattern id="o-conflict" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 1h7M1 0v7" class="stroke" />
        </pattern>
        <pattern id="o-refused" width="6" height="6" patternUnits="userSpaceOnUse">
          <circle cx="3" cy="3" r="1.3" class="ink" />
        </pattern>
        <pattern id="o-in-flight" width="6" height="4" patternUnits="userSpaceOnUse">
          <rect width="6" height="1.5" class="ink" />
        </pattern>
        <pattern id="o-unknown" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">
          <rect width="3" height="8" class="hatch" />
        </pattern>
      </defs>
    </svg>
  );
}

/** A bar in the outcome's colour with its pattern; an open one is hatched and has no end. */
export function Shape(props: { x: number; width: number; outcome: string; open: boolean }) {
  const { x, width, outcome, open } = props;
  const kind = outcomeClass(outcome);
  const wide = Math.min(Math.max(width, 0.008), 1);
  const box = { x: percent(Math.min(x, 1 - wide)), width: percent(wide), y: '14%', height: '72%' };
  const pattern = open ? 'o-unknown' : kind;
  return (
    <>
      <rect {...box} rx={open ? 0 : 3} class={`bar ${kind}${open ? ' open' : ''}`} />
      {patterned.includes(pattern) ? <rect {...box} rx={open ? 0 : 3} fill={`url(#${pattern})`} /> : null}
    </>
  );
}

/** A cross at the end of a bar. */
export function Wrong({ at }: { at: number }) {
  return (
    <svg class="wrong" aria-hidden="true" x={percent(at)} y="50%" overflow="visible">
      <g>
        <circle cx="-9" cy="0" r="7" />
        <path d="M-12 -3l6 6m0 -6l-6 6" />
      </g>
    </svg>
  );
}

/** Rounded, so that the same results give the same bytes everywhere. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
