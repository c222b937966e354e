/** The thread behind `startReference`. */
import { parentPort, workerData } from 'node:worker_threads';
import { serveReference } from './server.js';
import type { WorkerNews } from './start.js';

const say = (news: WorkerNews) => parentPort?.postMessage(news);

try {
  const { url, urls, keys } = await serveReference(workerData);
  say({ url, urls, keys });
} catch (error) {
  say({ failure: error instanceof Error ? error.message : String(error) });
}
