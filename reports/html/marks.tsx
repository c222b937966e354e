/** Keys and ids in sentences: a key is marked, and each resource has a number, because ids look alike. */
import type { ComponentChildren } from 'preact';
import type { CaseRecord, ExchangeRecord } from '../../results/results.js';
import { visible } from '../visible.js';

export interface Marks {
  keys: string[];
  /** Numbers of the resources, by id. */
  resources: ReadonlyMap<string, number>;
}

// Shorter ones could be parts of words.
const shortest = 6;
// Longer ones, and more of them, make no regular expression.
const longest = 500;
const mostWords = 500;
const mostResources = 60;

/** The keys of a case, and its resources, numbered in the order in which answers named them. */
export function marksOf({ exchanges, effects }: CaseRecord): Marks {
  const sent = [...exchanges].sort((a, b) => a.sentMs - b.sentMs);
  // Those of the proof come first, so that they have a number also where there are many.
  const proofFirst = [...sent.filter(({ proof }) => proof), ...sent.filter(({ proof }) => !proof)];
  const named = [...proofFirst.flatMap(({ resource }) => resource ?? []), ...effects.map(({ id }) => id)];
  const ids = [...new Set(named)].slice(0, mostResources);
  return {
    keys: [...new Set(sent.flatMap(({ key }) => key ?? []))],
    resources: new Map(ids.map((id, index) => [id, index + 1])),
  };
}

/** The number of the resource that an answer names. */
export function resourceOf({ resource }: ExchangeRecord, { resources }: Marks): number | null {
  return resource === null ? null : (resources.get(resource) ?? null);
}

/** A sentence with its keys, ids and what stands between backticks set apart. */
export function Marked({ children, marks }: { children: string; marks: Marks }) {
  const words = [...marks.keys, ...marks.resources.keys()]
    .filter(({ length }) => length >= shortest && length <= longest)
    .slice(0, mostWords)
    .sort((a, b) => b.length - a.length);
  if (words.length === 0) return <>{visible(children)}</>;
  const known = new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`);
  return <>{children.split(known).map((part, index) => (index % 2 === 0 ? visible(part) : mark(part, marks)))}</>;
}

function mark(word: string, marks: Marks): ComponentChildren {
  return marks.resources.has(word) ? <Resource id={word} marks={marks} /> : <mark>{visible(word)}</mark>;
}

/** An id with the number of its resource. */
export function Resource({ id, marks: { resources } }: { id: string; marks: Marks }) {
  const number = resources.get(id);
  return (
    <span class="resource">
      <code>{visible(id)}</code>
      {number === undefined ? null : <Nth number={number} />}
    </span>
  );
}

/** The number of a resource, wherever it is spoken of. */
export function Nth({ number }: { number: number }) {
  return <span class={`nth nth-${number % 4}`}>{number}</span>;
}
