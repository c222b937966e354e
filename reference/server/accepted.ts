/** Writes that are accepted: their answer says where their status is, and nothing shows them until their work is done. */
import type { Contract, Json } from '../../contracts/contract.js';
import type { Success } from './answers.js';
import { put } from './put.js';
import { isTerminal, phaseOf, type Resource } from './resource.js';

/** Where the status of a write is, after basePath. */
export const ACCEPTED_PATH = '/accepted';

/** What a status is called that the contract does not name: the work goes on. */
const WORKING = 'in progress';

/** The answer to a write that is not done. */
export function acceptance(success: Success, resource: Resource, contract: Contract): Success {
  const { accepted, basePath } = contract;
  if (accepted === null) return success;
  const { statuses, url } = accepted;
  const path = `${basePath}${ACCEPTED_PATH}/${resource.id}`;
  const body = put(success.body, accepted.status, WORKING);
  return {
    ...success,
    status: statuses[0] as number,
    body: url.pointer === null ? body : put(body, url.pointer, path),
    headers: { ...success.headers, ...(url.header === null ? {} : { [url.header.toLowerCase()]: path }) },
  };
}

/** A resource with the status of the write that made it. */
export function stateBody(body: Json, resource: Resource, { accepted }: Contract, at: number): Json {
  if (accepted === null) return body;
  const phase = phaseOf(resource, at);
  const ended = phase === 'canceled' ? (accepted.failed[0] ?? accepted.done[0]) : accepted.done[0];
  return put(body, accepted.status, isTerminal(phase) ? (ended as string) : WORKING);
}
