/** Files that tests of one file write, in a folder that is removed after them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface Files {
  folder: string;
  /** Writes a text, or a value as JSON, and gives the path of the file. */
  written(content: string | object, ending?: string): string;
}

/** To be called where the tests are declared. */
export function filesOf(name: string): Files {
  const folder = mkdtempSync(join(tmpdir(), `idem-${name}-`));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;
  const written = (content: string | object, ending = 'yaml') => {
    files += 1;
    const file = join(folder, `${files}.${ending}`);
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
    return file;
  };
  return { folder, written };
}
