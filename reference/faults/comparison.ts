/** Faults of comparing: what counts as the same body. */
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import type { WriteRequest } from '../server/behaviour.js';
import { canonical, without, withTexts } from '../server/canonical.js';
import { blind, not } from './blind.js';
import { shapeFaults } from './comparison-shape.js';
import { valueFaults } from './comparison-values.js';
import type { Fault } from './fault.js';
import {
  firstAtTop,
  isAddress,
  isList,
  isText,
  isTextBeyond,
  isTextOrNull,
  mainMember,
  type Place,
  requestPlaces,
  somewhere,
} from './places.js';
import { all, bodiesAreJson, contractHas, refusesOtherBodies } from './where.js';

const firstList = (loaded: LoadedContract): string => firstAtTop(loaded, isList)?.path[0] ?? '';
const firstAddress = (loaded: LoadedContract): string => firstAtTop(loaded, isAddress)?.path[0] ?? '';
const beside = (is: (place: Place, loaded: LoadedContract) => boolean) =>
  somewhere((place, loaded) => place.path[0] !== mainMember(loaded) && is(place, loaded));

export const comparisonFaults: Fault[] = [
  blind(
    'compares-one-member-alone',
    'Only one member of a body is compared: a string.',
    ['CONFLICT-3', 'CONFLICT-4'],
    beside(() => true),
    ({ value }, world) => canonical(value[mainMember(world)]),
    { 'CONFLICT-4': not(beside(isList)) },
  ),
  blind(
    'compares-top-level-alone',
    'Only top-level values are compared: a member of a nested object counts only if its name also stands at the top.',
    ['CONFLICT-3', 'CONFLICT-4'],
    somewhere(isLost),
    // A popular way to sort members; the list of names filters nested objects as well.
    ({ value }) => JSON.stringify(value, Object.keys(value).sort()),
    { 'CONFLICT-4': not(somewhere(holdsOnlyLost)) },
  ),
  blind(
    'ignores-first-array',
    'The first array of a body is not compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    (loaded) => firstList(loaded) !== '',
    ({ value }, world) => canonical(without(value, firstList(world))),
  ),
  blind(
    'sorts-first-array',
    'The first array of a body is sorted before it is compared.',
    ['CONFLICT-4'],
    (loaded) => firstList(loaded) !== '',
    ({ value }, world) => {
      const name = firstList(world);
      return canonical({ ...value, [name]: sorted(value, name) });
    },
  ),
  blind(
    'ignores-first-address',
    'The first address of a body is not compared.',
    ['CONFLICT-3'],
    (loaded) => firstAddress(loaded) !== '',
    ({ value }, world) => canonical(without(value, firstAddress(world))),
  ),
  blind(
    'compares-first-kilobyte',
    'Only the first kilobyte of a body is compared.',
    ['CONFLICT-3'],
    somewhere(isTextBeyond(1024)),
    ({ bytes }) => bytes.subarray(0, 1024).toString('latin1'),
  ),
  blind(
    'compares-length',
    'Only the length of a body is compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    somewhere(isText),
    ({ bytes }) => String(bytes.length),
  ),
  blind(
    'compares-lower-case',
    'Bodies are put in lower case before they are compared.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ bytes }) => bytes.toString().toLowerCase(),
  ),
  blind(
    'compares-trimmed',
    'Strings are trimmed before they are compared.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ value }) => canonical(value, (scalar) => (typeof scalar === 'string' ? scalar.trim() : scalar)),
  ),
  blind(
    'compares-normal-form',
    'Bodies are put in Unicode normal form before they are compared.',
    ['CONFLICT-3'],
    somewhere(isText),
    ({ value }) => withTexts(value, (text) => text.normalize('NFC')),
  ),
  blind(
    'compares-as-text',
    'Every value is compared as text: a number, a boolean or null is the same as its spelling in a string.',
    ['CONFLICT-3'],
    all(bodiesAreJson, somewhere(isTextOrNull)),
    ({ value }) => canonical(value, String),
  ),
  ...valueFaults,
  ...shapeFaults,
  picky('compares-user-agent', 'The User-Agent is compared with the body.', ({ headers }) => headers['user-agent']),
  picky(
    'compares-framing',
    'Whether a body came in chunks is compared with it.',
    ({ headers }) => headers['transfer-encoding'],
  ),
  {
    ...picky('compares-query', 'The query string is compared with the body.', ({ query }) => query),
    ...ignoredBy('query'),
  },
  {
    ...picky(
      'compares-content-type',
      'The Content-Type is compared with the body, with its parameters.',
      ({ headers }) => headers['content-type'],
    ),
    ...ignoredBy('contentTypeParameters'),
  },
];

/** A member that only nested objects have: its name does not stand at the top. */
function isLost({ path }: Place, { schemas }: LoadedContract): boolean {
  const name = path.at(-1) ?? '';
  return (
    path.length > 1 &&
    name !== '-' &&
    !Object.keys((schemas.requestSchema.properties ?? {}) as JsonObject).includes(name)
  );
}

/** An array of objects of which no member is compared. */
function holdsOnlyLost(place: Place, loaded: LoadedContract): boolean {
  const within = requestPlaces(loaded).filter(
    ({ path, pointer }) => pointer.startsWith(`${place.pointer}/-/`) && path.length === place.path.length + 2,
  );
  return isList(place, loaded) && within.length > 0 && within.every((one) => isLost(one, loaded));
}

function sorted(value: JsonObject, name: string): Json {
  const items = value[name];
  return Array.isArray(items) ? items.map((item) => canonical(item)).sort() : null;
}

/** Where the contract says that it is ignored. */
function ignoredBy(part: NonNullable<Contract['ignored']>[number]): Pick<Fault, 'breaks' | 'applies'> {
  return {
    breaks: ['REPLAY-15'],
    applies: all(
      refusesOtherBodies,
      contractHas(({ ignored }) => ignored?.includes(part) === true),
    ),
  };
}

/** Takes the same body for another, because of something around it. */
function picky(name: string, sentence: string, around: (request: WriteRequest) => string | undefined): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: ['REPLAY-7'],
    applies: refusesOtherBodies,
    deviation: (correct) => ({
      fingerprintOf: (request) => `${correct.fingerprintOf(request)} ${around(request) ?? ''}`,
    }),
  };
}
