/** The Moda endpoints over the model, as a Hono application. */
import { type Context, Hono } from 'hono';
import { type Answers, createAnswers, problemOf } from './answers.js';
import { type Bindings, createEndpoints, type Endpoint } from './endpoints.js';
import { requireVersion } from './entrance.js';
import { invalidRequest, notFound, Refusal } from './problem.js';
import type { Desk } from './start-task.js';

export function createApp(desk: Desk, credentials: readonly string[]): { app: Hono<Bindings>; answers: Answers } {
  const { behaviour, now } = desk;
  const answers = createAnswers(behaviour);
  const endpoints = createEndpoints(desk);

  /** What every request goes through, whatever its endpoint. */
  const guarded = (endpoint: Endpoint) => async (exchange: Context<Bindings>) => {
    const requestId = behaviour.newRequestId();
    try {
      await behaviour.latency();
      const { headers } = exchange.env.incoming;
      const credential = behaviour.identify(headers.authorization, credentials);
      const refusal = behaviour.admit(credential, now(), exchange.req.method);
      if (refusal) throw new Refusal(refusal);
      requireVersion(headers['moda-version']);
      return answers.success(requestId, await endpoint(exchange, credential));
    } catch (error) {
      return answers.refusal(requestId, problemOf(error));
    }
  };

  const app = new Hono<Bindings>();
  if (behaviour.hasList) app.get('/v1/tasks', guarded(endpoints.list));
  app.post('/v1/tasks', guarded(endpoints.start));
  app.get('/v1/tasks/:id', guarded(endpoints.get));
  app.post('/v1/tasks/:id/cancel', guarded(endpoints.cancel));
  app.post('/v1/brand-kits', guarded(endpoints.extractBrandKit));
  app.post('/v1/uploads', guarded(endpoints.upload));

  const allowed = {
    ...{ '/v1/tasks': 'GET, POST', '/v1/tasks/:id': 'GET', '/v1/tasks/:id/cancel': 'POST' },
    ...{ '/v1/brand-kits': 'POST', '/v1/uploads': 'POST' },
  };
  for (const [path, allow] of Object.entries(allowed)) {
    const problem = { ...invalidRequest('Method not allowed.', 405, 'method_not_allowed'), headers: { allow } };
    const missing = path === '/v1/tasks' && !behaviour.hasList;
    app.all(path, ({ req }) =>
      answers.refusal(behaviour.newRequestId(), missing && req.method === 'GET' ? noRoute : problem),
    );
  }
  app.notFound(() => answers.refusal(behaviour.newRequestId(), noRoute));
  app.onError((error) => answers.refusal(behaviour.newRequestId(), problemOf(error)));
  return { app, answers };
}

const noRoute = notFound('There is no such route.');
