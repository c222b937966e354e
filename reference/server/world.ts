/** What a server knows of the contract that it serves, worked out once. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import { idPointer } from '../../contracts/ids.js';
import type { LoadedContract } from '../../contracts/load.js';
import { schemasAt } from '../../contracts/schemas.js';
import { Envelopes } from './envelopes.js';
import { idMaker } from './ids.js';
import { KeyPlace } from './key.js';
import { type Presenter, presenterOf } from './presenter.js';
import { type Problems, problemsOf } from './problems.js';

export interface World extends LoadedContract {
  key: KeyPlace;
  problems: Problems;
  envelopes: Envelopes;
  presenter: Presenter;
  newId: () => Json;
}

const known = new WeakMap<LoadedContract, Pick<World, 'presenter' | 'envelopes'>>();

/** Throws an `Error` where no resource that the contract's schema accepts was found. */
export function worldOf(loaded: LoadedContract): World {
  const { contract } = loaded;
  const problems = problemsOf(contract);
  const shared = known.get(loaded) ?? sharedOf(loaded, problems);
  known.set(loaded, shared);
  return {
    ...loaded,
    ...shared,
    key: new KeyPlace(contract),
    problems,
    newId: idMaker(idSchemas(loaded), contract.resource),
  };
}

function sharedOf(loaded: LoadedContract, problems: Problems): Pick<World, 'presenter' | 'envelopes'> {
  const envelopes = new Envelopes(loaded);
  // To look for the body of a refusal takes a while, and an answer must not wait for it.
  for (const problem of [problems.conflict(), problems.inFlight(), problems.invalid([]), problems.malformed('')])
    envelopes.of(problem, '');
  return { envelopes, presenter: presenterOf(loaded) };
}

function idSchemas({ contract, schemas }: LoadedContract): JsonObject[] {
  const id = idPointer(contract.create.id);
  return schemas.resourceSchema === null || id === null ? [] : schemasAt(schemas.resourceSchema, id);
}
