/** The thread of `startReference`: serves one after the other. */
import { parentPort } from 'node:worker_threads';
import { type Reference, type ReferenceOptions, serveReference } from './server.js';
import type { WorkerNews } from './start.js';

let serving: Reference | undefined;

async function answer(options: ReferenceOptions | null): Promise<WorkerNews> {
  if (options === null) {
    await serving?.close();
    return { closed: true };
  }
  try {
    serving = await serveReference(options);
    // A function cannot be sent.
    const { close: _, ...news } = serving;
    return news;
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', async (options: ReferenceOptions | null) => parentPort?.postMessage(await answer(options)));
