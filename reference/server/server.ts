/** The reference server: the application behind HTTP/1.1 and HTTP/2. */
import type { AddressInfo } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { getRequestListener } from '@hono/node-server';
import { findFault } from '../faults/index.js';
import { createApp } from './app.js';
import { BrandKits } from './brand-kits.js';
import { correct } from './correct.js';
import { invalidRequest } from './problem.js';
import { createPort } from './protocols.js';
import { Records } from './records.js';
import type { Timing } from './task.js';
import { Tasks } from './tasks.js';
import { Uploads } from './uploads.js';
import { Webhooks } from './webhooks.js';

export interface ReferenceOptions {
  /** 0 or absent: any free port. */
  port?: number;
  /** Further ports, any free ones: replicas of one backend. */
  replicas?: number;
  /** Name of a fault or variation from the catalogue. */
  fault?: string;
  /** How long after its start a task runs and succeeds: 50 and 200 ms unless set. */
  timing?: Timing;
  /** How long after a webhook delivery that was not taken the next one is sent: 1, 5 and 30 s unless set. */
  webhookRetriesMs?: number[];
}

export interface ServeOptions extends ReferenceOptions {
  /** The server's clock, in milliseconds. */
  now?: () => number;
}

export interface Reference {
  url: string;
  /** All of them, where it has replicas. */
  urls: string[];
  keys: [string, string];
  /** What webhook deliveries are signed with. */
  webhookSecret: string;
  close(): Promise<void>;
}

/** API keys of the demonstration; they open nothing but a reference server. */
const demoKeys: [string, string] = [`moda_test_${'0de'.repeat(8)}`, `moda_test_${'1de'.repeat(8)}`];

const demoSecret = `whsec_test_${'2de'.repeat(8)}`;

/** Serves in this thread, on loopback. */
export async function serveReference(options: ServeOptions = {}): Promise<Reference> {
  const port = options.port ?? 0;
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`${port} is no port: give a whole number from 0 to 65535 (0 takes any free port).`);
  }
  const deviation = options.fault === undefined ? {} : findFault(options.fault).deviation(correct);
  const behaviour = { ...correct, ...deviation };
  const tasks = new Tasks(options.timing ?? { runningAfterMs: 50, succeededAfterMs: 200 });
  const now = options.now ?? Date.now;
  const retriesMs = options.webhookRetriesMs ?? [1000, 5000, 30_000];
  const webhooks = new Webhooks({ behaviour, now, secret: demoSecret, retriesMs });
  const stores = { tasks, records: new Records(), brandKits: new BrandKits(), uploads: new Uploads(behaviour) };
  const desk = { behaviour, ...stores, webhooks, now };
  const { app, answers } = createApp(desk, demoKeys);

  const listener = getRequestListener(app.fetch, {
    // Faster answers, but they need the thread's globals: only where the thread is ours.
    overrideGlobalObjects: !isMainThread,
    errorHandler: () => answers.refusal(behaviour.newRequestId(), invalidRequest('The request cannot be read.')),
  });
  const serve = async (wanted: number) => {
    const { server, close } = createPort((incoming, outgoing) => {
      // For tests, which compare it with what a client says of its storm.
      incoming.once('end', () => {
        if (!outgoing.headersSent) outgoing.setHeader('X-Arrived-At', performance.timeOrigin + performance.now());
      });
      return listener(incoming, outgoing);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, wanted)));
      server.listen(wanted, '127.0.0.1', resolve);
    });
    return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
  };
  const ports = [await serve(port)];
  for (let n = 0; n < (options.replicas ?? 0); n += 1) ports.push(await serve(0));
  return {
    url: (ports[0] as (typeof ports)[0]).url,
    urls: ports.map(({ url }) => url),
    keys: demoKeys,
    webhookSecret: demoSecret,
    close: async () => {
      await Promise.all([webhooks.close(), ...ports.map(({ close }) => close())]);
    },
  };
}

function explain(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') return new Error(`Port ${port} is taken: choose another, or 0 for any free one.`);
  if (error.code === 'EACCES') return new Error(`Port ${port} may not be opened by this user: choose one above 1023.`);
  return new Error(`The reference server cannot listen on port ${port}: ${error.message}`);
}
