/** What the tests of storms share: both protocols against the reference, and the order of events. */
import type { Client } from '../../client/client.js';
import type { Exchange } from '../../history/history.js';
import type { Reference } from '../../reference/server/server.js';
import { clientFor, moda } from './target.js';

export const transports = ['h1', 'h2'] as const;
export type Spoken = (typeof transports)[number];

/** A client of one or more reference servers, and how to turn its clock into the time of day. */
export async function referenceClient(
  spoken: Spoken,
  references: Reference[],
  options: Parameters<typeof clientFor>[1] = {},
): Promise<{ client: Client; epoch: number }> {
  const [first, second] = (references[0] as Reference).keys;
  const client = clientFor('', {
    contract: moda,
    targets: references.map(({ url }) => url),
    credentials: { first, second },
    h2c: spoken === 'h2',
    ...options,
  });
  await client.open();
  return { client, epoch: performance.timeOrigin + performance.now() - client.clock() };
}

/** When the reference had the whole body, by the time of day. */
export function arrival(exchange: Exchange): number {
  if (exchange.outcome.kind !== 'answer') throw new Error(`no answer: ${exchange.outcome.reason}`);
  return Number(exchange.outcome.headers['x-arrived-at']);
}

export function spread(times: number[]): number {
  return Math.max(...times) - Math.min(...times);
}
