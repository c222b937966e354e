/** What was sent and what came back: the plan, its timeline, the differences, and every request. */
import type { CaseRecord } from '../../results/results.js';
import { count, duration, setUpWords } from '../words.js';
import { Differences } from './differences.js';
import { Exchange } from './exchange.js';
import { type Marks, Resource } from './marks.js';
import { Text } from './parts.js';
import { pairOf } from './pick.js';
import { Timeline } from './timeline.js';

// A longer list is folded.
const mostOpen = 6;

interface Props {
  record: CaseRecord;
  anchor: string;
  place: string;
  marks: Marks;
  /** Name of the exchange whose answer is wrong; `null` where no single one is. */
  wrong: string | null;
}

export function Case({ record, anchor, place, marks, wrong }: Props) {
  const { exchanges } = record;
  const sinceMs = Math.min(...exchanges.map(({ sentMs }) => sentMs));
  const hidden = record.attempts - new Set(exchanges.map(({ attempt }) => attempt)).size;
  const illegal = exchanges.find(({ name }) => name === wrong) ?? null;
  const pair = pairOf(record, illegal);
  const list = exchanges.map((exchange) => (
    <Exchange
      exchange={exchange}
      id={`${anchor}-${exchange.name}`}
      sinceMs={sinceMs}
      wrong={exchange === illegal}
      marks={marks}
    />
  ));
  return (
    <>
      {setUpWords(record).map((text) => (
        <p class="none">
          Set-up <Text>{text}</Text>
        </p>
      ))}
      <ol class="steps">
        {record.steps.map((step) => (
          <li>
            <Text>{step}</Text>
          </li>
        ))}
      </ol>
      <Timeline exchanges={exchanges} anchor={anchor} place={place} illegal={illegal} marks={marks} />
      {pair === null ? null : <Differences pair={pair} />}
      {hidden > 0 ? (
        <p class="none">{count(hidden, 'more request')} of this case not shown; results.json has all.</p>
      ) : null}
      {exchanges.length > mostOpen ? (
        <details class="inner">
          <summary>All {exchanges.length} requests, byte by byte</summary>
          <div>{list}</div>
        </details>
      ) : (
        list
      )}
      <Effects record={record} marks={marks} />
      <Deliveries record={record} sinceMs={sinceMs} />
    </>
  );
}

function Effects({ record: { effects }, marks }: { record: CaseRecord; marks: Marks }) {
  if (effects.length === 0) return null;
  return (
    <>
      <h5>Resources that exist afterwards</h5>
      <ul class="effects">
        {effects.map(({ id, named }) => (
          <li>
            <Resource id={id} marks={marks} />{' '}
            <Text>
              {named.length > 0
                ? `named in the answer to ${named.join(', ')}`
                : 'in the list, never named in an answer'}
            </Text>
          </li>
        ))}
      </ul>
    </>
  );
}

function Deliveries({ record: { deliveries }, sinceMs }: { record: CaseRecord; sinceMs: number }) {
  if (deliveries.length === 0) return null;
  return (
    <>
      <h5>Webhooks that came</h5>
      <div class="wide">
        <table class="deliveries">
          <caption class="unseen">Webhooks that came, in the order of arrival</caption>
          <thead>
            <tr>
              {['At', 'Event', 'Type', 'Resource', 'We answered'].map((name) => (
                <th scope="col">{name}</th>
              ))}
            </tr>
          </thead>
          <tbody>
            {deliveries.map(({ atMs, event, type, resource, answered }) => (
              <tr>
                <td>{Number.isFinite(sinceMs) ? duration(Math.max(0, atMs - sinceMs)) : duration(atMs)}</td>
                {[event, type, resource].map((value) => (
                  <td>
                    {value === null ? (
                      <span class="quiet">none</span>
                    ) : (
                      <code>
                        <Text>{value}</Text>
                      </code>
                    )}
                  </td>
                ))}
                <td>{answered}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
