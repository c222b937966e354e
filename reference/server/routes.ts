/** Requests are routed by paths as a contract writes them. */
import { valuesIn } from '../../contracts/paths.js';

export interface Route<Endpoint> {
  method: string;
  path: string;
  endpoint: Endpoint;
}

/** What stands for the names in a path. */
export type Names = Record<string, string>;

export type Match<Endpoint> =
  | { kind: 'found'; endpoint: Endpoint; names: Names }
  /** The path is known, for these methods. */
  | { kind: 'other method'; allow: string }
  | { kind: 'none' };

export function createRouter<Endpoint>(routes: readonly Route<Endpoint>[]) {
  return (method: string, path: string): Match<Endpoint> => {
    const here = routes.flatMap((route) => {
      const names = valuesIn(route.path, path, { whole: true });
      return names === null ? [] : [{ ...route, names }];
    });
    const exact = here.find((route) => route.method === method);
    if (exact !== undefined) return { kind: 'found', endpoint: exact.endpoint, names: exact.names };
    if (here.length === 0) return { kind: 'none' };
    return { kind: 'other method', allow: [...new Set(here.map((route) => route.method))].sort().join(', ') };
  };
}
