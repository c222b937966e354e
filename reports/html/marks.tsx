/** Keys and ids in sentences: a key is marked, and each resource has a number, because its id is hard to tell apart. */
import type { ComponentChildren } from 'preact';
import type { CaseRecord, ExchangeRecord, FindingRecord } from '../../results/results.js';
import { visible } from '../visible.js';

export interface Marks {
  keys: string[];
  /** Numbers of the resources, by id. */
  resources: ReadonlyMap<string, number>;
}

// Shorter ones could be parts of words.
const shortest = 6;
const mostResources = 60;

/** The keys of a case, and the ids in its answers that its sentences speak of. */
export function marksOf(record: CaseRecord, finding: FindingRecord): Marks {
  const exchanges = [...record.exchanges].sort((a, b) => a.sentMs - b.sentMs);
  const texts = [
    ...finding.argument,
    finding.expected,
    finding.observed,
    ...record.effects.map(({ id }) => id),
    ...exchanges.map(({ expected }) => expected),
  ].join('\n');
  const ids = [...exchanges.flatMap(idsIn), ...record.effects.map(({ id }) => id)];
  const named = [...new Set(ids)].filter((id) => id.length >= shortest && texts.includes(id)).slice(0, mostResources);
  const keys = [...new Set(exchanges.flatMap(({ key }) => (key !== null && key.length >= shortest ? [key] : [])))];
  return { keys, resources: new Map(named.map((id, index) => [id, index + 1])) };
}

/** The number of the resource that an answer names. */
export function resourceOf(exchange: ExchangeRecord, { resources }: Marks): number | null {
  const id = idsIn(exchange).find((one) => resources.has(one));
  return id === undefined ? null : (resources.get(id) ?? null);
}

function idsIn({ answer }: ExchangeRecord): string[] {
  return [...(answer?.body ?? '').matchAll(/"id"\s*:\s*"([^"\\]*)"/g)].map((match) => match[1] ?? '');
}

/** A sentence with its keys, ids and what stands between backticks set apart. */
export function Marked({ children, marks }: { children: string; marks: Marks }) {
  const words = [...marks.keys, ...marks.resources.keys()].sort((a, b) => b.length - a.length);
  if (words.length === 0) return <>{visible(children)}</>;
  const known = new RegExp(`(${words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`);
  return <>{children.split(known).map((part, index) => (index % 2 === 0 ? visible(part) : mark(part, marks)))}</>;
}

function mark(word: string, { resources }: Marks): ComponentChildren {
  const number = resources.get(word);
  if (number === undefined) return <mark>{visible(word)}</mark>;
  return (
    <span class="resource">
      <code>{visible(word)}</code>
      <Nth number={number} />
    </span>
  );
}

/** The number of a resource, wherever it is spoken of. */
export function Nth({ number }: { number: number }) {
  return <span class={`nth nth-${number % 4}`}>{number}</span>;
}
