/** What faults that lose a resource look like from outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, type Probe, valid } from './faults-probes.js';
import { type Api, openSocket, rawHead } from './server-caller.js';

const body = (key: string) => ({ ...valid, idempotency_key: key });

/** The status of reading the task that a key has made, its replay's, and whether it is listed. */
async function seen(api: Api, key: string): Promise<string> {
  const { status, body: task } = await api.post(body(key));
  const read = await api.get(`/v1/tasks/${task.id}`);
  return `${status} ${read.status} ${(await api.ids()).includes(task.id) ? 'listed' : 'not listed'}`;
}

const fiftieth: Probe = async (api) => {
  for (let n = 1; n <= 50; n += 1) await api.post(body(`fifty-${n}`));
  return [await seen(api, 'fifty-49'), await seen(api, 'fifty-50')];
};

const inStorm: Probe = async (api) => {
  await Promise.all([1, 2, 3].map(() => api.post(body('stormy'), { fresh: true })));
  return [await seen(api, 'calm'), await seen(api, 'stormy')];
};

const afterHangUp: Probe = async (api) => {
  const socket = await openSocket(api);
  const text = JSON.stringify(body('hung-up'));
  socket.write(rawHead(api, text.length) + text);
  await sleep(5);
  socket.resetAndDestroy();
  await sleep(50);
  return [await seen(api, 'calm'), await seen(api, 'hung-up')];
};

const there = '200 200 listed';
const lost = (probe: Probe): Case => ({ probe, correct: [there, there], faulty: [there, '200 404 not listed'] });

export const lostWriteCases: Record<string, Case> = {
  'one-write-in-fifty-lost': lost(fiftieth),
  'storm-loses-write': lost(inStorm),
  'hang-up-loses-write': lost(afterHangUp),
};
