/** ENDPOINT: what a key does at an endpoint that takes none. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { plan, send } from '../generators/plans.js';
import { answeredElsewhere } from './exercised.js';
import { elsewhere, notElsewhere } from './requests.js';
import type { Chapter } from './requirement.js';
import { bugClass } from './sources.js';

export const chapter: Chapter = {
  name: 'ENDPOINT',
  title: 'Writes that take no key',
  needs: 'Another endpoint in the contract (`otherEndpoints`).',
  requirements: [
    {
      id: 'ENDPOINT-1',
      level: 'SHOULD',
      noticed: true,
      title: 'An endpoint without idempotency is not made idempotent by a key',
      statement:
        'At an endpoint that takes no key, a key leads neither to the answer to another request nor to an idempotency conflict. A cached answer is allowed; other refusals decide nothing. Where the contract does not say whether other endpoints take keys, this is noticed.',
      sources: [
        bugClass(31, 'replay to another endpoint'),
        bugClass(36, 'the key is in a place that the server ignores'),
      ],
      needs: ['side-endpoint'],
      skip: (contract) =>
        withChoice(contract).length === 0
          ? 'the contract names no other endpoint with two different bodies'
          : (notElsewhere(contract) ?? takesKeys(contract)),
      silent: ({ key }) => key.operations === null,
      plans: (source) =>
        plan(source, 2, () =>
          fc
            .constantFrom(...withChoice(source.contract))
            // Once more under a key of its own: a body that is refused there, too, is refused for itself.
            .map((endpoint) => [
              send(elsewhere(endpoint, 0, 0)),
              send(elsewhere(endpoint, 1, 0)),
              send(elsewhere(endpoint, 1, 1)),
            ]),
        ),
      exercised: (readings) => readings.filter(answeredElsewhere).length > 1,
    },
  ],
};

/** A key is looked at where it is another one. */
function takesKeys({ key }: Contract): string | null {
  return key.operations === 'separate' ? 'by the contract other endpoints take keys of their own' : null;
}

/** Endpoints with bodies that lead to different resources. */
function withChoice({ otherEndpoints }: Contract): number[] {
  return otherEndpoints.flatMap(({ bodies }, index) => (bodies.length > 1 ? [index] : []));
}
