/** REPLAY-11: which resource was not found is read off the path that the contract gives to its reading. */
import { expect, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import type { Exchange } from '../../history/history.js';
import type { Plan } from '../../history/plan.js';
import { checkAnswers } from '../../judge/checks.js';
import { read } from '../../judge/classify.js';

test.each([
  ['/orders/{id}', '/orders/a%2Fb'],
  ['/orders/{id}?view=full', '/orders/a%2Fb?view=full&api_key=x/y'],
  ['/orders/{id}/status', '/orders/a%2Fb/status'],
  ['/orders/order-{id}', '/orders/order-a%2Fb'],
])('GET %s', (path, asked) => {
  const loaded = loadContract('ietf', { get: { path }, errors: { schema: null, mediaType: null } });
  const at = { attempt: 0, time: 0, retry: 0, step: 0, target: 0, sent: 0, done: 1, credential: 'first' } as const;
  const request = (method: string, url: string) => ({ method, url: `http://127.0.0.1${url}`, headers: [], body: '' });
  const answer = (status: number, body: string) => ({ kind: 'answer' as const, status, headers: {}, body });
  const exchanges: Exchange[] = [
    {
      ...at,
      operation: 'create',
      key: 'k',
      request: request('POST', '/resources'),
      outcome: answer(201, '{"id":"a/b"}'),
    },
    { ...at, attempt: 1, operation: 'get', key: undefined, request: request('GET', asked), outcome: answer(404, '{}') },
  ];
  const readings = exchanges.map((exchange) => read(exchange, loaded));
  const found = checkAnswers({ steps: [] } as unknown as Plan, readings, loaded).filter(({ id }) => id === 'REPLAY-11');
  expect(found).toEqual([
    { id: 'REPLAY-11', rule: 'resource-not-found', data: { answered: 1, resource: 'a/b', maker: 0 }, proof: [0, 1] },
  ]);
});
