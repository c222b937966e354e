/** The reference server in a thread of its own, so that it and the suite do not hold each other up. */
import { Worker } from 'node:worker_threads';
import type { Reference, ReferenceOptions } from './server.js';

/** What the thread says once it serves, or why it cannot. */
export type WorkerNews = Omit<Reference, 'close'> | { failure: string };

export async function startReference(options: ReferenceOptions = {}): Promise<Reference> {
  const entry = import.meta.url.endsWith('.ts')
    ? new URL('./worker-from-sources.mjs', import.meta.url)
    : new URL('./worker.js', import.meta.url);
  const worker = new Worker(entry, { workerData: options, execArgv: [] });
  const news = await new Promise<WorkerNews>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`The reference server ended at once, with exit code ${code}.`)));
  });
  if ('failure' in news) {
    await worker.terminate();
    throw new Error(news.failure);
  }
  // A forgotten server does not keep the process alive.
  worker.unref();
  return {
    ...news,
    close: async () => {
      await worker.terminate();
    },
  };
}
