/** The command in this process, in a folder of its own: for properties, which call it many times, one after the other. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { main } from '../../cli/main.js';
import { KEY, newFolder } from './command.js';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Said {
  code: number;
  stdout: string;
  stderr: string;
  folder: string;
}

/** @param files by their names in the folder */
export async function said(
  words: string[],
  files: Record<string, string> = {},
  { env = { IDEM_API_KEY: KEY }, folder = newFolder() }: { env?: Record<string, string>; folder?: string } = {},
): Promise<Said> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const [before, stdout, stderr] = [process.cwd(), process.stdout.write, process.stderr.write];
  const texts = { stdout: '', stderr: '' };
  const keep = (name: 'stdout' | 'stderr') => (text: unknown) => {
    texts[name] += String(text);
    return true;
  };
  const listening = SIGNALS.map((name) => process.listeners(name));
  process.chdir(folder);
  process.stdout.write = keep('stdout') as typeof process.stdout.write;
  process.stderr.write = keep('stderr') as typeof process.stderr.write;
  try {
    const code = await main(['node', 'idem-conformance', ...words], env);
    return { code, ...texts, folder };
  } finally {
    Object.assign(process.stdout, { write: stdout });
    Object.assign(process.stderr, { write: stderr });
    process.chdir(before);
    // A process of its own would have ended.
    for (const [n, name] of SIGNALS.entries())
      for (const one of process.listeners(name)) if (!listening[n]?.includes(one)) process.off(name, one);
  }
}
