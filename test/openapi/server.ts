/** Small APIs, written by hand to what a document says, with the mistakes that a run should find. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { serve, type Target } from '../cli/targets.js';

export type Json = Record<string, unknown>;

interface Item {
  id: string | number;
  body: Json;
}

/** What is particular to an API. */
export interface Api {
  method?: 'PUT';
  path: string;
  /** Header of the key. Without it, `keyIn` finds it in the body, or `keyInPath` says that it ends the path. */
  header?: string;
  keyIn?: (body: Json) => unknown;
  keyInPath?: true;
  /** Which keys it takes, besides all. */
  takes?: RegExp;
  /** A body from its text. Default: JSON. */
  read?: (text: string) => Json | null;
  /** Whether a body is valid, besides being an object. */
  isValid: (body: Json) => boolean;
  status: number;
  /** An id, from the number of the resource. Default: a string. */
  id?: (n: number) => string | number;
  /** A resource in an answer. */
  shown: (item: Item) => unknown;
  /** Where a write shows its id instead, in an answer without a body. */
  location?: (item: Item) => string;
  /** How resources are listed, the newest last; none are where it is left out. */
  list?: (items: Item[], query: URLSearchParams) => { body: unknown; headers?: Record<string, string> };
  /** Headers that every request needs. */
  needs?: Record<string, string>;
  /** Another write of the same server. */
  also?: Api;
}

/**
 * What a server does wrong: repeats make another resource, or make one that no answer names, or do so where they come
 * while the first is being made.
 */
export type Mistake = 'again' | 'hidden' | 'racing';

export function serveApi(api: Api, mistake?: Mistake): Promise<Target> {
  const first = handlerOf(api, mistake);
  const { also } = api;
  const second = also === undefined ? first : handlerOf(also, mistake);
  return serve((request, response) =>
    (also !== undefined && request.url?.startsWith(also.path) === true ? second : first)(request, response),
  );
}

function handlerOf(api: Api, mistake: Mistake | undefined) {
  const items: Item[] = [];
  const known = new Map<string, { text: string; item: Item }>();
  const make = (body: Json): Item => {
    const n = items.length + 1;
    const item = { id: api.id?.(n) ?? `r-${n}`, body };
    items.push(item);
    return item;
  };
  const write = (text: string, body: Json, key: string | undefined): Item | [status: number, answer: unknown] => {
    if (!api.isValid(body)) return [422, { error: 'that is not valid' }];
    const first = key === undefined ? undefined : known.get(key);
    if (first === undefined) {
      const item = make(body);
      if (key !== undefined) known.set(key, { text, item });
      return item;
    }
    if (first.text !== text) return [409, { error: 'another body' }];
    if (mistake === 'again') return make(body);
    if (mistake === 'hidden') make(body);
    return first.item;
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
    const text = await textOf(request);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response
        .writeHead(status, { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers })
        .end(body === undefined ? '' : JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url as string, 'http://localhost');
    const missing = Object.entries(api.needs ?? {}).find(([name, value]) => request.headers[name] !== value);
    if (missing !== undefined) return send(401, { error: `${missing[0]}, please` });
    const [, last] = pathname.startsWith(`${api.path}/`) ? pathname.split(api.path) : [];
    if (request.method === 'GET' && pathname !== api.path) {
      const item = items.find(({ id }) => pathname.endsWith(`/${id}`));
      return item === undefined ? send(404, { error: 'no such thing' }) : send(200, api.shown(item));
    }
    if (pathname !== api.path && (api.keyInPath === undefined || last === undefined))
      return send(404, { error: 'no such path' });
    if (request.method === 'GET' && api.list !== undefined) {
      const { body, headers } = api.list(items, searchParams);
      return send(200, body, headers);
    }
    if (request.method !== (api.method ?? 'POST')) return send(405, { error: 'not that' });
    const body = (api.read ?? object)(text);
    if (body === null) return send(400, { error: 'another body, please' });
    const key = api.keyInPath ? last : api.header === undefined ? api.keyIn?.(body) : request.headers[api.header];
    const given = typeof key === 'string' && key !== '' ? key : undefined;
    if (given === undefined && api.header === undefined) return send(422, { error: 'a key, please' });
    if (given !== undefined && api.takes?.test(given) === false) return send(400, { error: 'another key, please' });
    if (mistake === 'racing' && given !== undefined && !known.has(given)) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      known.delete(given);
    }
    const made = write(text, body, given);
    if (Array.isArray(made)) return send(...made);
    if (api.location === undefined) return send(api.status, api.shown(made));
    return send(api.status, undefined, { location: api.location(made) });
  };
}

function object(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
