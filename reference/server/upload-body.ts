/** From the body of an upload to its file, with a refusal for everything that is none. */
import type { IncomingMessage } from 'node:http';
import { Response } from 'undici';
import { readBody } from './body.js';
import { typeOf } from './file-types.js';
import { invalidRequest, Refusal, validationFailed } from './problem.js';

const mostMebibytes = 32;

export interface UploadedFile {
  /** As the client gave it. */
  name: string;
  bytes: Buffer;
  type: string;
}

export async function readFile(incoming: IncomingMessage): Promise<UploadedFile> {
  const type = incoming.headers['content-type'] ?? '';
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(type)) {
    throw new Refusal(invalidRequest('The body must be multipart/form-data.', 415, 'unsupported_media_type'));
  }
  const part = await partOf(await readBody(incoming, mostMebibytes), type);
  // Without a file name it is a field of a form, and no file.
  if (part === null || typeof part === 'string') throw refusal('missing');
  const bytes = Buffer.from(await part.arrayBuffer());
  if (bytes.length === 0) throw refusal('too_short');
  const known = typeOf(bytes, part.type);
  if (known === null) throw refusal('value_error');
  return { name: part.name, bytes, type: known };
}

async function partOf(body: Buffer, type: string) {
  try {
    return (await new Response(body, { headers: { 'content-type': type } }).formData()).get('file');
  } catch {
    throw new Refusal(invalidRequest('The body is not valid multipart/form-data.'));
  }
}

function refusal(code: string): Refusal {
  return new Refusal(validationFailed([{ field: 'body.file', code }]));
}
