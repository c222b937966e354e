/** Paths as a contract writes them: `{id}` stands for one segment, or for a part of it. */

export interface Route<Endpoint> {
  method: string;
  path: string;
  endpoint: Endpoint;
}

export type Match<Endpoint> =
  | { kind: 'found'; endpoint: Endpoint; id: string }
  /** The path is known, for these methods. */
  | { kind: 'other method'; allow: string }
  | { kind: 'none' };

export function createRouter<Endpoint>(routes: readonly Route<Endpoint>[]) {
  const compiled = routes.map((route) => ({ ...route, pattern: patternOf(route.path) }));
  return (method: string, path: string): Match<Endpoint> => {
    const here = compiled.flatMap((route) => {
      const found = route.pattern.exec(path);
      return found === null ? [] : [{ ...route, id: decoded(found[1] ?? '') }];
    });
    const exact = here.find((route) => route.method === method);
    if (exact !== undefined) return { kind: 'found', endpoint: exact.endpoint, id: exact.id };
    if (here.length === 0) return { kind: 'none' };
    return { kind: 'other method', allow: [...new Set(here.map((route) => route.method))].sort().join(', ') };
  };
}

function patternOf(path: string): RegExp {
  const [before = '', ...rest] = path.split('{id}').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${[before, ...rest].join('([^/]+)')}/?$`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
