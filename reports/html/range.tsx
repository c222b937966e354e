/** A table with a drawn range in each row. */
import type { ComponentChildren } from 'preact';
import { grouped } from '../words.js';
import type { Scale } from './scale.js';
import { percent } from './shapes.js';

interface Row {
  name: string;
  kind: string;
  range: ComponentChildren;
  cells: string[];
}

export function RangeTable(props: { title: string; legend: string; columns: string[]; scale: Scale; rows: Row[] }) {
  const { title, legend, columns, scale, rows } = props;
  const [first = '', ...rest] = columns;
  return (
    <figure class="chart">
      <figcaption>
        <b>{title}</b> <span class="quiet">{legend}</span>
      </figcaption>
      <table>
        <caption class="unseen">{title}</caption>
        <thead>
          <tr>
            <th scope="col">{first}</th>
            <td class="drawn">
              <Marks scale={scale} />
            </td>
            {rest.map((name) => (
              <th scope="col">{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, range, cells }) => (
            <tr>
              <th scope="row">{name}</th>
              <td class="drawn">{range}</td>
              {cells.map((cell) => (
                <td>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
}

interface RangeProps {
  scale: Scale;
  kind: string;
  dot: number;
  thick: [number, number];
  thin: [number, number];
}

export function Range({ scale, kind, dot, thick, thin }: RangeProps) {
  const x = (ms: number) => percent(scale.at(ms));
  return (
    <svg class={`range o-${kind}`} width="100%" height="18" aria-hidden="true" focusable="false">
      {scale.marks.map((mark) => (
        <line class="grid" x1={x(mark)} x2={x(mark)} y1="0" y2="18" />
      ))}
      <line class="thin" x1={x(thin[0])} x2={x(thin[1])} y1="9" y2="9" />
      <line class="thick" x1={x(thick[0])} x2={x(thick[1])} y1="9" y2="9" />
      <circle cx={x(dot)} cy="9" r="4.5" />
    </svg>
  );
}

function Marks({ scale }: { scale: Scale }) {
  return (
    <svg class="range" width="100%" height="16" aria-hidden="true" focusable="false">
      {scale.marks.map((mark, index) => (
        <text
          class={index === 0 || index === scale.marks.length - 1 ? undefined : 'between'}
          x={percent(scale.at(mark))}
          y="12"
          text-anchor={index === 0 ? 'start' : index === scale.marks.length - 1 ? 'end' : 'middle'}
        >
          {mark < 1 ? mark : grouped(mark)}
        </text>
      ))}
    </svg>
  );
}
