/** The endpoints of a contract over the model, as one function from requests to answers. */
import type { HttpBindings } from '@hono/node-server';
import { type Answers, createAnswers, problemOf } from './answers.js';
import type { Desk } from './create.js';
import { type Endpoint, routesOf } from './endpoints.js';
import { notFound, Refusal, refusal } from './problem.js';
import { createRouter, type Names } from './routes.js';

export interface App {
  fetch(request: Request, bindings: HttpBindings): Promise<Response>;
  answers: Answers;
}

export function createApp(desk: Desk, credentials: readonly string[]): App {
  const { behaviour, world, now } = desk;
  const answers = createAnswers(behaviour, world);
  const match = createRouter(routesOf(desk));
  const credentialHeader = world.contract.authentication?.header.toLowerCase();

  /** What every request goes through, whatever its endpoint. */
  const guarded = async (endpoint: Endpoint, names: Names, { incoming, outgoing }: HttpBindings, query: string) => {
    await behaviour.latency();
    const header = credentialHeader === undefined ? undefined : incoming.headers[credentialHeader];
    const credential = behaviour.identify(header === undefined ? undefined : String(header), credentials);
    const refused = behaviour.admit(credential, now(), incoming.method ?? '');
    if (refused) throw new Refusal(refused);
    return endpoint({ incoming, outgoing, names, query }, credential);
  };

  return {
    answers,
    async fetch(_request, bindings) {
      const requestId = behaviour.newRequestId();
      const { method = '', url = '' } = bindings.incoming;
      const [path = '', query = ''] = url.split('?');
      const found = match(method, path);
      try {
        if (found.kind === 'none') throw new Refusal(notFound('There is no such route.'));
        if (found.kind === 'other method') {
          const problem = refusal(405, 'method_not_allowed', 'Method not allowed.');
          throw new Refusal({ ...problem, headers: { allow: found.allow } });
        }
        return answers.success(requestId, await guarded(found.endpoint, found.names, bindings, query));
      } catch (error) {
        return answers.refusal(requestId, problemOf(error));
      }
    },
  };
}
