/** Other endpoints: writes of which each makes a resource of its own, whatever its key. */
import { write } from '../../history/model.js';
import type { WriteRequest } from './behaviour.js';
import type { Desk, Made } from './create.js';
import { Refusal } from './problem.js';
import type { Resource } from './resource.js';

/** One request to the endpoint that stands there in the contract. */
export function createElsewhere(desk: Desk, request: WriteRequest, endpoint: number): Made {
  const { behaviour, records, resources, world } = desk;
  const make = () => {
    const body = world.key.without(request.value);
    return resources.create(endpoint, behaviour.ownerOf(request.credential), body, desk.now());
  };
  const register = behaviour.registerElsewhere(request);
  if (register === null) return { view: 'created', resource: make() };

  const { scope, key, compares, binds } = register;
  let made: Resource | null = null;
  const { answer, binding } = write(
    records.get(scope, key)?.binding ?? null,
    { fingerprint: behaviour.fingerprintOf(request), at: request.at },
    () => {
      made = make();
      return String(made.id);
    },
    { ...behaviour.rules, compares },
  );
  if (answer.kind === 'conflict') throw new Refusal(world.problems.conflict());
  if (answer.kind === 'created' && binding && binds) records.keep(scope, key, binding);
  if (made !== null) return { view: 'created', resource: made };
  return { view: 'replayed', resource: resources.get(answer.id) as Resource };
}
