/** From the body of an upload to its file, with a refusal for everything else. */
import type { IncomingMessage } from 'node:http';
import { Response } from 'undici';
import type { UploadRules } from '../../contracts/contract.js';
import { readBody } from './body.js';
import { typeOf } from './file-types.js';
import { Refusal } from './problem.js';
import type { Problems } from './problems.js';

const MOST_MEBIBYTES = 32;

export interface UploadedFile {
  /** As the client gave it. */
  name: string;
  bytes: Buffer;
  type: string;
}

export async function readFile(
  incoming: IncomingMessage,
  { part: name, types }: UploadRules,
  problems: Problems,
): Promise<UploadedFile> {
  const type = incoming.headers['content-type'] ?? '';
  if (!/^\s*multipart\/form-data\s*(;|$)/i.test(type)) {
    throw new Refusal(problems.malformed('The body must be multipart/form-data.', 415, 'unsupported_media_type'));
  }
  const refusal = (text: string) => new Refusal(problems.invalid([{ field: `/${name}`, keyword: 'file', text }]));
  const body = await readBody(incoming, problems, MOST_MEBIBYTES);
  const form = await new Response(body, { headers: { 'content-type': type } }).formData().catch(() => {
    throw new Refusal(problems.malformed('The body is not valid multipart/form-data.'));
  });
  const part = form.get(name);
  // Without a file name it is a field of a form.
  if (part === null || typeof part === 'string') throw refusal('is missing, or has no file name');
  const bytes = Buffer.from(await part.arrayBuffer());
  if (bytes.length === 0) throw refusal('is empty');
  const known = typeOf(bytes, part.type, types);
  if (known === null) throw refusal(`must be one of ${types.join(', ')}`);
  return { name: part.name, bytes, type: known };
}
