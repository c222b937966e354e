/** SERVER-2: a request that takes the target down. */
import type { Finding } from './finding.js';

/**
 * About a history after which the target was down, as it had been before after the same request.
 * @param index of the request
 * @param seen what connections said, this time and `before`; `left`: whether the client hung up
 */
export function tookDown(index: number, seen: { said: string; before: string; left: boolean }): Finding {
  const { left, said, before } = seen;
  return {
    id: 'SERVER-2',
    rule: left ? 'hang-up-takes-target-down' : 'request-takes-target-down',
    data: { request: index, said, before },
    proof: [index],
  };
}
