/** The other operations of a contract, as endpoints that a key of one must not reach, or must, as the contract says. */
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { fill } from '../contracts/codec.js';
import type { OtherEndpoint } from '../contracts/contract.js';
import { isObject, type JsonObject, parseJson } from '../contracts/json.js';
import type { LoadedContract } from '../contracts/load.js';
import { namesOfWrite } from '../contracts/set-up.js';
import { bodies } from '../generators/bodies.js';

/** In place of what keeps the bodies of a run apart, which are sent but a few times here. */
const NONCE = 'idem-other-operation';

/**
 * The operations of one contract, each with the others among its other endpoints. They take keys: whether a key does something at
 * an endpoint that takes none is no question there, for which two bodies would be needed.
 */
export function withOtherOperations(operations: LoadedContract[]): LoadedContract[] {
  if (operations.length === 1) return operations;
  const endpoints = operations.map(endpointOf);
  return operations.map((loaded, n): LoadedContract => {
    const { contract } = loaded;
    const others = endpoints.filter((_, m) => m !== n && takesTheSame(loaded, operations[m] as LoadedContract));
    return { ...loaded, contract: { ...contract, otherEndpoints: [...contract.otherEndpoints, ...others] } };
  });
}

/** Whether a key goes where it does in another operation, and nothing else has to be known to send one. */
function takesTheSame({ contract: one }: LoadedContract, { contract: other }: LoadedContract): boolean {
  const isSame = isDeepStrictEqual([one.key, one.authentication], [other.key, other.authentication]);
  // A batch is another form of body than what is sent to other endpoints.
  return isSame && other.batch === null && namesOfWrite(other).length === 0;
}

function endpointOf({ contract, schemas: { requestSchema, request } }: LoadedContract): OtherEndpoint {
  const { method, path, id } = contract.create;
  const source = { contract, requestSchema, validate: (body: unknown) => request(body) === true };
  const drawn = fc.sample(bodies(source), { seed: 1, numRuns: 1 });
  return { method, path, id, bodies: drawn.map((body) => asSent(body)) };
}

function asSent(body: JsonObject): JsonObject {
  const sent = parseJson(fill(JSON.stringify(body), { key: null, nonce: NONCE }));
  return isObject(sent) ? sent : body;
}
