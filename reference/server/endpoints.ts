/** The endpoints: from an authenticated request to a success, or a refusal thrown. */
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Success } from './answers.js';
import type { WriteRequest } from './behaviour.js';
import { ClientLeft, readBody, requireJsonType } from './body.js';
import { extractBrandKit } from './brand-kits.js';
import { pageQuery } from './listing.js';
import { notFound, Refusal, validationFailed } from './problem.js';
import { connectionOf, onHangUp } from './protocols.js';
import { type Desk, type Started, startTask } from './start-task.js';
import { isTerminal, statusOf, type Task } from './task.js';
import { readFile } from './upload-body.js';
import { brandKitProblems, taskProblems } from './validation.js';
import { waitUntilTerminal } from './wait.js';

export type Bindings = { Bindings: HttpBindings };
export type Endpoint = (exchange: Context<Bindings>, credential: string) => Promise<Success>;

type Name = 'start' | 'list' | 'get' | 'cancel' | 'extractBrandKit' | 'upload';

export function createEndpoints(desk: Desk): Record<Name, Endpoint> {
  const { behaviour, tasks, records, uploads, webhooks, now } = desk;

  const read = async ({ env }: Context<Bindings>, credential: string): Promise<WriteRequest> => {
    requireJsonType(env.incoming.headers['content-type']);
    // Before the body: once the client has left, there is none to ask for.
    const connection = connectionOf(env.incoming);
    const bytes = await readBody(env.incoming).catch((error: unknown) => {
      const mended = error instanceof ClientLeft ? behaviour.onCut(error.received) : null;
      if (mended === null) throw error;
      return mended;
    });
    return {
      credential,
      bytes,
      value: behaviour.parse(bytes),
      headers: env.incoming.headers,
      connection,
      port: connection.localPort ?? 0,
      at: now(),
      onHangUp: (listener) => onHangUp(env.outgoing, listener),
    };
  };

  const show = async ({ env, req }: Context<Bindings>, { view, task }: Started): Promise<Success> => {
    await waitUntilTerminal(task, now, req.header('prefer'), env.outgoing);
    return { status: behaviour.statusOf(view), body: behaviour.present(task, view, now()), view };
  };

  const validate = (request: WriteRequest): void => {
    const problems = taskProblems(request.value, behaviour).filter((one) => !behaviour.overlooks(one));
    const key = problems.length === 0 ? behaviour.keyOf(request) : null;
    const code = key === null ? null : behaviour.refusesKey(key);
    if (code !== null) problems.push({ field: 'body.idempotency_key', code });
    if (problems.length === 0) return;
    behaviour.onInvalid?.(request, records, () =>
      tasks.create('design', request.credential, behaviour.echoOf(request.value), now()),
    );
    throw new Refusal(validationFailed(problems));
  };

  const taskOf = (exchange: Context<Bindings>, credential: string): Task => {
    const task = tasks.get(exchange.req.param('id') ?? '');
    if (task && behaviour.gets(task, credential, now())) return task;
    throw new Refusal(notFound('There is no such task.'));
  };

  return {
    async start(exchange, credential) {
      const request = await read(exchange, credential);
      validate(request);
      return show(exchange, await startTask(desk, request));
    },

    async list({ req }, credential) {
      const { limit, cursor, shows } = pageQuery(req.query());
      const at = now();
      const most = Math.min(limit, behaviour.longestPage);
      const page = tasks.page((task) => behaviour.lists(task, credential, at) && shows(task, at), most, cursor);
      const data = behaviour.showsPage(page.tasks.map((task) => behaviour.present(task, 'read', at)));
      return { status: 200, body: { data, next_cursor: page.next }, view: 'read' };
    },

    async get(exchange, credential) {
      return { status: 200, body: behaviour.present(taskOf(exchange, credential), 'read', now()), view: 'read' };
    },

    /** A task that is already terminal stays as it is. */
    async cancel(exchange, credential) {
      const task = taskOf(exchange, credential);
      const at = now();
      if (isTerminal(statusOf(task, at))) {
        const refusal = behaviour.refusesCancel();
        if (refusal) throw new Refusal(refusal);
      } else {
        task.canceledAt = at;
        webhooks.ended(task);
      }
      return { status: behaviour.cancelStatus, body: behaviour.present(task, 'read', at), view: 'read' };
    },

    async extractBrandKit(exchange, credential) {
      const request = await read(exchange, credential);
      const problems = brandKitProblems(request.value, behaviour);
      if (problems.length > 0) throw new Refusal(validationFailed(problems));
      return show(exchange, extractBrandKit(desk, request));
    },

    async upload({ env }) {
      return { status: behaviour.uploadStatus, body: await uploads.take(await readFile(env.incoming)), view: 'read' };
    },
  };
}
