/** What was measured: how long answers took, and how close together storms were sent. */
import type { LatencyRecord, Results, StormRecord } from '../../results/results.js';
import { capital, duration, fineDuration, grouped, quantile } from '../words.js';
import { Section } from './parts.js';
import { Range, RangeTable } from './range.js';
import { scaleOf } from './scale.js';

export function Measured({ results: { latencies, storms } }: { results: Results }) {
  if (latencies.length === 0 && storms.length === 0) return null;
  return (
    <Section id="measured" title="Measured">
      <p class="quiet lead">On the suite’s clock. Axes are logarithmic, in milliseconds.</p>
      <div class="charts">
        {latencies.length === 0 ? null : <Latencies latencies={latencies} />}
        {storms.length === 0 ? null : <Storms storms={storms} />}
      </div>
    </Section>
  );
}

/** First calls against replays, and the rest. */
function Latencies({ latencies }: { latencies: LatencyRecord[] }) {
  const scale = scaleOf(latencies.flatMap(({ p50, longest }) => [p50, longest]));
  return (
    <RangeTable
      title="Time to the complete answer"
      legend="dot: median, bar: up to p90, line: up to p99"
      columns={['Outcome', 'Answers', 'Median', 'p99', 'Longest']}
      scale={scale}
      rows={latencies.map(({ outcome, count, p50, p90, p99, longest }) => ({
        name: capital(outcome),
        kind: outcome,
        range: <Range scale={scale} kind={outcome} dot={p50} thick={[p50, p90]} thin={[p50, p99]} />,
        cells: [grouped(count), duration(p50), duration(p99), duration(longest)],
      }))}
    />
  );
}

function Storms({ storms }: { storms: StormRecord[] }) {
  const groups = byWidth(storms);
  const scale = scaleOf(storms.map(({ spreadMs }) => spreadMs));
  return (
    <RangeTable
      title="Spread of the release of a storm"
      legend="dot: median, bar: up to p90, line: all"
      columns={['Requests', 'Storms', 'Overlapped', 'Median', 'Longest']}
      scale={scale}
      rows={groups.map(({ name, spreads, overlapped }) => {
        const [half, most, longest] = [quantile(spreads, 0.5), quantile(spreads, 0.9), spreads.at(-1) ?? 0];
        return {
          name,
          kind: 'storm',
          range: <Range scale={scale} kind="storm" dot={half} thick={[half, most]} thin={[spreads[0] ?? 0, longest]} />,
          cells: [grouped(spreads.length), grouped(overlapped), fineDuration(half), fineDuration(longest)],
        };
      })}
    />
  );
}

/** Storms of 2, of 3 and 4, of 5 to 8, and so on. */
function byWidth(storms: StormRecord[]): { name: string; spreads: number[]; overlapped: number }[] {
  const groups = new Map<number, StormRecord[]>();
  for (const storm of storms) {
    const most = 2 ** Math.ceil(Math.log2(Math.max(2, storm.width)));
    groups.set(most, [...(groups.get(most) ?? []), storm]);
  }
  return [...groups]
    .sort(([a], [b]) => a - b)
    .map(([, group]) => {
      const widths = group.map(({ width }) => width);
      const [least, most] = [Math.min(...widths), Math.max(...widths)];
      return {
        name: least === most ? String(least) : `${least} to ${most}`,
        spreads: group.map(({ spreadMs }) => spreadMs).sort((a, b) => a - b),
        overlapped: group.filter(({ together }) => together > 1).length,
      };
    });
}
