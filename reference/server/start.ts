/** The reference server in a thread of its own, so that it and the suite do not hold each other up. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Reference, ReferenceOptions } from './server.js';

/** What the thread says once it serves, or why it cannot, or that it serves no longer. */
export type WorkerNews = Omit<Reference, 'close'> | { failure: string } | { closed: true };

/** Threads whose server was closed: to start one costs more time than most runs of a single requirement. */
const idle = new Set<Worker>();

export async function startReference(options: ReferenceOptions = {}): Promise<Reference> {
  const [worker = newThread()] = idle;
  idle.delete(worker);
  const news = await ask(worker, options);
  if ('failure' in news) {
    idle.add(worker);
    throw new Error(news.failure);
  }
  let open = true;
  return {
    ...(news as Omit<Reference, 'close'>),
    close: async () => {
      // Closed before, its thread may serve another server; one that broke serves nothing, and nothing again.
      if (!open || worker.threadId === -1) return;
      open = false;
      await ask(worker, null);
      idle.add(worker);
    },
  };
}

function newThread(): Worker {
  const entry = import.meta.url.endsWith('.ts')
    ? new URL('./worker-from-sources.mjs', import.meta.url)
    : new URL('./worker.js', import.meta.url);
  const worker = new Worker(entry, { execArgv: [] });
  // Those that wait for an answer hear of it there; to all others a broken server is one that does not answer.
  worker.on('error', () => {});
  worker.once('exit', () => idle.delete(worker));
  return worker;
}

/** Serves with these options, or with `null` no longer. */
async function ask(worker: Worker, options: ReferenceOptions | null): Promise<WorkerNews> {
  worker.ref();
  worker.postMessage(options);
  const [news] = await once(worker, 'message');
  // A forgotten server does not keep the process alive.
  worker.unref();
  return news;
}
