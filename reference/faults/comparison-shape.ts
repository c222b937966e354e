/** Faults of comparing: members, elements and what holds them together. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import { isObject } from '../../contracts/json.js';
import type { LoadedContract } from '../../contracts/load.js';
import { canonical, rebuilt, scalarsOf, withArrays } from '../server/canonical.js';
import { blind, lenient, not } from './blind.js';
import {
  type Is,
  isArrayOf,
  isList,
  isNonce,
  isNumber,
  isText,
  mayRepeat,
  neighbours,
  requestPlaces,
  somewhere,
} from './places.js';
import { all } from './where.js';

const isOptional: Is = ({ required, path }) => !required && path.at(-1) !== '-';
const isAtTop: Is = ({ path }) => path.length === 1;
/** Its values can be exchanged for those of another: a nonce stays where it is. */
const isPlainText: Is = (place, loaded) => isText(place, loaded) && !isNonce(place, loaded);
const isTextAtTop: Is = (place, loaded) => isAtTop(place, loaded) && isText(place, loaded);
const isObjectAtTop: Is = (place, loaded) => isAtTop(place, loaded) && holdsMembers(place.pointer, loaded);
const isListOfObjects: Is = (place, loaded) => isList(place, loaded) && holdsMembers(`${place.pointer}/-`, loaded);

export const shapeFaults = [
  lenient(
    'compares-first-bodys-members',
    'Only members of the first body are compared: one that is added is not noticed.',
    ['CONFLICT-3'],
    somewhere(isOptional),
    (first, second) => within(first, second),
  ),
  lenient(
    'compares-second-bodys-members',
    'Only members of the second body are compared: one that is left out is not noticed.',
    ['CONFLICT-3'],
    somewhere(isOptional),
    (first, second) => within(second, first),
  ),
  lenient(
    'compares-first-bodys-elements',
    'Only as many elements of an array are compared as the first body has.',
    ['CONFLICT-3'],
    somewhere(mayRepeat),
    (first, second) => begins(first, second),
  ),
  {
    ...blind(
      'compares-names-alone',
      'Names of members are compared, but no values.',
      ['CONFLICT-3', 'CONFLICT-4'],
      () => true,
      (one) => canonical(one.value, () => null),
    ),
    // Plans of lost answers send other bodies, too.
    follows: ['LOST-7'],
  },
  blind(
    'compares-values-without-names',
    'The values of a body are compared, sorted, without the names of their members.',
    ['CONFLICT-3', 'CONFLICT-4'],
    () => true,
    ({ value }) =>
      scalarsOf(value)
        .map((one) => JSON.stringify(one))
        .sort()
        .join(),
    { 'CONFLICT-3': (loaded) => ![isPlainText, isNumber].some((is) => neighbours(is)(loaded)) },
  ),

  blind(
    'sorts-arrays',
    'All arrays are sorted before they are compared.',
    ['CONFLICT-4'],
    () => true,
    ({ value }) => withArrays(value, (items) => items.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1))),
  ),
  blind(
    'ignores-last-element',
    'The last element of an array is not compared.',
    ['CONFLICT-3'],
    somewhere(isArrayOf(1)),
    ({ value }) => withArrays(value, (items) => items.slice(0, -1)),
  ),
  blind(
    'compares-first-element-alone',
    'Of an array only the first element is compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    somewhere(isList),
    ({ value }) => withArrays(value, (items) => items.slice(0, 1)),
    // Of two elements, the first is another one where they are in another order.
    { 'CONFLICT-4': not(somewhere(isArrayOf(3))) },
  ),
  blind(
    'drops-repeated-elements',
    'An element that stands twice in an array is compared once.',
    ['CONFLICT-3'],
    somewhere(mayRepeat),
    ({ value }) =>
      withArrays(value, (items) => [...new Map(items.map((item) => [canonical(item), item] as const)).values()]),
  ),

  unframed(
    'joins-texts',
    'All strings are joined before they are compared: where one ends and the next begins does not count.',
    neighbours(isText),
    (value) =>
      [
        scalarsOf(value)
          .filter((one) => typeof one === 'string')
          .join(''),
        canonical(rebuilt(value, (one) => (typeof one === 'string' ? '' : one))),
      ].join('\n'),
  ),
  unframed(
    'joins-values-with-commas',
    'Values are joined with commas, unquoted, before they are compared.',
    neighbours(isTextAtTop, { next: true }),
    (value) => Object.values(value).map(unquoted).join(','),
  ),
  unframed(
    'compares-query-string',
    'Members are joined as a query string, unescaped, before they are compared.',
    all(
      neighbours(isTextAtTop, { next: true }),
      somewhere((place, loaded) => isTextAtTop(place, loaded) && isOptional(place, loaded) && !isNonce(place, loaded)),
    ),
    (value) =>
      Object.entries(value)
        .map(([name, inner]) => `${name}=${unquoted(inner)}`)
        .join('&'),
  ),
  blind(
    'compares-as-template',
    'Members are compared as a template string shows them: an object in it is always "[object Object]".',
    ['CONFLICT-3', 'CONFLICT-4'],
    somewhere(
      (place, loaded) => isAtTop(place, loaded) && (isObjectAtTop(place, loaded) || isListOfObjects(place, loaded)),
    ),
    ({ value }) => canonical(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, String(inner)]))),
    {
      'CONFLICT-4': not(
        somewhere(
          (place, loaded) => isListOfObjects(place, loaded) || (isList(place, loaded) && isInObject(place.path)),
        ),
      ),
    },
  ),
];

/** Joins values so that nothing shows where one of them ends. */
function unframed(
  name: string,
  sentence: string,
  where: (loaded: LoadedContract) => boolean,
  join: (value: JsonObject) => string,
) {
  return blind(name, sentence, ['CONFLICT-3'], where, ({ value }, { key }) => join(key.without(value)));
}

function unquoted(value: Json): string {
  return typeof value === 'string' ? value : canonical(value);
}

function holdsMembers(pointer: string, loaded: LoadedContract): boolean {
  return requestPlaces(loaded).some(
    ({ pointer: inner, path }) =>
      path.at(-1) !== '-' && inner.startsWith(`${pointer}/`) && !inner.slice(pointer.length + 1).includes('/'),
  );
}

/** Below the top, and not in an array there. */
function isInObject(path: string[]): boolean {
  return path.length > 1 && path[1] !== '-';
}

/** Whether every member of the first is a member of the second, elements one by one. */
function within(first: Json | undefined, second: Json | undefined): boolean {
  if (Array.isArray(first) && Array.isArray(second))
    return first.length === second.length && first.every((item, index) => within(item, second[index]));
  if (isObject(first) && isObject(second))
    return Object.entries(first).every(([name, inner]) => name in second && within(inner, second[name]));
  return canonical(first) === canonical(second);
}

/** Whether the arrays of the second begin with those of the first, and all else is equal. */
function begins(first: Json | undefined, second: Json | undefined): boolean {
  if (Array.isArray(first) && Array.isArray(second)) return first.every((item, index) => begins(item, second[index]));
  if (isObject(first) && isObject(second)) {
    const names = new Set([...Object.keys(first), ...Object.keys(second)]);
    return [...names].every((name) => begins(first[name], second[name]));
  }
  return canonical(first) === canonical(second);
}
