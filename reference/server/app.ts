/** The endpoints of a contract's operations over the model, as one function from requests to answers. */
import type { HttpBindings } from '@hono/node-server';
import { carriedIn } from '../../contracts/credentials.js';
import { type Answers, createAnswers, problemOf } from './answers.js';
import type { Desk } from './create.js';
import { type Endpoint, routesOf, setUpRoutesOf } from './endpoints.js';
import { notFound, Refusal, refusal } from './problem.js';
import { createRouter, type Names, type Route } from './routes.js';
import type { Signatures } from './signatures.js';
import type { Tokens } from './tokens.js';

export interface App {
  fetch(request: Request, bindings: HttpBindings): Promise<Response>;
  /** Those to what no endpoint takes. */
  answers: Answers;
}

/** Where a request ends up: an endpoint of one operation. */
interface Served {
  desk: Desk;
  answers: Answers;
  endpoint: Endpoint;
}

/**
 * @param desks one for each operation
 * @param tokens where access tokens stand for the credentials
 * @param signatures where requests are signed
 */
export function createApp(
  desks: [Desk, ...Desk[]],
  credentials: readonly string[],
  tokens: Tokens | null,
  signatures: Signatures | null,
): App {
  const served = desks.map((desk) => {
    const answers = createAnswers(desk.behaviour, desk.world);
    const route = ({ endpoint, ...rest }: Route<Endpoint>) => ({ ...rest, endpoint: { desk, answers, endpoint } });
    return [routesOf(desk).map(route), setUpRoutesOf(desk).map(route)];
  });
  // What one operation needs may be what another one makes.
  const match = createRouter<Served>([
    ...served.flatMap(([own]) => own ?? []),
    ...served.flatMap(([, steps]) => steps ?? []),
  ]);
  const [{ behaviour: common, world: first }] = desks;
  const answers = createAnswers(common, first);
  const { authentication } = first.contract;

  const secretOf = ({ headers, url = '' }: HttpBindings['incoming']): string | undefined => {
    if (authentication === null) return undefined;
    const given = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
    const secret = carriedIn(authentication, { headers: given, url });
    return tokens === null ? secret : tokens.holderOf(secret);
  };

  const signaturesOf = async (incoming: HttpBindings['incoming'], credential: string): Promise<string[]> => {
    if (signatures === null) return [];
    const isSecond = credentials.indexOf(credential) === 1;
    const values = await signatures.of(incoming, isSecond ? 'second' : 'first', credential);
    if (values === null) throw new Refusal(first.problems.unauthenticated());
    return values;
  };

  /** What every request goes through, whatever its endpoint. */
  const guarded = async ({ desk, endpoint }: Served, names: Names, bindings: HttpBindings, query: string) => {
    const { behaviour, now } = desk;
    const { incoming, outgoing } = bindings;
    await behaviour.latency();
    const credential = behaviour.identify(secretOf(incoming), credentials);
    const refused = behaviour.admit(credential, now(), incoming.method ?? '');
    if (refused) throw new Refusal(refused);
    const signed = await signaturesOf(incoming, credential);
    return endpoint({ incoming, outgoing, names, query, signatures: signed }, credential);
  };

  return {
    answers,
    async fetch(_request, bindings) {
      const requestId = common.newRequestId();
      const { method = '', url = '' } = bindings.incoming;
      const [path = '', query = ''] = url.split('?');
      const found = match(method, path);
      try {
        if (tokens !== null && method === 'POST' && path === tokens.path)
          return await tokens.answer(bindings.incoming, first.problems);
        if (found.kind === 'none') throw new Refusal(notFound('There is no such route.'));
        if (found.kind === 'other method') {
          const problem = refusal(405, 'method_not_allowed', 'Method not allowed.');
          throw new Refusal({ ...problem, headers: { allow: found.allow } });
        }
        return found.endpoint.answers.success(requestId, await guarded(found.endpoint, found.names, bindings, query));
      } catch (error) {
        const { answers: own } = found.kind === 'found' ? found.endpoint : { answers };
        return own.refusal(requestId, problemOf(error));
      }
    },
  };
}
