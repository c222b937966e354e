/** Ids that a case took from an earlier answer: sent again, they must come from the new answer. */
import type { ExchangeRecord } from '../../results/results.js';
import type { Piece } from './quote.js';

export interface TakenId {
  /** Number of the exchange whose answer shows it. */
  from: number;
  /** Which `"id"` of that answer, counted from 1. */
  nth: number;
  url: Piece[];
}

/** Finds the last path segment that an earlier answer gave as an id. */
export function takenId(exchange: ExchangeRecord, earlier: readonly ExchangeRecord[]): TakenId | null {
  for (const [index, { answer }] of earlier.entries()) {
    const ids = [...(answer?.body ?? '').matchAll(/"id"\s*:\s*"([^"]*)"/g)].map((match) => match[1] ?? '');
    for (const [position, id] of ids.entries()) {
      const at = id === '' ? -1 : exchange.request.url.indexOf(`/${id}`);
      const rest = exchange.request.url.slice(at + 1 + id.length);
      if (at < 0 || !/^($|[/?])/.test(rest)) continue;
      const url = [{ text: exchange.request.url.slice(0, at + 1) }, { variable: `id_${index + 1}` }, { text: rest }];
      return { from: index + 1, nth: position + 1, url: url.filter((piece) => piece.text !== '') as Piece[] };
    }
  }
  return null;
}

/** The shell line that takes the id from the answer; `sed` and `tr` are everywhere, `jq` is not. */
export function takeLine({ from, nth }: TakenId): string {
  const sed = `sed -n 's/.*"id"[[:space:]]*:[[:space:]]*"\\([^"]*\\)".*/\\1/p'`;
  return `id_${from}=$(tr ',{' '\\n\\n' < "$dir/${from}.answer" | ${sed} | sed -n '${nth}p')`;
}
