/** Numbers and times as people read them. */
import type { CaseRecord, FindingRecord, RequirementRecord, Results } from '../results/results.js';

/** Heading of what is noticed, and what it means. */
export const SEEN = {
  title: 'Seen, not promised',
  note: 'Neither flags nor the contract promise otherwise, so it fails no run. If the API does, say so with --promise.',
};

/** '--promise body', with which what is noticed fails the run. */
export function promiseFlag({ promise }: Pick<RequirementRecord, 'promise'>): string | null {
  return promise === undefined ? null : `--promise ${promise}`;
}

/** 'order: POST http://127.0.0.1/orders, answered 201': each set-up step of a case. */
export function setUpWords({ setUp = [] }: CaseRecord): string[] {
  return setUp.map(({ step, request, status }) => `${step}: ${request.method} ${request.url}, answered ${status}`);
}

/** `1 request`, `2 requests`. */
export function count(n: number, noun: string): string {
  return `${grouped(n)} ${noun}${n === 1 ? '' : 's'}`;
}

/** `12,345`, the same in every locale. */
export function grouped(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `3.1 ms`, `240 ms`, `4.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 100) return `${Number(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min${seconds % 60 === 0 ? '' : ` ${seconds % 60} s`}`;
}

/** As `duration`, down to microseconds: the spread of a storm is often shorter than a tenth of a millisecond. */
export function fineDuration(ms: number): string {
  return ms < 0.1 ? `${Math.round(ms * 1000)} µs` : duration(ms);
}

/** The value below which this share of the sorted numbers lies; nearest rank. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** What the storms of a run achieved, one fact each; none where there was no storm. */
export function stormFacts(storms: Results['storms']): string[] {
  if (storms.length === 0) return [];
  const widest = storms.reduce((most, { width }) => Math.max(most, width), 0);
  const spreads = storms.map(({ spreadMs }) => spreadMs).sort((a, b) => a - b);
  const overlapped = storms.filter(({ together }) => together > 1).length;
  return [
    `${count(storms.length, 'storm')} up to ${widest} wide`,
    `released within ${fineDuration(quantile(spreads, 0.5))} (median)`,
    `${grouped(overlapped)} overlapped`,
  ];
}

/** How often the smallest case failed again. */
export function confirmation({ confirmed }: FindingRecord): string {
  if (confirmed.of === 0) return 'not run again';
  return `failed again in ${confirmed.failed} of ${confirmed.of} runs with fresh keys`;
}

/** How a finding of a requirement that did not fail is to be taken: words before its summary; empty where it is a violation. */
export function remark({ status }: Pick<RequirementRecord, 'status'>): string {
  if (status === 'noticed') return 'Not promised';
  return status === 'inconclusive' ? 'Seen once, not reproduced' : '';
}

/** Cuts text that is longer than `limit`, and says so. */
export function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… [${grouped(text.length - limit)} more characters]`;
}

/** Ends text with a full stop, unless it ends a sentence already. */
export function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The id, and with the operation before it where the contract has several. */
export function nameOf(one: { operation: string; id: string }, { operations }: Pick<Results, 'operations'>): string {
  return operations.length > 1 ? `${one.operation} ${one.id}` : one.id;
}

/** Where a requirement stands in the HTML report: at its id, and those of further operations with their names besides. */
export function placeOf(one: { operation: string; id: string }, { operations }: Pick<Results, 'operations'>): string {
  return one.operation === operations[0]?.name ? one.id : `${one.id}-${one.operation}`;
}

/** A requirement, or a part of a chapter, as lists name it. */
export interface Named {
  /** The id, the chapter, or the chapter with how many of its requirements are meant. */
  name: string;
  /** What it leads to: the id or the chapter. */
  of: string;
  isChapter: boolean;
}

/** Names that a list of ids has before parts of chapters are folded. */
const MOST_NAMES = 6;

/** The ids, a whole chapter by its name; in a long list also a larger part of one: 'REPLAY (9 of 10)'. */
export function idsInShort(ids: string[], { requirements }: Pick<Results, 'requirements'>): Named[] {
  const chapterOf = new Map(requirements.map(({ id, chapter }) => [id, chapter]));
  const isPart = (own: string[], all: number) => own.length > 2 && (own.length === all || ids.length > MOST_NAMES);
  return [...new Set(ids.map((id) => chapterOf.get(id) ?? ''))].flatMap((chapter): Named[] => {
    const own = [...new Set(ids)].filter((id) => (chapterOf.get(id) ?? '') === chapter);
    const all = [...chapterOf.values()].filter((one) => one === chapter).length;
    if (!isPart(own, all)) return own.map((id) => ({ name: id, of: id, isChapter: false }));
    const name = own.length === all ? chapter : `${chapter} (${own.length} of ${all})`;
    return [{ name, of: chapter, isChapter: true }];
  });
}

/** Where a requirement comes from: the names of its sources. */
export function sourceWords({ sources }: Pick<RequirementRecord, 'sources'>): string {
  return sources.map(({ name }) => name).join('; ');
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
