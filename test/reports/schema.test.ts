import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { resultsJson } from '../../reports/json.js';
import type { Results } from '../../results/results.js';
import { fixture, hostileEverywhere, names } from './fixtures.js';

const path = createRequire(import.meta.url).resolve('idem-conformance/results/results.schema.json');
const schema = JSON.parse(readFileSync(path, 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, strictRequired: false }).compile(schema);

/** A deep copy with one member, given as a JSON pointer, replaced or (for `undefined`) removed. */
function changed(results: Results, pointer: string, value: unknown): unknown {
  const copy = structuredClone(results);
  const names = pointer.split('/').slice(1);
  const last = String(names.pop());
  let place: Record<string, unknown> = copy as unknown as Record<string, unknown>;
  for (const name of names) place = place[name] as Record<string, unknown>;
  if (value === undefined) delete place[last];
  else place[last] = value;
  return copy;
}

describe('results.schema.json', () => {
  test.each([
    ...names.map((name) => [name, fixture(name)] as const),
    ['hostile everywhere', hostileEverywhere()] as const,
  ])('accepts a run: %s', (_, results) => {
    validate(JSON.parse(resultsJson(results)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test('describes every member it requires, and requires every member it describes', () => {
    const objects: { required?: string[]; properties?: object }[] = [];
    // Attempts and keys of plans leave out what they do not use.
    const { attempt: _attempt, keyUse: _keyUse, step: _step, ...defs } = schema.$defs;
    JSON.stringify({ ...schema, $defs: defs }, (_, value) => {
      if (value?.type === 'object' && value.properties) objects.push(value);
      return value;
    });
    expect(objects.length).toBeGreaterThan(15);
    // What may be left out: the promise of what needs none, what is, or may be, left of nothing, steps of a case that has none; a known failure of all operations names none; a request that is no item of a batch.
    for (const { required, properties } of objects)
      expect(['operation', 'promise', 'left', 'unresolved', 'batch', 'setUp', 'sign', ...(required ?? [])]).toEqual(
        expect.arrayContaining(Object.keys(properties ?? {})),
      );
  });

  const failing = fixture('failing');
  const failed = `/requirements/${failing.requirements.findIndex(({ status }) => status === 'failed')}`;
  const skipped = `/requirements/${failing.requirements.findIndex(({ status }) => status === 'skipped')}`;
  const finding = `${failed}/findings/0`;
  test.each<[string, string, unknown]>([
    ['another schema', '/schema', 'https://idem-conformance.dev/results/1'],
    ['no verdict', '/verdict', ''],
    ['an unknown stop', '/stop', { kind: 'pause', message: 'x' }],
    ['an exit code of 5', '/exitCode', 5],
    ['a missing seed', '/seed', undefined],
    ['a member nobody knows', '/extra', 1],
    ['a negative count', '/requests/sent', -1],
    ['an unknown level', '/requirements/0/level', 'MAY'],
    ['an unknown status', '/requirements/0/status', 'flaky'],
    ['an id in lower case', '/requirements/0/id', 'create-1'],
    ['a failure without a finding', `${failed}/findings`, []],
    ['a pass with a finding', `${failed}/status`, 'passed'],
    ['a skip without a reason', `${skipped}/reason`, ''],
    ['a header that is no pair', `${finding}/smallest/exchanges/0/request/headers/0`, ['Accept']],
    ['an unknown credential', `${finding}/smallest/exchanges/0/credential`, 'third'],
    ['a status that is a string', `${finding}/smallest/exchanges/0/answer/status`, '201'],
    ['an argument that is one string', `${finding}/argument`, 'A and B'],
    ['a finding without commands', `${finding}/commands`, undefined],
    ['a half confirmation', `${finding}/confirmed`, { failed: 3 }],
  ])('refuses %s', (_, pointer, value) => {
    expect(validate(changed(failing, pointer, value))).toBe(false);
  });
});
