/** Who was under way when: a lane for each request, from sent to answered. */
import type { ExchangeRecord } from '../../results/results.js';
import { visibleLine } from '../visible.js';
import { duration } from '../words.js';
import { type Axis, axisOf, type Overlap, overlapOf } from './axis.js';
import { type Marks, Nth, resourceOf } from './marks.js';
import { Button } from './parts.js';
import { percent, Shape, Wrong } from './shapes.js';

// More lanes than this are drawn closer together.
const manyLanes = 16;

interface Props {
  exchanges: ExchangeRecord[];
  /** Begins the ids of the exchanges. */
  anchor: string;
  /** Where the script finds the exchanges: requirement, number of the finding, case. */
  place: string;
  illegal: ExchangeRecord | null;
  marks: Marks;
}

export function Timeline({ exchanges, anchor, place, illegal, marks }: Props) {
  if (exchanges.length === 0) return null;
  const axis = axisOf(exchanges);
  const overlap = overlapOf(exchanges, axis);
  const lanes = exchanges
    .map((exchange, index) => ({ exchange, index }))
    .sort((a, b) => a.exchange.sentMs - b.exchange.sentMs);
  return (
    <figure class={`timeline${lanes.length > manyLanes ? ' dense' : ''}`} data-place={place}>
      <figcaption>
        <span>
          Timeline, from sent to answered: {duration(axis.lastMs - axis.firstMs)}
          {axis.pauses.length > 0 ? '; dashed lines mark pauses that were longer: ' : ''}
          {axis.pauses.map((pause) => duration(pause.ms)).join(', ')}
        </span>
        {overlap === null ? null : (
          <Button class="zoom" data-zoom={`${overlap.from.toFixed(4)} ${overlap.to.toFixed(4)}`}>
            Zoom to the overlap
          </Button>
        )}
      </figcaption>
      <ol class="lanes">
        {lanes.map(({ exchange, index }) => (
          <Lane
            exchange={exchange}
            index={index}
            axis={axis}
            href={`#${anchor}-${exchange.name}`}
            wrong={exchange === illegal}
            resource={resourceOf(exchange, marks)}
          />
        ))}
      </ol>
      <Scale axis={axis} overlap={overlap} open={exchanges.some(({ doneMs }) => doneMs === null)} />
      <Legend outcomes={[...new Set(exchanges.map(({ outcome }) => outcome))]} wrong={illegal !== null} />
      <div class="peek" hidden />
    </figure>
  );
}

/** Said in words elsewhere. */
function Chip(props: { class: string; children: string }) {
  return (
    <span class={props.class} aria-hidden="true">
      {props.children}
    </span>
  );
}

interface LaneProps {
  exchange: ExchangeRecord;
  index: number;
  axis: Axis;
  href: string;
  wrong: boolean;
  resource: number | null;
}

function Lane({ exchange, index, axis, href, wrong, resource }: LaneProps) {
  const { name, outcome, sentMs, doneMs, proof, answer } = exchange;
  const x = axis.at(sentMs);
  const end = doneMs === null ? 1 : axis.at(doneMs);
  const took = doneMs === null ? 'no answer' : duration(doneMs - sentMs);
  const ended = doneMs === null ? 'never answered' : `answered after ${took}`;
  const words = [
    `sent at ${duration(sentMs - axis.firstMs)}, ${ended}: ${outcome}${answer === null ? '' : ` ${answer.status}`}`,
    ...(resource === null ? [] : [`resource ${resource}`]),
    ...(proof ? ['part of the proof'] : []),
    ...(wrong ? ['the first answer that cannot be right'] : []),
  ].join(', ');
  return (
    <li>
      <a class={proof ? 'lane proof' : 'lane'} href={href} data-index={String(index)}>
        <span class="lane-name">
          {visibleLine(name)}
          <span class="unseen">: {visibleLine(words)}</span>
          {wrong ? <Chip class="wrong-mark">✗ wrong</Chip> : proof ? <Chip class="proof-mark">proof</Chip> : null}
        </span>
        <svg class="lane-bar" width="100%" height="22" aria-hidden="true" focusable="false">
          <svg class="plot" x="0" width="100%" aria-hidden="true">
            {axis.pauses.map((pause) => (
              <line class="cut" x1={percent(pause.at)} x2={percent(pause.at)} y1="0" y2="100%" />
            ))}
            <Shape x={x} width={end - x} outcome={outcome} open={doneMs === null} />
            {wrong ? <Wrong at={end} /> : null}
          </svg>
        </svg>
        <span class="lane-outcome" aria-hidden="true">
          <b>{visibleLine(outcome)}</b> {answer === null ? '' : answer.status}{' '}
          {resource === null ? null : <Nth number={resource} />} <span class="quiet">{took}</span>
        </span>
      </a>
    </li>
  );
}

function Scale({ axis, overlap, open }: { axis: Axis; overlap: Overlap | null; open: boolean }) {
  const anchor = (at: number) => (at < 0.06 ? 'start' : at > 0.94 ? 'end' : 'middle');
  return (
    <div class="scale" aria-hidden="true">
      <svg width="100%" height="20" aria-hidden="true" focusable="false">
        <svg class="plot" x="0" width="100%" aria-hidden="true">
          {axis.ticks.map(({ at, ms }) => (
            <Tick class="far" at={at} words={duration(ms)} anchor={open && at > 0.8 ? 'end' : anchor(at)} />
          ))}
          {open ? <Tick class="far" at={1} words="open" anchor="end" /> : null}
          {overlap?.ticks.map(({ at, ms }, index) => (
            <Tick
              class="near"
              at={at}
              words={`${index === 0 ? '' : '+'}${duration(ms)}`}
              anchor={index === 0 ? 'start' : 'end'}
            />
          ))}
        </svg>
      </svg>
    </div>
  );
}

function Tick(props: { class: string; at: number; words: string; anchor: 'start' | 'middle' | 'end' }) {
  const x = percent(props.at);
  return (
    <g class={props.class}>
      <line x1={x} x2={x} y1="0" y2="4" />
      <text x={x} y="16" text-anchor={props.anchor}>
        {props.words}
      </text>
    </g>
  );
}

function Legend({ outcomes, wrong }: { outcomes: string[]; wrong: boolean }) {
  return (
    <ul class="legend">
      {outcomes.map((outcome) => (
        <li>
          <svg width="26" height="14" aria-hidden="true" focusable="false">
            <Shape x={0} width={1} outcome={outcome} open={outcome === 'unknown'} />
          </svg>
          {visibleLine(outcome)}
        </li>
      ))}
      {wrong ? (
        <li>
          <svg width="18" height="14" aria-hidden="true" focusable="false">
            <Wrong at={1} />
          </svg>
          the first answer that cannot be right
        </li>
      ) : null}
    </ul>
  );
}
