/** One request and its answer, byte by byte. */
import type { ExchangeRecord } from '../results.js';
import { visibleLine } from '../visible.js';
import { duration } from '../words.js';
import { Bytes, Text } from './parts.js';
import { outcomeClass } from './timeline.js';

export function Exchange({ exchange, id, sinceMs }: { exchange: ExchangeRecord; id: string; sinceMs: number }) {
  const { name, outcome, proof, key, credential, request, answer, silence, expected, sentMs, doneMs } = exchange;
  return (
    <details class="exchange" id={id}>
      <summary>
        <span class="name">{visibleLine(name)}</span>
        <code>
          {visibleLine(request.method)} {visibleLine(pathOf(request.url))}
        </code>
        <span class={`chip ${outcomeClass(outcome)}`}>
          {answer === null ? '' : `${answer.status} `}
          {visibleLine(outcome)}
        </span>
        {proof ? <span class="proof-mark">proof</span> : null}
      </summary>
      <dl class="facts">
        <div>
          <dt>Key</dt>
          <dd>{key === null ? <span class="quiet">none</span> : <mark>{visibleLine(key)}</mark>}</dd>
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
        <div>
          <dt>The reference would answer</dt>
          <dd>
            <Text>{expected}</Text>
          </dd>
        </div>
      </dl>
      <div class="pair">
        <div>
          <h5>Request</h5>
          <Bytes text={requestHead(exchange)} mark={key} />
          <Bytes text={request.body} mark={key} />
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
    </details>
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
