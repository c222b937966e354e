/** Faults of comparing forms: a form is a list of pairs, and what the names in it mean is easily lost. */
import type { LoadedContract } from '../../contracts/load.js';
import { canonical } from '../server/canonical.js';
import { blind, not } from './blind.js';
import type { Fault } from './fault.js';
import { isList, type Place, requestPlaces, somewhere } from './places.js';
import { all, contractHas, refusesOtherBodies } from './where.js';

const isForm = contractHas(({ create }) => create.body === 'form');
const repeatsNames = contractHas(({ create }) => create.arrays !== 'index');

/** An array whose elements have no names of their own. */
const isPlainList = (place: Place, loaded: LoadedContract) =>
  isList(place, loaded) && !requestPlaces(loaded).some(({ pointer }) => pointer.startsWith(`${place.pointer}/-/`));

export const formFaults: Fault[] = [
  {
    name: 'compares-bytes-of-a-value',
    sentence: 'Bodies are compared by their bytes, although the contract says that it is by their values.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    applies: all(
      refusesOtherBodies,
      contractHas(({ fingerprint }) => fingerprint === 'value'),
    ),
    deviation: () => ({ fingerprintOf: ({ bytes }) => bytes.toString('latin1') }),
  },
  blind(
    'ignores-names-with-brackets',
    'Of a form only the pairs whose names have no brackets are compared: nothing that is nested.',
    ['CONFLICT-3', 'CONFLICT-4'],
    all(
      isForm,
      somewhere(({ path }) => path.length > 1 && path.at(-1) !== '-'),
    ),
    ({ bytes }) => pairsOf(bytes, (name) => !name.includes('[')),
    {
      'CONFLICT-4': ({ contract, ...loaded }) =>
        contract.create.arrays === 'repeat' || not(somewhere(isList))({ contract, ...loaded }),
    },
  ),
  blind(
    'last-of-a-repeated-name-wins',
    'Of the pairs of a form that have the same name, only the last is compared.',
    ['CONFLICT-3'],
    all(isForm, repeatsNames, somewhere(isPlainList)),
    ({ bytes }) => canonical(Object.fromEntries(new URLSearchParams(bytes.toString()))),
  ),
];

/** Some of a form's pairs, in the order of their names. */
function pairsOf(bytes: Buffer, isKept: (name: string) => boolean): string {
  const pairs = [...new URLSearchParams(bytes.toString())].filter(([name]) => isKept(name));
  return JSON.stringify(pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
