/** Small APIs, written by hand to what a document says, with the mistakes that a run should find. */
import type { IncomingMessage } from 'node:http';
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
  /** Header of the key. Without it, `keyIn` finds it in the body. */
  header?: string;
  keyIn?: (body: Json) => unknown;
  /** Whether a body is valid, besides being an object. */
  isValid: (body: Json) => boolean;
  status: number;
  /** An id, from the number of the resource. Default: a string. */
  id?: (n: number) => string | number;
  /** A resource in an answer. */
  shown: (item: Item) => unknown;
  /** How resources are listed, the newest last; none are where it is left out. */
  list?: (items: Item[], query: URLSearchParams) => { body: unknown; headers?: Record<string, string> };
  /** Headers that every request needs. */
  needs?: Record<string, string>;
}

/** What a server does wrong: repeats make another resource, or make one that no answer names. */
export type Mistake = 'again' | 'hidden';

export function serveApi(api: Api, mistake?: Mistake): Promise<Target> {
  const items: Item[] = [];
  const known = new Map<string, { text: string; item: Item }>();
  const make = (body: Json): Item => {
    const n = items.length + 1;
    const item = { id: api.id?.(n) ?? `r-${n}`, body };
    items.push(item);
    return item;
  };
  const write = (text: string, body: Json, key: string | undefined): [status: number, answer: unknown] => {
    if (!api.isValid(body)) return [422, { error: 'that is not valid' }];
    if (key === undefined) return [api.status, api.shown(make(body))];
    const first = known.get(key);
    if (first === undefined) {
      const item = make(body);
      known.set(key, { text, item });
      return [api.status, api.shown(item)];
    }
    if (first.text !== text) return [409, { error: 'another body' }];
    if (mistake === 'again') return [api.status, api.shown(make(body))];
    if (mistake === 'hidden') make(body);
    return [api.status, api.shown(first.item)];
  };
  return serve(async (request, response) => {
    const text = await whole(request);
    const send = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    const { pathname, searchParams } = new URL(request.url as string, 'http://localhost');
    const missing = Object.entries(api.needs ?? {}).find(([name, value]) => request.headers[name] !== value);
    if (missing !== undefined) return send(401, { error: `${missing[0]}, please` });
    if (request.method === 'GET' && pathname.startsWith(`${api.path.replace(/\/$/, '')}/`)) {
      const item = items.find(({ id }) => pathname.endsWith(`/${id}`));
      if (item !== undefined) return send(200, api.shown(item));
    }
    if (pathname !== api.path) return send(404, { error: 'no such path' });
    if (request.method === 'GET' && api.list !== undefined) {
      const { body, headers } = api.list(items, searchParams);
      return send(200, body, headers);
    }
    const body = object(text);
    if (request.method !== (api.method ?? 'POST')) return send(405, { error: 'not that' });
    if (body === null) return send(400, { error: 'an object, please' });
    const key = api.header === undefined ? api.keyIn?.(body) : request.headers[api.header];
    if (key === undefined || key === '' || typeof key !== 'string') {
      return api.header === undefined ? send(422, { error: 'a key, please' }) : send(...write(text, body, undefined));
    }
    return send(...write(text, body, key));
  });
}

async function whole(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function object(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : null;
  } catch {
    return null;
  }
}
