/** Small pieces that the whole report shares. */
import type { ComponentChildren } from 'preact';
import type { Level, RequirementRecord, Status } from '../../results/results.js';
import { signOf } from '../../results/tally.js';
import { visible, visibleLine } from '../visible.js';

/** A status in colour, with its sign and in words. */
export function Badge({ status }: { status: Status }) {
  return (
    <span class={`badge s-${status}`}>
      <span aria-hidden="true">{signOf[status]}</span> {status}
    </span>
  );
}

export function LevelMark({ level }: { level: Level }) {
  return <span class={`level level-${level.toLowerCase()}`}>{level}</span>;
}

/** Text from elsewhere: escaped by Preact, and what cannot be seen is spelled out. */
export function Text({ children }: { children: string }) {
  return <>{visible(children)}</>;
}

/** As `Text`; what stands between backticks is set as code. */
export function Prose({ children }: { children: string }) {
  const parts = visible(children).split('`');
  // A backtick without its partner is a character like any other.
  if (parts.length % 2 === 0) return <>{parts.join('`')}</>;
  return <>{parts.map((part, index) => (index % 2 === 1 ? <code>{part}</code> : part))}</>;
}

/** Where a promise is made; files of the suite's repository have no address yet. */
export function Sources({ sources }: Pick<RequirementRecord, 'sources'>) {
  return (
    <span class="quiet sources">
      {sources.length === 1 ? 'Source: ' : 'Sources: '}
      {sources.map(({ name, url }, index) => (
        <>
          {index === 0 ? '' : '; '}
          {/^https?:\/\//i.test(url) ? (
            <a href={url} rel="noreferrer">
              {visible(name)}
            </a>
          ) : (
            visible(`${name} (${url})`)
          )}
        </>
      ))}
    </span>
  );
}

/** Exact bytes; the idempotency key is marked wherever it stands. */
export function Bytes({ text, mark }: { text: string; mark?: string | null }) {
  if (text === '') return <p class="none">empty</p>;
  const parts = mark ? text.split(mark) : [text];
  return (
    <pre class="bytes">
      {parts.map((part, index) => (
        <>
          {index > 0 && mark ? <mark>{visible(mark)}</mark> : null}
          {visible(part)}
        </>
      ))}
    </pre>
  );
}

/** Words that break only where there is a space, so that options stay whole. */
export function Command({ children }: { children: string }) {
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

/** A part of the page that can be linked to and reached by its heading. */
export function Section(props: { id: string; title: string; beside?: ComponentChildren; children: ComponentChildren }) {
  const { id, title, beside, children } = props;
  return (
    <section id={id} aria-labelledby={`${id}-title`}>
      <div class="section-head">
        <h2 id={`${id}-title`}>{title}</h2>
        {beside}
      </div>
      {children}
    </section>
  );
}

/** Shown by the script only: without it there is nothing to press. */
export function Button(props: { class: string; children: ComponentChildren; [attribute: `data-${string}`]: string }) {
  return (
    <button type="button" hidden {...props}>
      {props.children}
    </button>
  );
}
