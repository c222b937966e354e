/** One request and its answer, byte by byte. */
import type { BatchRecord, ExchangeRecord } from '../../results/results.js';
import { visibleLine } from '../visible.js';
import { duration } from '../words.js';
import { Hex } from './hex.js';
import { Marked, type Marks, Nth, resourceOf } from './marks.js';
import { Bytes, Text } from './parts.js';
import { outcomeClass } from './shapes.js';

interface Props {
  exchange: ExchangeRecord;
  id: string;
  sinceMs: number;
  wrong: boolean;
  marks: Marks;
}

export function Exchange({ exchange, id, sinceMs, wrong, marks }: Props) {
  const { name, outcome, proof, answer, silence, expected, key, request } = exchange;
  const resource = resourceOf(exchange, marks);
  return (
    <details class="exchange" id={id}>
      <summary>
        <span class="name">{visibleLine(name)}</span>
        <code>
          {visibleLine(request.method)} {visibleLine(pathOf(request.url))}
        </code>
        <span class={`chip ${outcomeClass(outcome)}`}>
          {answer === null ? '' : `${answer.status} `}
          {visibleLine(outcome)} {resource === null ? null : <Nth number={resource} />}
        </span>
        {wrong ? <span class="wrong-mark">✗ wrong</span> : proof ? <span class="proof-mark">proof</span> : null}
      </summary>
      <dl class="facts">
        <div>
          <dt>The reference would answer</dt>
          <dd>
            <Marked marks={marks}>{expected}</Marked>
          </dd>
        </div>
        <Facts exchange={exchange} sinceMs={sinceMs} />
      </dl>
      <div class="pair">
        <div>
          <h5>Request</h5>
          <Bytes text={requestHead(exchange)} mark={key} />
          {request.base64 === null ? <Bytes text={request.body} mark={key} /> : <Hex base64={request.base64} />}
        </div>
        <div>
          <h5>Answer</h5>
          {answer === null ? (
            <p class="none">
              <Text>{silence ?? 'no answer'}</Text>
            </p>
          ) : (
            <>
              <Bytes text={answerHead(answer)} />
              <Bytes text={answer.body} mark={key} />
              {answer.truncated ? <p class="none">The rest of the body was not kept.</p> : null}
            </>
          )}
        </div>
      </div>
      {exchange.batch === undefined ? null : <Batch batch={exchange.batch} mark={key} />}
    </details>
  );
}

/** The batch that an item was sent in, as it went over the wire. */
function Batch({ batch: { item, result, request, answer }, mark }: { batch: BatchRecord; mark: string | null }) {
  return (
    <div class="pair">
      <div>
        <h5>Sent as {visibleLine(item)} of a batch</h5>
        <Bytes text={request} mark={mark} />
      </div>
      <div>
        <h5>{result === null ? 'Answered as a whole' : `Answered as ${visibleLine(result) || 'the whole'} of`}</h5>
        {answer === null ? (
          <p class="none">no answer</p>
        ) : (
          <Bytes text={`${answer.status}\n${answer.body}`} mark={mark} />
        )}
        {answer?.truncated === true ? <p class="none">The rest of the body was not kept.</p> : null}
      </div>
    </div>
  );
}

function Facts({ exchange, sinceMs }: { exchange: ExchangeRecord; sinceMs: number }) {
  const { key, credential, sentMs, doneMs } = exchange;
  return (
    <>
      <div>
        <dt>Key</dt>
        <dd>{key === null ? <span class="quiet">none</span> : <mark>{visibleLine(key) || 'empty'}</mark>}</dd>
      </div>
      <div>
        <dt>Credential</dt>
        <dd>{visibleLine(credential)}</dd>
      </div>
      <div>
        <dt>Sent, done</dt>
        <dd>
          {duration(sentMs - sinceMs)}, {doneMs === null ? 'never' : duration(doneMs - sinceMs)}
        </dd>
      </div>
    </>
  );
}

function requestHead({ request }: ExchangeRecord): string {
  return [`${request.method} ${request.url}`, ...request.headers.map(([name, value]) => `${name}: ${value}`)].join(
    '\n',
  );
}

function answerHead({ status, headers }: NonNullable<ExchangeRecord['answer']>): string {
  return [String(status), ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`)].join('\n');
}

function pathOf(url: string): string {
  return url.replace(/^[a-z]+:\/\/[^/]*/i, '') || '/';
}
