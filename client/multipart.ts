/** A file as a multipart body. */
import type { FileUse } from '../history/plan.js';
import { makeFile } from './files.js';

export interface Multipart {
  body: Buffer;
  contentType: string;
}

const MEDIA_TYPES = { png: 'image/png', pdf: 'application/pdf' };

/** @param unique makes the file one that this run alone has */
export function multipart(file: FileUse, part: string, unique: string): Multipart {
  const { type, name, boundary, ending = '' } = file;
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="${escaped(part)}"; filename="${escaped(name)}"`,
    `Content-Type: ${MEDIA_TYPES[type]}`,
    '',
    '',
  ].join('\r\n');
  const bytes = Buffer.concat([makeFile(type, unique), Buffer.from(ending)]);
  return {
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: `multipart/form-data; boundary=${/^[\w-]+$/.test(boundary) ? boundary : `"${boundary}"`}`,
  };
}

/** As browsers write names: the HTML standard, 'multipart/form-data encoding algorithm'. */
function escaped(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
