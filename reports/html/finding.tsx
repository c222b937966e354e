/** A finding: what is broken, why, what happened, and how to see it again. */
import { curlScript } from '../curl.js';
import type { CaseRecord, Results } from '../results.js';
import { type Finding, findingsOf } from '../tally.js';
import { visibleLine } from '../visible.js';
import { capital, confirmation, count, sentence as stop } from '../words.js';
import { Exchange } from './exchange.js';
import { Badge, LevelMark, Prose, Section, Text } from './parts.js';
import { Timeline } from './timeline.js';

export function Findings({ results }: { results: Results }) {
  const findings = findingsOf(results);
  if (findings.length === 0) return null;
  return (
    <Section id="findings" title={findings.length === 1 ? 'Finding' : 'Findings'}>
      {findings.map((finding) => (
        <FindingArticle {...finding} />
      ))}
    </Section>
  );
}

function FindingArticle({ requirement, finding, number }: Finding) {
  const { id, level, status, sentence, source } = requirement;
  const anchor = `finding-${id}-${number}`;
  const found = finding.foundBy === id ? '' : ` by the plan for ${finding.foundBy}`;
  return (
    <article id={anchor} class={`finding s-${status}`} aria-labelledby={`${anchor}-title`}>
      <header>
        <p class="marks">
          <Badge status={status} /> <LevelMark level={level} /> <a href={`#${id}`}>{id}</a>
        </p>
        <h3 id={`${anchor}-title`}>
          <Prose>{finding.summary}</Prose>
        </h3>
        <p class="quiet">
          Requirement: <Prose>{stop(sentence)}</Prose> Source: <Text>{stop(source)}</Text>
        </p>
      </header>
      <h4>Why this is a violation</h4>
      <div class="argument">
        {finding.argument.map((line) => (
          <p>
            <Prose>{stop(line)}</Prose>
          </p>
        ))}
      </div>
      <div class="pair versus">
        <div class="expected">
          <h4>Expected</h4>
          <p>
            <Text>{finding.expected}</Text>
          </p>
        </div>
        <div class="observed">
          <h4>Observed</h4>
          <p>
            <Text>{finding.observed}</Text>
          </p>
        </div>
      </div>
      <h4>Smallest case: {count(finding.smallest.attempts, 'request')}</h4>
      <p class="confirmation">
        {capital(confirmation(finding))}. Found{found} in round {finding.round}, seed {finding.seed}, path{' '}
        <code>{finding.path}</code>.
      </p>
      <Case record={finding.smallest} anchor={`${anchor}-smallest`} />
      <h4>See it again</h4>
      <Command>{finding.commands.rerun}</Command>
      <details class="script" id={`${anchor}-curl`}>
        <summary>As a shell script with curl</summary>
        <pre class="bytes">
          <Text>{finding.commands.curl === '' ? curlScript(finding.smallest) : finding.commands.curl}</Text>
        </pre>
      </details>
      <details class="script" id={`${anchor}-original`}>
        <summary>The original case: {count(finding.original.attempts, 'request')}</summary>
        <Case record={finding.original} anchor={`${anchor}-original`} />
      </details>
    </article>
  );
}

/** Words that break only where there is a space, so that options stay whole. */
function Command({ children }: { children: string }) {
  return (
    <pre class="command">
      {visibleLine(children)
        .split(' ')
        .map((word, index) => (
          <>
            {index === 0 ? '' : ' '}
            <span>{word}</span>
          </>
        ))}
    </pre>
  );
}

function Case({ record, anchor }: { record: CaseRecord; anchor: string }) {
  const sinceMs = Math.min(...record.exchanges.map(({ sentMs }) => sentMs));
  const hidden = record.attempts - new Set(record.exchanges.map(({ name }) => name.replace(/′+$/, ''))).size;
  return (
    <>
      <ol class="steps">
        {record.steps.map((step) => (
          <li>
            <Text>{step}</Text>
          </li>
        ))}
      </ol>
      <Timeline exchanges={record.exchanges} anchor={anchor} />
      {hidden > 0 ? (
        <p class="none">{count(hidden, 'more request')} of this case not shown; results.json has all.</p>
      ) : null}
      {record.exchanges.map((exchange) => (
        <Exchange exchange={exchange} id={`${anchor}-${exchange.name}`} sinceMs={sinceMs} />
      ))}
      {record.effects.length === 0 ? null : (
        <>
          <h5>Resources that exist afterwards</h5>
          <ul class="effects">
            {record.effects.map(({ id, why }) => (
              <li>
                <code>
                  <Text>{id}</Text>
                </code>{' '}
                <Text>{why}</Text>
              </li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}
