/** SCOPE-5 and ENDPOINT: what the key does at the contract's other endpoints. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { create, plan, send, slot } from '../generators/plans.js';
import type { Attempt } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { type Suite, succeeded } from './suite.js';

export const sideSuites: Suite[] = [
  {
    id: 'SCOPE-5',
    sideEndpoint: true,
    skip: ({ otherEndpoints }) => (otherEndpoints.length === 0 ? 'the contract names no other endpoints' : null),
    plans: (source) =>
      plan(source, 2, ({ one, other }) => {
        // All of them: one that refuses its body shows nothing.
        const everywhere = (key: number) =>
          source.contract.otherEndpoints.map((_, endpoint) => send(elsewhere(endpoint, 0, key)));
        return fc.constant([
          send(create(slot(0), one)),
          ...everywhere(0),
          send(create(slot(0), one)),
          ...everywhere(1),
          send(create(slot(1), other)),
        ]);
      }),
    exercised: (readings) => succeeded(readings, 1) && readings.some(answered),
  },
  {
    id: 'ENDPOINT-1',
    sideEndpoint: true,
    skip: (contract) =>
      withChoice(contract).length === 0 ? 'the contract names no other endpoint with two different bodies' : null,
    plans: (source) =>
      plan(source, 1, () =>
        fc
          .constantFrom(...withChoice(source.contract))
          .map((endpoint) => [send(elsewhere(endpoint, 0, 0)), send(elsewhere(endpoint, 1, 0))]),
      ),
    exercised: (readings) => readings.filter(answered).length > 1,
  },
];

/** Another endpoint, with one of its bodies and the key of a slot. */
export function elsewhere(endpoint: number, variant: number, key: number): Attempt {
  return { operation: 'other', credential: 'first', endpoint, variant, key: slot(key) };
}

/** Endpoints with bodies that lead to different resources. */
function withChoice({ otherEndpoints }: Contract): number[] {
  return otherEndpoints.flatMap(({ bodies }, index) => (bodies.length > 1 ? [index] : []));
}

/** A refusal may come before anybody looks at a key. */
export function answered({ exchange, kind }: Reading): boolean {
  return exchange.operation === 'other' && kind === 'ok';
}
