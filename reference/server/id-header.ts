/** The response header in which a contract has the id of a resource. */
import { isDeepStrictEqual } from 'node:util';
import type { Contract } from '../../contracts/contract.js';
import { type IdPlace, idIn, idPointer, needsBody } from '../../contracts/ids.js';

/** The header that names it; none where the contract has the id elsewhere. Throws an `Error` where its pattern fits no value of ours. */
export function idHeader(place: IdPlace, id: string, contract: Contract): Record<string, string> {
  if (place === null || typeof place === 'string') return {};
  const name = place.header.toLowerCase();
  const value = valuesFor(id, place.pattern, contract).find(
    (one) => idIn(place, { headers: { [name]: one }, json: undefined }) === id,
  );
  if (value !== undefined) return { [name]: value };
  throw new Error(
    `The reference cannot serve the contract ${contract.name}: it found no value of ${place.header} in which ${place.pattern} has the id ${id}.`,
  );
}

/** A path, a URL, the bare id, and what the pattern itself looks like. */
function valuesFor(id: string, pattern: string | null, { basePath, get, create }: Contract): string[] {
  const segment = encodeURIComponent(id);
  const own = basePath + (get === null ? `${create.path}/${segment}` : get.path.replace('{id}', segment));
  const written = (pattern ?? '')
    .replace(/\((?!\?)[^()]*\)/, () => segment)
    .replace(/^\^|\$$/g, '')
    .replace(/\\(.)/g, '$1');
  return [own, `http://localhost${own}`, id, segment, written];
}

/** Whether a success has a body: where nothing must stand in it, there is none. */
export function showsBody({ create, status, webhooks, otherEndpoints }: Contract): boolean {
  const reads = [create.echo, status?.pointer, webhooks?.resource, ...otherEndpoints.map(({ id }) => idPointer(id))];
  return needsBody(create) || reads.some((pointer) => pointer != null) || create.immutable.some((one) => one !== '');
}

/** Whether another endpoint shows its resources as the write under test does. */
export function showsAlike(place: IdPlace, other: IdPlace): boolean {
  return isDeepStrictEqual(place, other);
}
