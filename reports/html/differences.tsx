/** Two requests of a proof side by side: where their bodies differ, and where their answers do. */
import { unfolded } from '../../results/padding.js';
import type { ExchangeRecord } from '../../results/results.js';
import { visible, visibleLine } from '../visible.js';
import { count, grouped } from '../words.js';
import { isShortened } from './cap.js';
import { type Difference, difference, type Part, type Row } from './difference.js';
import { hexOf } from './hex.js';

const mostPointers = 4;
// In a long line only this much is shown around the change.
const around = 70;

/** What makes or breaks the argument: the bodies sent, and the answers. */
export function Differences({ pair }: { pair: [ExchangeRecord, ExchangeRecord] }) {
  const [one, other] = pair;
  const answered = one.answer !== null && other.answer !== null;
  return (
    <div class="differences">
      <Compared what="bodies" names={[one.name, other.name]} texts={[bodyOf(one), bodyOf(other)]} />
      {answered ? (
        <Compared what="answers" names={[one.name, other.name]} texts={[answerOf(one), answerOf(other)]} />
      ) : null}
    </div>
  );
}

interface Shown {
  text: string;
  bytes: number;
  /** What stands before the text, such as a status. */
  head: string;
  /** Something of it is missing here. */
  partial: boolean;
}

function bodyOf({ request }: ExchangeRecord): Shown {
  const { base64, body } = request;
  if (base64 === null)
    return { text: body, bytes: Buffer.byteLength(unfolded(body)), head: '', partial: isShortened(request) };
  const { lines, partial } = hexOf(base64);
  return { text: lines.join('\n'), bytes: Buffer.byteLength(base64, 'base64'), head: '', partial };
}

function answerOf({ answer }: ExchangeRecord): Shown {
  const body = answer?.body ?? '';
  const partial = answer !== null && (answer.truncated || isShortened(answer));
  return { text: body, bytes: Buffer.byteLength(unfolded(body)), head: String(answer?.status ?? ''), partial };
}

function Compared(props: { what: 'bodies' | 'answers'; names: [string, string]; texts: [Shown, Shown] }) {
  const { what, names, texts } = props;
  const [one, other] = texts;
  const [a = '', b = ''] = names.map(visibleLine);
  const found = difference(one.text, other.text);
  const heads: Row[] =
    one.head === other.head
      ? []
      : [
          { kind: 'out', parts: [{ text: one.head, changed: true }] },
          { kind: 'in', parts: [{ text: other.head, changed: true }] },
        ];
  const rows = [...heads, ...found.rows];
  return (
    <div class="compared">
      <h5>
        The {what} of {a} and {b}
      </h5>
      <p class="pointed">
        <Words found={found} bytes={one.bytes} partial={one.partial || other.partial} />
      </p>
      {rows.length === 0 ? null : (
        <pre class="diff">
          {rows.map((row) => (
            <Line row={row} names={[a, b]} />
          ))}
        </pre>
      )}
    </div>
  );
}

function Words({ found, bytes, partial }: { found: Difference; bytes: number; partial: boolean }) {
  if (found.equal === 'bytes') {
    return <>{partial ? 'Equal, as far as they are kept here.' : `Equal, byte by byte (${count(bytes, 'byte')}).`}</>;
  }
  if (found.equal === 'white space') return <>Equal but for the white space between the tokens.</>;
  const shown = found.pointers.slice(0, mostPointers);
  if (shown.length === 0) return <>They differ.</>;
  const more = found.pointers.length - shown.length;
  return (
    <>
      They differ at{' '}
      {shown.map((pointer, index) => (
        <>
          {index === 0 ? '' : ', '}
          <code>{visibleLine(pointer)}</code>
        </>
      ))}
      {more > 0 ? ` and ${grouped(more)} more` : ''}.
    </>
  );
}

/** One line with its sign; the name of the request is read out, and stands in the margin. */
function Line({ row, names }: { row: Row; names: [string, string] }) {
  if (row.kind === 'gap')
    return (
      <span class="row gap">
        ⋯ {count(row.lines, 'equal line')}
        {'\n'}
      </span>
    );
  const parts = row.parts.map((part, index) => (
    <Piece part={part} first={index === 0} last={index === row.parts.length - 1} />
  ));
  if (row.kind === 'same')
    return (
      <span class="row">
        {parts}
        {'\n'}
      </span>
    );
  const Element = row.kind === 'out' ? 'del' : 'ins';
  return (
    <Element class="row">
      <b>{row.kind === 'out' ? `− ${names[0]} ` : `+ ${names[1]} `}</b>
      {parts}
      {'\n'}
    </Element>
  );
}

function Piece({ part, first, last }: { part: Part; first: boolean; last: boolean }) {
  if (part.changed) {
    return (
      <>
        <mark>{visible(part.text)}</mark>
        {unlike(part.text)}
      </>
    );
  }
  if (part.text.length <= around * 2) return <>{visible(part.text)}</>;
  if (first && !last) return <>…{visible(part.text.slice(-around))}</>;
  if (last && !first) return <>{visible(part.text.slice(0, around))}…</>;
  return <>{visible(`${part.text.slice(0, around)}…${part.text.slice(-around)}`)}</>;
}

/** Letters that may look like others are spelled by their code points. */
function unlike(text: string) {
  const letters = [...text];
  if (letters.length > 8 || !/[^\u0020-\u007e·→␍↵\n]/u.test(text)) return null;
  const points = letters.map((letter) => `U+${letter.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`);
  return <span class="points"> {points.join(' ')}</span>;
}
