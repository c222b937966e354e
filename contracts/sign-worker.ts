/** The thread in which the module of a contract's `sign` runs: loads it once, and calls it for each request. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { SignCall, Signed } from './signing.js';

/** A request to be signed, with its number. */
export interface SignRequest {
  id: number;
  call: SignCall;
}

/** What came of it; `failure` follows the name of the module in a sentence. */
export type SignNews = { id: number } & ({ signed: Signed } | { failure: string });

type Sign = (call: SignCall) => unknown;

const FORMS = 'it must return an object or pairs of header names and values, or { headers, body }';

async function load(file: string): Promise<Sign> {
  let loaded: { default?: unknown };
  try {
    loaded = await import(pathToFileURL(file).href);
  } catch (error) {
    throw new Error(`cannot be loaded: ${said(error)}`);
  }
  if (typeof loaded.default !== 'function')
    throw new Error('has no default export that is a function: write export default function (request) { … }');
  return loaded.default as Sign;
}

let loading: Promise<Sign> | undefined;

async function signed(call: SignCall): Promise<Signed> {
  loading ??= load((workerData as { file: string }).file);
  const sign = await loading;
  let given: unknown;
  try {
    given = await sign(call);
  } catch (error) {
    throw new Error(`threw ${said(error)}`);
  }
  return formOf(given);
}

function formOf(given: unknown): Signed {
  if (typeof given !== 'object' || given === null) throw new Error(`returned ${named(given)}: ${FORMS}`);
  const isWhole = !isIterable(given) && ('headers' in given || 'body' in given);
  const { headers = {}, body = null } = isWhole ? (given as { headers?: unknown; body?: unknown }) : { headers: given };
  if (body !== null && typeof body !== 'string')
    throw new Error(`returned a body that is ${named(body)}, not a string`);
  if (typeof headers !== 'object' || headers === null)
    throw new Error(`returned headers of ${named(headers)}: ${FORMS}`);
  const pairs: unknown[] = isIterable(headers) ? [...headers] : Object.entries(headers);
  return { headers: pairs.map(pairOf), body };
}

function pairOf(pair: unknown): [string, string] {
  const [name, value] = Array.isArray(pair) ? (pair as unknown[]) : [];
  if (typeof name !== 'string') throw new Error(`returned headers with ${named(pair)} among them: ${FORMS}`);
  if (typeof value === 'number') return [name, String(value)];
  if (typeof value !== 'string')
    throw new Error(`returned ${named(value)} for the header ${name}: it must be a string`);
  return [name, value];
}

function isIterable(value: object): value is Iterable<unknown> {
  return Symbol.iterator in value;
}

/** Never the value itself: it may be a secret. */
function named(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return Array.isArray(value) ? 'an array' : `${/^[aeiou]/.test(typeof value) ? 'an' : 'a'} ${typeof value}`;
}

function said(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

parentPort?.on('message', async ({ id, call }: SignRequest) => {
  let news: SignNews;
  try {
    news = { id, signed: await signed(call) };
  } catch (error) {
    news = { id, failure: (error as Error).message };
  }
  parentPort?.postMessage(news);
});
