/** The query of the list. */
import type { ListObserver } from '../../contracts/contract.js';
import type { FieldProblem } from './problems.js';

interface PageQuery {
  limit: number;
  cursor: string | null;
}

const USUAL = 20;
const MOST = 100;

/** Unknown members are ignored. Where the contract knows no cursor, all resources are on one page. */
export function pageQuery(query: URLSearchParams, { pageSize, cursor }: ListObserver): PageQuery | FieldProblem {
  if (cursor === null) return { limit: Number.POSITIVE_INFINITY, cursor: null };
  const most = Math.max(MOST, pageSize?.value ?? 0);
  const asked = pageSize === null ? null : query.get(pageSize.query);
  const limit = Number(asked ?? (pageSize === null ? MOST : USUAL));
  if (!Number.isInteger(limit) || limit < 1 || limit > most)
    return { field: `?${pageSize?.query}`, keyword: 'maximum', text: `must be a whole number from 1 to ${most}` };
  return { limit, cursor: query.get(cursor.query) };
}
