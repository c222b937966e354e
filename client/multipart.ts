/** A file as a multipart body. */
import { headOf, withBoundary } from '../contracts/multipart.js';
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
  const head = `--${boundary}\r\n${headOf(part, { filename: name, type: MEDIA_TYPES[type] })}\r\n`;
  const bytes = Buffer.concat([makeFile(type, unique), Buffer.from(ending)]);
  return {
    body: Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]),
    contentType: withBoundary(boundary),
  };
}
