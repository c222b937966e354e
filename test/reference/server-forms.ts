/** Uploads, byte by byte, for tests. */
import type { Answer, Api, Call } from './server-caller.js';

interface Part {
  name?: string;
  /** `null`: the part has no file name. */
  filename?: string | null;
  type?: string;
  bytes: Buffer | string;
}

export function form(...parts: Part[]): Call {
  const chunks = parts.flatMap(({ name = 'file', filename = 'a.png', type, bytes }) => {
    const named = filename === null ? '' : `; filename="${filename}"`;
    const head = [`Content-Disposition: form-data; name="${name}"${named}`, ...(type ? [`Content-Type: ${type}`] : [])];
    return [Buffer.from(`--b\r\n${head.join('\r\n')}\r\n\r\n`), Buffer.from(bytes), Buffer.from('\r\n')];
  });
  const headers = { 'content-type': 'multipart/form-data; boundary=b' };
  return { method: 'POST', path: '/v1/uploads', body: Buffer.concat([...chunks, Buffer.from('--b--\r\n')]), headers };
}

export async function upload(api: Api, bytes: Buffer | string, filename = 'a.png', call: Call = {}): Promise<Answer> {
  return api.call({ ...form({ filename, bytes }), ...call });
}

/** A file that counts as PNG. */
export function png(text: string): Buffer {
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from(text)]);
}
