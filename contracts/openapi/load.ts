/** A contract from a document, with what flags say besides. */

import { ContractError } from '../document.js';
import { endpointOf, type Besides as Flags, keyOf, saidBesides } from '../generic.js';
import type { JsonObject } from '../json.js';
import { type LoadedContract, loadValue } from '../load.js';
import type { Derived } from './contract.js';
import type { OpenApiDocument } from './document.js';
import { type Choice, chooseWrite, type OpenApiReading } from './read.js';

export interface OpenApiContract {
  /** The members of a contract file. */
  said: JsonObject;
  loaded: LoadedContract;
  /** All writes that a run tests, that one first. */
  operations: { said: JsonObject; loaded: LoadedContract }[];
  reading: OpenApiReading;
}

/**
 * The contract of the write that is tested: the one that `endpoint` names, or else the first that can be; where no flag is
 * about one write, all that can be.
 * @param hasClient whether there is a client of a token endpoint
 * @param judged ids of requirements
 */
export function openApiContract(
  document: OpenApiDocument,
  { hasClient = false, ...flags }: Flags & { hasClient?: boolean },
  judged: string[],
): OpenApiContract {
  const { endpoint, key, ...others } = flags;
  const reading = chooseWrite(document, {
    endpoint: endpoint === undefined ? undefined : endpointOf(endpoint),
    key: key === undefined ? undefined : { name: '', ...keyOf(key) },
    judged,
    hasCredential: flags.authenticated === true,
    hasClient,
    said: saidIn(flags),
  });
  const load = ({ contract }: Derived) =>
    loadValue(contract, { name: contract.name ?? 'api', ...saidBesides(others) }, document.shown);
  const used = load(reading.used);
  const besides = reading.also.map((write) => ({ write, ...loadedOr(() => load(write)) }));
  const kept = besides.flatMap(({ write, read }) => (read === null ? [] : [{ write, read }]));
  const left = besides.flatMap(({ write, problem }) => (problem === null ? [] : [{ ...write, problem }]));
  return {
    ...used,
    operations: [used, ...kept.map(({ read }) => read)],
    reading: { ...reading, also: kept.map(({ write }) => write), others: [...reading.others, ...left] },
  };
}

/** One of several writes that cannot be tested leaves the others to be tested. */
function loadedOr<Read>(load: () => Read): { read: Read | null; problem: string | null } {
  try {
    return { read: load(), problem: null };
  } catch (error) {
    if (!(error instanceof ContractError)) throw error;
    return { read: null, problem: error.message.split('\n', 1)[0] as string };
  }
}

function saidIn({ body, bodySchema, keyFormat, id, list }: Flags): Choice['said'] {
  const names = { body: body ?? bodySchema, keyFormat, id, list };
  return new Set(
    Object.entries(names).flatMap(([name, value]) => (value === undefined ? [] : [name])),
  ) as Choice['said'];
}
