/** Promises by name: each freedom that flags leave has one, and each says what flags left unknown. */
import { expect, test } from 'vitest';
import { loadContract } from '../../contracts/load.js';
import { promiseOf, promises, requirementById, requirements, withPromises } from '../../suites/index.js';

/** As flags leave it: nothing is said. */
const silent = loadContract('ietf', {
  create: { path: '/orders', example: { note: 'x' } },
  replay: { kind: null },
  stored: null,
  conflict: null,
  inFlight: null,
}).contract;

const all = promises.map(({ name }) => name);

test('what may be noticed hangs on one promise, and every promise on requirements that exist', () => {
  const noticed = requirements.filter((one) => one.noticed === true).map(({ id }) => id);
  // That other endpoints take no keys is the opposite of 'endpoints'.
  expect(noticed.filter((id) => !all.includes(promiseOf(id)))).toEqual(['ENDPOINT-1']);
  const ids = promises.flatMap((one) => one.ids);
  expect(ids.map((id) => requirementById(id).id)).toEqual([...new Set(ids)]);
  expect(promiseOf('KEY-7')).toBe('KEY-7');
});

test.each(promises)(
  '$name: what flags leave unknown is said, and no requirement of it is silent any more',
  (promise) => {
    const said = withPromises(silent, [promise.name]);
    const changed = Object.keys(said).filter((member) => said[member as keyof typeof said] !== silent[member as 'key']);
    expect(changed.length).toBe(promise.says === undefined ? 0 : 1);
    const left = promise.ids.filter((id) => promise.says !== undefined && requirementById(id).silent?.(said) === true);
    expect(left).toEqual([]);
  },
);

test('what a contract says itself holds', () => {
  const { contract } = loadContract('ietf');
  const { scope, key, ignored, ...rest } = withPromises(contract, all);
  expect({ ...contract, scope, key, ignored }).toEqual({ scope, key, ignored, ...rest });
  expect(withPromises(contract, ['CONFLICT-1', 'STORM'])).toEqual(contract);
});
