/** From the bytes of a request to a JSON object, with a refusal for everything that is none. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { bodyIn, mediaTypeOf } from '../../contracts/codec.js';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { isObject } from '../../contracts/json.js';
import type { LoadedContract } from '../../contracts/load.js';
import { Refusal } from './problem.js';
import type { Problems } from './problems.js';

const mebibyte = 1024 * 1024;
const deepestNesting = 64;

/** The client left before its body was complete; its answer is not waited for. */
export class ClientLeft extends Error {
  constructor(readonly received: Buffer) {
    super('The client left before its body was complete.');
  }
}

/** Refuses bodies of another media type than the one that is wanted; `null` is for requests without a body. */
export function requireType(wanted: string | null, contentType: string | undefined, problems: Problems): void {
  if (wanted === null) return;
  const [type, ...parameters] = (contentType ?? '').toLowerCase().split(';');
  const charset = parameters.map((text) => text.trim()).find((text) => text.startsWith('charset='));
  if (type?.trim() === wanted && (!charset || /^charset="?utf-?8"?$/.test(charset))) return;
  throw new Refusal(problems.malformed(`The body must be ${wanted} in UTF-8.`, 415, 'unsupported_media_type'));
}

/** The body as received. A body that is too large is refused as soon as that is known. */
export function readBody(incoming: IncomingMessage, problems: Problems, mostMebibytes = 1): Promise<Buffer> {
  const largestBody = mostMebibytes * mebibyte;
  const tooLarge = () =>
    new Refusal(problems.malformed(`The body is larger than ${mostMebibytes} MiB.`, 413, 'payload_too_large'));
  if (Number(incoming.headers['content-length'] ?? 0) > largestBody) return Promise.reject(tooLarge());
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    incoming.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > largestBody) {
        // The rest still flows, and is dropped.
        chunks.length = 0;
        reject(tooLarge());
      } else chunks.push(chunk);
    });
    incoming.on('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)));
    incoming.on('error', () => reject(new ClientLeft(Buffer.concat(chunks))));
    incoming.on('close', () => reject(new ClientLeft(Buffer.concat(chunks))));
  });
}

/** A form of either kind, read by the schema of what it says. */
export function parseForm(
  bytes: Buffer,
  contentType: string | undefined,
  { contract, schemas }: LoadedContract,
  problems: Problems,
): JsonObject {
  const value = isUtf8(bytes) ? bodyIn(contract, bytes.toString(), schemas.requestSchema, contentType) : undefined;
  if (!isObject(value)) throw new Refusal(problems.malformed(`The body is not ${mediaTypeOf(contract)} in UTF-8.`));
  return value;
}

export function parseObject(bytes: Buffer, problems: Problems): JsonObject {
  if (!isUtf8(bytes)) throw new Refusal(problems.malformed('The body is not UTF-8.'));
  // Before parsing: deep values would overflow whatever walks them later.
  if (isTooDeep(bytes))
    throw new Refusal(problems.malformed(`The body is nested deeper than ${deepestNesting} levels.`));
  let value: Json;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Refusal(problems.malformed('The body is not valid JSON.'));
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value;
  throw new Refusal(problems.invalid([{ field: '', keyword: 'type', text: 'must be object' }]));
}

function isTooDeep(bytes: Buffer): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > deepestNesting) return true;
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
  return false;
}
