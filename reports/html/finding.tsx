/** A finding: what is broken, why, what happened, and how to see it again. */

import type { FindingRecord, Results } from '../../results/results.js';
import type { Finding } from '../../results/tally.js';
import { curlScript } from '../curl.js';
import { capital, confirmation, count, nameOf, placeOf, promiseFlag, remark, sentence as stop } from '../words.js';
import { Case } from './case.js';
import { Uncounted } from './known.js';
import { Marked, marksOf } from './marks.js';
import { Badge, Button, Command, LevelMark, Prose, Sources, Text } from './parts.js';

export function FindingArticle(props: Finding & { results: Results; open: boolean }) {
  const { requirement, finding, number, results, open } = props;
  const { id, level, status, statement } = requirement;
  const flag = promiseFlag(requirement);
  const anchor = anchorOf({ requirement, finding, number }, results);
  const place = `${placeOf(requirement, results)} ${number}`;
  const name = nameOf(requirement, results);
  return (
    <article class={`finding s-${status}`} aria-labelledby={`${anchor}-title`}>
      <details id={anchor} open={open}>
        <summary>
          <span class="marks">
            <Badge status={status} /> <LevelMark level={level} /> <b>{number > 1 ? `${name} (${number})` : name}</b>{' '}
            <Uncounted requirement={requirement} results={results} />
          </span>
          <h3 id={`${anchor}-title`}>
            <Prose>{finding.summary}</Prose>
          </h3>
        </summary>
        <div class="finding-body">
          <p class="requirement">
            <a href={`#${placeOf(requirement, results)}`}>{id}</a>: <Prose>{stop(statement)}</Prose>{' '}
            <Sources sources={requirement.sources} />
          </p>
          {status === 'inconclusive' ? <p class="quiet">{stop(remark(requirement))}</p> : null}
          {flag === null ? null : (
            <p>
              With <code>{flag}</code> this fails the run.
            </p>
          )}
          <Why finding={finding} title={status === 'noticed' ? 'Why it is shown' : 'Why this is a violation'} />
          <h4>Smallest case: {count(finding.smallest.attempts, 'request')}</h4>
          <Confirmed finding={finding} id={id} />
          <Case
            record={finding.smallest}
            anchor={`${anchor}-smallest`}
            place={`${place} smallest`}
            marks={marksOf(finding.smallest)}
            wrong={finding.illegal}
          />
          <Again finding={finding} results={results} anchor={anchor} place={place} />
          <details class="inner original" id={`${anchor}-original`}>
            <summary>The original case: {count(finding.original.attempts, 'request')}</summary>
            <div>
              <Case
                record={finding.original}
                anchor={`${anchor}-original`}
                place={`${place} original`}
                marks={marksOf(finding.original)}
                wrong={null}
              />
            </div>
          </details>
        </div>
      </details>
    </article>
  );
}

export function anchorOf({ requirement, number }: Finding, results: Results): string {
  return `finding-${placeOf(requirement, results)}-${number}`;
}

function Why({ finding, title }: { finding: FindingRecord; title: string }) {
  const marks = marksOf(finding.smallest);
  return (
    <>
      <h4>{title}</h4>
      <div class="argument">
        {finding.argument.map((line) => (
          <p>
            <Marked marks={marks}>{stop(line)}</Marked>
          </p>
        ))}
      </div>
      <div class="pair versus">
        <div class="expected">
          <h4>Expected</h4>
          <p>
            <Marked marks={marks}>{finding.expected}</Marked>
          </p>
        </div>
        <div class="observed">
          <h4>Observed</h4>
          <p>
            <Marked marks={marks}>{finding.observed}</Marked>
          </p>
        </div>
      </div>
    </>
  );
}

function Confirmed({ finding, id }: { finding: FindingRecord; id: string }) {
  const found = finding.foundBy === id ? '' : ` by the plan for ${finding.foundBy}`;
  return (
    <p class="confirmation">
      <Tries finding={finding} /> {capital(confirmation(finding))}. Found{found} in round {finding.round}, seed{' '}
      {finding.seed}, path <code>{finding.path}</code>.
    </p>
  );
}

/** A box for each repeat, filled where it failed again. */
export function Tries({ finding: { confirmed } }: { finding: FindingRecord }) {
  if (confirmed.of === 0 || confirmed.of > 20) return null;
  return (
    <span class="tries" aria-hidden="true">
      {Array.from({ length: confirmed.of }, (_, index) => (
        <i class={index < confirmed.failed ? 'hit' : undefined} />
      ))}
    </span>
  );
}

function Again(props: { finding: FindingRecord; results: Results; anchor: string; place: string }) {
  const { finding, results, anchor, place } = props;
  return (
    <>
      <div class="again">
        <h4>See it again</h4>
        <Button class="copy" data-copy="rerun" data-place={place}>
          Copy the command
        </Button>
        <Button class="copy" data-copy="curl" data-place={place}>
          Copy the curl script
        </Button>
        <Button class="copy" data-copy="json" data-place={place}>
          Copy the JSON
        </Button>
      </div>
      <Command>{finding.commands.rerun}</Command>
      <details class="inner curl" id={`${anchor}-curl`}>
        <summary>As a shell script with curl</summary>
        <pre class="bytes">
          <Text>{curlScript(finding.smallest, { ...results.contract, transport: results.transport })}</Text>
        </pre>
      </details>
    </>
  );
}
