/** The thread behind `startReference`. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveReference } from './server.js';
import type { WorkerNews } from './start.js';

const say = (news: WorkerNews) => parentPort?.postMessage(news);

try {
  // A function cannot be sent.
  const { close: _, ...news } = await serveReference(workerData);
  say(news);
} catch (error) {
  say({ failure: error instanceof Error ? error.message : String(error) });
}
