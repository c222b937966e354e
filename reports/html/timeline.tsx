/** Who was under way when: a lane for each request, from sent to answered. */
import type { ExchangeRecord } from '../results.js';
import { visibleLine } from '../visible.js';
import { duration } from '../words.js';
import { type Axis, axisOf } from './axis.js';

const outcomes = ['created', 'replayed', 'conflict', 'refused', 'in flight', 'unknown', 'read'] as const;

/** A name that is fit for a class: `in-flight`, or `other` for a word that is not known. */
export function outcomeClass(outcome: string): string {
  return (outcomes as readonly string[]).includes(outcome) ? `o-${outcome.replace(' ', '-')}` : 'o-other';
}

/** Patterns stand once in the page; every bar refers to them. */
export function Patterns() {
  return (
    <svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false">
      <defs>
        <pattern id="p-replayed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="2.4" height="6" class="ink" />
        </pattern>
        <pattern id="p-conflict" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <path d="M0 1h7M1 0v7" class="stroke" />
        </pattern>
        <pattern id="p-refused" width="6" height="6" patternUnits="userSpaceOnUse">
          <circle cx="3" cy="3" r="1.3" class="ink" />
        </pattern>
        <pattern id="p-in-flight" width="6" height="4" patternUnits="userSpaceOnUse">
          <rect width="6" height="1.5" class="ink" />
        </pattern>
      </defs>
    </svg>
  );
}

export function Timeline({ exchanges, anchor }: { exchanges: ExchangeRecord[]; anchor: string }) {
  if (exchanges.length === 0) return null;
  const axis = axisOf(exchanges);
  const seen = [...new Set(exchanges.map(({ outcome }) => outcome))];
  return (
    <figure class="timeline">
      <figcaption>
        Timeline, from sent to answered: {duration(axis.lastMs - axis.firstMs)}
        {axis.pauses.length > 0 ? '; pauses are drawn shorter than they were' : ''}
      </figcaption>
      <ol class="lanes">
        {[...exchanges]
          .sort((a, b) => a.sentMs - b.sentMs)
          .map((exchange) => (
            <Lane exchange={exchange} axis={axis} href={`#${anchor}-${exchange.name}`} />
          ))}
      </ol>
      <p class="scale" aria-hidden="true">
        <span>0 ms</span>
        <span>{exchanges.some(({ doneMs }) => doneMs === null) ? 'open' : duration(axis.lastMs - axis.firstMs)}</span>
      </p>
      {axis.pauses.length > 0 ? <Pauses axis={axis} /> : null}
      <ul class="legend" aria-label="Outcomes">
        {seen.map((outcome) => (
          <li>
            <svg width="26" height="14" aria-hidden="true" focusable="false">
              <Shape x={0} width={1} outcome={outcome} open={outcome === 'unknown'} />
            </svg>
            {visibleLine(outcome)}
          </li>
        ))}
      </ul>
    </figure>
  );
}

function Lane({ exchange, axis, href }: { exchange: ExchangeRecord; axis: Axis; href: string }) {
  const { name, outcome, sentMs, doneMs, proof, answer } = exchange;
  const x = axis.at(sentMs);
  const width = (doneMs === null ? 1 : axis.at(doneMs)) - x;
  const sent = duration(sentMs - axis.firstMs);
  const took = doneMs === null ? 'no answer' : duration(doneMs - sentMs);
  const words = `${name}: sent at ${sent}, ${doneMs === null ? 'never answered' : `answered after ${took}`}: ${outcome}`;
  return (
    <li class={proof ? 'lane proof' : 'lane'}>
      <a class="lane-name" href={href}>
        {visibleLine(name)}
        {proof ? <span class="proof-mark">proof</span> : null}
      </a>
      <svg class="lane-bar" width="100%" height="22" role="img" aria-label={visibleLine(words)}>
        <title>{visibleLine(words)}</title>
        {axis.pauses.map((pause) => (
          <line class="cut" x1={percent(pause.at)} x2={percent(pause.at)} y1="0" y2="22" />
        ))}
        <Shape x={x} width={width} outcome={outcome} open={doneMs === null} />
      </svg>
      <span class="lane-outcome">
        <b>{visibleLine(outcome)}</b> {answer === null ? '' : answer.status} <span class="quiet">{took}</span>
      </span>
    </li>
  );
}

/** A bar in the outcome's colour with its pattern; an open one has no end. */
function Shape({ x, width, outcome, open }: { x: number; width: number; outcome: string; open: boolean }) {
  const kind = outcomeClass(outcome);
  const wide = Math.min(Math.max(width, 0.008), 1);
  const box = { x: percent(Math.min(x, 1 - wide)), width: percent(wide), y: '3', height: '76%' };
  const pattern = `p-${kind.slice(2)}`;
  const patterned = ['p-replayed', 'p-conflict', 'p-refused', 'p-in-flight'].includes(pattern);
  return (
    <>
      <rect {...box} rx={open ? 0 : 3} class={`bar ${kind}${open ? ' open' : ''}`} />
      {patterned && !open ? <rect {...box} rx={3} fill={`url(#${pattern})`} /> : null}
    </>
  );
}

function Pauses({ axis }: { axis: Axis }) {
  return <p class="pauses">Dashed lines mark pauses of {axis.pauses.map((pause) => duration(pause.ms)).join(', ')}.</p>;
}

// Rounded, so that the same results give the same bytes everywhere.
function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))}%`;
}
