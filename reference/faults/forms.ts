/** Faults of comparing forms of either kind: a form is a list of pairs, and what the names in it mean is easily lost. */
import { isTyped, pairsIn } from '../../contracts/codec.js';
import type { LoadedContract } from '../../contracts/load.js';
import { partsOf } from '../../contracts/multipart.js';
import type { WriteRequest } from '../server/behaviour.js';
import { canonical } from '../server/canonical.js';
import type { World } from '../server/world.js';
import { blind, not } from './blind.js';
import type { Fault } from './fault.js';
import { isList, type Place, requestPlaces, somewhere } from './places.js';
import { all, contractHas, refusesOtherBodies } from './where.js';

const isForm = contractHas((contract) => contract.create.body !== 'none' && !isTyped(contract));
const isMultipart = contractHas(({ create }) => create.body === 'multipart');
const isByValue = contractHas(({ fingerprint }) => fingerprint === 'value');
const repeatsNames = contractHas(({ create }) => create.arrays !== 'index');

/** An array whose elements have no names of their own. */
const isPlainList = (place: Place, loaded: LoadedContract) =>
  isList(place, loaded) && !requestPlaces(loaded).some(({ pointer }) => pointer.startsWith(`${place.pointer}/-/`));

const isFile = ({ pointer }: Pick<Place, 'pointer'>, { contract }: LoadedContract) =>
  Object.hasOwn(contract.create.files ?? {}, pointer);
const elementOf = ({ pointer }: Place) => ({ pointer: `${pointer}/-` });

export const formFaults: Fault[] = [
  {
    name: 'compares-bytes-of-a-value',
    sentence: 'Bodies are compared by their bytes, although the contract says that it is by their values.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    applies: all(refusesOtherBodies, isByValue),
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
    (request, world) => withNames(request, world, (name) => !name.includes('[')),
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
    (request, world) => canonical(Object.fromEntries(pairsOf(request, world))),
  ),
  {
    name: 'boundary-counts',
    sentence: 'What separates the parts of a body is compared with it, although every client may choose it anew.',
    kind: 'fault',
    breaks: ['CONFLICT-7'],
    applies: all(refusesOtherBodies, isMultipart, isByValue),
    deviation: (correct) => ({
      fingerprintOf: (request) => `${request.headers['content-type']} ${correct.fingerprintOf(request)}`,
    }),
  },
  blind(
    'ignores-files',
    'Of a body with files only the plain values are compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    all(isMultipart, somewhere(isFile)),
    (request, world) => canonical(sorted(plainParts(request, world))),
    { 'CONFLICT-4': not(somewhere((place, loaded) => isList(place, loaded) && isFile(elementOf(place), loaded))) },
  ),
];

/** Some of a form's pairs, in the order of their names. */
function withNames(request: WriteRequest, world: World, isKept: (name: string) => boolean): string {
  return canonical(sorted(pairsOf(request, world).filter(([name]) => isKept(name))));
}

/** All but what is new in every request. */
function pairsOf({ bytes }: WriteRequest, { contract, key }: World): [name: string, value: string][] {
  return pairsIn(contract, key.lasting(bytes).toString()) ?? [];
}

function plainParts({ bytes }: WriteRequest, { key }: World): [name: string, value: string][] {
  const plain = (partsOf(key.lasting(bytes).toString()) ?? []).filter(({ filename }) => filename === undefined);
  return plain.map(({ name, value }) => [name, value]);
}

function sorted(pairs: [name: string, value: string][]): [name: string, value: string][] {
  return pairs.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
