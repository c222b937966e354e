/** A contract from a document, with what flags say besides. */
import { endpointOf, type Besides as Flags, keyOf, saidBesides } from '../generic.js';
import type { JsonObject } from '../json.js';
import { extended } from '../layers.js';
import { type LoadedContract, loadValue } from '../load.js';
import type { OpenApiDocument } from './document.js';
import { chooseWrite, type OpenApiReading } from './read.js';

export interface OpenApiContract {
  /** The members of a contract file. */
  said: JsonObject;
  loaded: LoadedContract;
  reading: OpenApiReading;
}

/**
 * The contract of the write that is tested: the one that `endpoint` names, or else the first that can be.
 * @param judged ids of requirements
 */
export function openApiContract(document: OpenApiDocument, flags: Flags, judged: string[]): OpenApiContract {
  const { endpoint, key, ...others } = flags;
  const reading = chooseWrite(document, {
    endpoint: endpoint === undefined ? undefined : endpointOf(endpoint),
    key: key === undefined ? undefined : keyOf(key),
    judged,
    hasCredential: flags.authenticated === true,
    hasBody: (flags.body ?? flags.bodySchema) !== undefined,
    hasKeyFormat: flags.keyFormat !== undefined,
  });
  // A list that is named takes nothing over from the one that was found.
  const { effects, ...rest } = reading.used.contract;
  const found = effects === undefined || flags.list !== undefined ? rest : { ...rest, effects };
  const said = extended(found, { name: rest.name ?? 'api', ...saidBesides(others) });
  return { said, loaded: loadValue(said, document.shown), reading };
}
