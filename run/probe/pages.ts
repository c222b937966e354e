/** Usual ways to the next page of a list that does not show how it is reached. */
import { guessPages, nextPath } from '../../client/list-pages.js';
import type { Contract, JsonObject, Pages } from '../../contracts/contract.js';
import { type ListAnswer, listIn, pageOf, showsAll } from './effects.js';
import { arraysOf } from './leaves.js';

interface PageTry {
  pages: JsonObject;
  /** What to ask for, one after the other. */
  paths: string[];
  /** Whether the answers are what they are where pages are reached so. */
  fits(answers: ListAnswer[]): boolean;
}

/** Nothing, where the answer shows the way itself. */
export function pageTries(contract: Contract, first: ListAnswer, ids: string[]): PageTry[] {
  const found = listIn(first.json ?? null, ids);
  if (found === null) return [];
  const { page, list } = pageOf(contract, first, found);
  if (list.pages !== null || guessPages(page, list) !== null) return [];
  const shown = itemsOf(first);
  const pathBy = (pages: Pick<Pages, 'kind'> & Partial<Pages>, items = page.items) =>
    nextPath({ ...page, items }, list, { query: null, next: null, first: 1, ...pages }) ?? list.path;
  /** What comes after the first resource of the page. */
  const afterOne = (pages: { kind: 'after' | 'offset'; query: string }): PageTry => ({
    pages,
    paths: [pathBy(pages, page.items.slice(0, 1))],
    fits: ([next]) => {
      const [second] = next === undefined ? [] : itemsOf(next);
      return second !== undefined && (shown.length > 1 ? second === shown[1] : second !== shown[0]);
    },
  });
  const byNumber: PageTry = {
    pages: { kind: 'page', query: 'page' },
    // Numbers may begin with 0: page 1 must be the first page.
    paths: [pathBy({ kind: 'page' }), pathBy({ kind: 'page', first: 0 })],
    fits: ([next, same]) => {
      if (next === undefined || same === undefined) return false;
      const more = itemsOf(next);
      const isOther = more.length > 0 && more.every((one) => !shown.includes(one));
      return isOther && itemsOf(same).join('\n') === shown.join('\n');
    },
  };
  return [
    afterOne({ kind: 'after', query: 'starting_after' }),
    afterOne({ kind: 'offset', query: 'offset' }),
    ...(showsAll(page, found, ids) ? [] : [byNumber]),
  ];
}

/** The longest array of an answer. */
function itemsOf({ json }: ListAnswer): string[] {
  const [longest] = arraysOf(json).sort((a, b) => b.items.length - a.items.length);
  return (longest?.items ?? []).map((item) => JSON.stringify(item));
}
