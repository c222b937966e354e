/** Faults of comparing: members, elements and what holds them together. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import { blind, lenient } from './blind.js';
import { canonical, rebuilt, scalarsOf, withArrays, without } from './canonical.js';

export const shapeFaults = [
  lenient(
    'compares-first-bodys-members',
    'Only members of the first body are compared: one that is added is not noticed.',
    ['CONFLICT-3'],
    (first, second) => within(first, second),
  ),
  lenient(
    'compares-second-bodys-members',
    'Only members of the second body are compared: one that is left out is not noticed.',
    ['CONFLICT-3'],
    (first, second) => within(second, first),
  ),
  lenient(
    'compares-first-bodys-elements',
    'Only as many elements of an array are compared as the first body has.',
    ['CONFLICT-3'],
    (first, second) => begins(first, second),
  ),
  {
    ...blind(
      'compares-names-alone',
      'Names of members are compared, but no values.',
      ['CONFLICT-3', 'CONFLICT-4'],
      (one) => canonical(one.value, () => null),
    ),
    // Plans of lost answers send other bodies, too.
    follows: ['LOST-7'],
  },
  blind(
    'compares-values-without-names',
    'The values of a body are compared, sorted, without the names of their members.',
    ['CONFLICT-3', 'CONFLICT-4'],
    ({ value }) =>
      scalarsOf(value)
        .map((one) => JSON.stringify(one))
        .sort()
        .join(),
  ),

  blind('sorts-arrays', 'All arrays are sorted before they are compared.', ['CONFLICT-4'], ({ value }) =>
    withArrays(value, (items) => items.toSorted((a, b) => (canonical(a) < canonical(b) ? -1 : 1))),
  ),
  blind('ignores-last-element', 'The last element of an array is not compared.', ['CONFLICT-3'], ({ value }) =>
    withArrays(value, (items) => items.slice(0, -1)),
  ),
  blind(
    'compares-first-element-alone',
    'Of an array only the first element is compared.',
    ['CONFLICT-3', 'CONFLICT-4'],
    ({ value }) => withArrays(value, (items) => items.slice(0, 1)),
  ),
  blind(
    'drops-repeated-elements',
    'An element that stands twice in an array is compared once.',
    ['CONFLICT-3'],
    ({ value }) =>
      withArrays(value, (items) => [...new Map(items.map((item) => [canonical(item), item] as const)).values()]),
  ),

  unframed(
    'joins-texts',
    'All texts are joined before they are compared: where one ends and the next begins does not count.',
    (value) =>
      [
        scalarsOf(value)
          .filter((one) => typeof one === 'string')
          .join(''),
        canonical(rebuilt(value, (one) => (typeof one === 'string' ? '' : one))),
      ].join('\n'),
  ),
  unframed('joins-values-with-commas', 'Values are joined with commas, unquoted, before they are compared.', (value) =>
    Object.values(value).map(told).join(','),
  ),
  unframed(
    'compares-query-string',
    'Members are joined as a query string, unescaped, before they are compared.',
    (value) =>
      Object.entries(value)
        .map(([name, inner]) => `${name}=${told(inner)}`)
        .join('&'),
  ),
  blind(
    'compares-as-template',
    'Members are compared as a template string shows them: an object in it is always "[object Object]".',
    ['CONFLICT-3', 'CONFLICT-4'],
    ({ value }) => canonical(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, String(inner)]))),
  ),
];

/** Joins values so that nothing tells where one of them ends. */
function unframed(name: string, sentence: string, join: (value: JsonObject) => string) {
  return blind(name, sentence, ['CONFLICT-3'], ({ value }) => join(without(value, 'idempotency_key')));
}

function told(value: Json): string {
  return typeof value === 'string' ? value : canonical(value);
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

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
