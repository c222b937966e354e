/** A client of the reference server for tests: one connection, and every answer checked on the way. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { Client } from 'undici';
import { expect } from 'vitest';
import { type Reference, type ServeOptions, serveReference } from '../../reference/server/server.js';

const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
const schema = (name: string) => {
  const path = createRequire(import.meta.url).resolve(`idem-conformance/contracts/moda/${name}.schema.json`);
  return ajv.compile<AnyJson>(JSON.parse(readFileSync(path, 'utf8')));
};
export const isError = schema('error');
export const isTask = schema('task');

// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape.
type AnyJson = any;

export interface Answer {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: AnyJson;
}

export interface Call {
  method?: string;
  path?: string;
  /** A value, or the exact body. */
  body?: unknown;
  credential?: 0 | 1 | 'none' | 'wrong';
  headers?: Record<string, string>;
  /** Sent without a length. */
  chunked?: boolean;
  /** On a connection of its own. */
  fresh?: boolean;
}

export interface Api {
  url: string;
  /** The server itself, where it runs in this thread. */
  reference?: Reference;
  keys: [string, string];
  call(call?: Call): Promise<Answer>;
  /** A start of a task. */
  post(body: unknown, call?: Call): Promise<Answer>;
  get(path: string, call?: Call): Promise<Answer>;
  /** Ids of all tasks, the newest first. */
  ids(call?: Call): Promise<string[]>;
}

export async function withReference<T>(options: ServeOptions, use: (api: Api) => Promise<T>): Promise<T> {
  const reference = await serveReference(options);
  const client = new Client(reference.url);
  try {
    return await use({ ...apiOf(reference.url, reference.keys, client), reference });
  } finally {
    await client.destroy();
    await reference.close();
  }
}

export function apiOf(url: string, keys: [string, string], client: Client): Api {
  const call = async ({
    method = 'GET',
    path = '/v1/tasks',
    body,
    credential = 0,
    headers = {},
    ...how
  }: Call = {}) => {
    const bytes =
      body === undefined || typeof body === 'string' || body instanceof Buffer ? body : JSON.stringify(body);
    const token = typeof credential === 'number' ? keys[credential] : 'demo_key_00';
    const via = how.fresh ? new Client(url) : client;
    const response = await via.request({
      method: method as 'GET',
      path,
      headers: {
        ...(credential === 'none' ? {} : { authorization: `Bearer ${token}` }),
        ...(bytes === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(bytes === undefined ? {} : { body: how.chunked ? Readable.from(chunks(Buffer.from(bytes))) : bytes }),
    });
    const text = await response.body.text();
    if (how.fresh) await via.close();
    const answer = {
      status: response.statusCode,
      headers: response.headers as Record<string, string>,
      text,
      body: parse(text),
    };
    expect(answer.headers['x-request-id']).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    return answer;
  };
  const get = (path: string, more: Call = {}) => call({ path, ...more });
  return {
    url,
    keys,
    call,
    get,
    post: (body, more = {}) => call({ method: 'POST', body, ...more }),
    async ids(more = {}) {
      const ids: string[] = [];
      for (let cursor = ''; ; ) {
        const page = await get(`/v1/tasks?limit=100${cursor}`, more);
        if (page.status === 503) continue;
        ids.push(...(page.body.data ?? []).map((task: AnyJson) => task.id));
        if (!page.body.next_cursor) return ids;
        cursor = `&cursor=${page.body.next_cursor}`;
      }
    },
  };
}

/** A connection of its own, for a client that does as it likes. */
export async function openSocket(api: Api): Promise<Socket> {
  const socket = connect(Number(new URL(api.url).port), '127.0.0.1');
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

/** The head of a start of a task, byte by byte. */
export function rawHead(api: Api, length: number, ...more: string[]): string {
  const own = ['Host: x', `Authorization: Bearer ${api.keys[0]}`, 'Content-Type: application/json'];
  return ['POST /v1/tasks HTTP/1.1', ...own, `Content-Length: ${length}`, ...more, '', ''].join('\r\n');
}

/** The error envelope and its agreement with the headers. */
export function expectRefusal(answer: Answer, status: number, code: string): void {
  expect([answer.status, answer.body?.error?.code]).toEqual([status, code]);
  expect(isError(answer.body), JSON.stringify(isError.errors)).toBe(true);
  expect(answer.body.error.request_id).toBe(answer.headers['x-request-id']);
  expect(answer.headers['content-type']).toBe('application/json');
}

function parse(text: string): AnyJson {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function* chunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}
