import { parse } from 'junit2json';
import { describe, expect, test } from 'vitest';
import { junitXml } from '../../reports/junit.js';
import { visible } from '../../reports/visible.js';
import type { Results } from '../../results/results.js';
import { fixture, hostileEverywhere, names, twoOperations } from './fixtures.js';
import { type Element, readXml } from './xml.js';

const failing = fixture('failing');
const everything = [
  ...names.map((name) => [name, fixture(name)] as const),
  ['hostile everywhere', hostileEverywhere()] as const,
];

/** What may stand in what, and with which attributes, as the schema of Jenkins' xUnit plugin has it. */
const shape: Record<string, { required: string[]; optional: string[]; children: string[] }> = {
  testsuites: { required: [], optional: ['name', 'time', 'tests', 'failures', 'errors'], children: ['testsuite'] },
  testsuite: { required: ['name', 'tests', 'failures', 'errors'], optional: ['skipped'], children: ['testcase'] },
  testcase: {
    required: ['name'],
    optional: ['classname', 'time'],
    children: ['skipped', 'error', 'failure', 'system-out'],
  },
  failure: { required: [], optional: ['type', 'message'], children: [] },
  error: { required: [], optional: ['type', 'message'], children: [] },
  skipped: { required: [], optional: ['type', 'message'], children: [] },
  'system-out': { required: [], optional: [], children: [] },
};

function caseOf(results: Results, id: string): Element | undefined {
  const cases = readXml(junitXml(results)).children.flatMap((suite) => suite.children);
  return cases.find(({ attributes }) => attributes.name?.startsWith(`${id} `));
}

function check(element: Element): void {
  const rule = shape[element.name];
  if (rule === undefined) throw new Error(`<${element.name}> is not known`);
  const names = Object.keys(element.attributes);
  expect(names).toEqual(expect.arrayContaining(rule.required));
  expect([...rule.required, ...rule.optional]).toEqual(expect.arrayContaining(names));
  for (const child of element.children) {
    expect(rule.children).toContain(child.name);
    check(child);
  }
}

describe('junit.xml', () => {
  test.each(everything)('has the usual shape: %s', (_, results) => {
    const root = readXml(junitXml(results));
    check(root);
    const cases = root.children.flatMap((suite) => suite.children);
    expect(cases.map((testcase) => testcase.attributes.name)).toEqual(
      results.requirements.map(({ id, title }) => `${id} ${title}`),
    );
    for (const suite of root.children) {
      const of = (name: string) => suite.children.filter(({ children }) => children[0]?.name === name).length;
      const { tests, failures, errors, skipped } = suite.attributes;
      expect([tests, failures, errors, skipped].map(Number)).toEqual([
        suite.children.length,
        of('failure'),
        of('error'),
        of('skipped'),
      ]);
    }
  });

  test.each(everything)('others read the same: %s', async (_, results) => {
    const read = await parse(junitXml(results));
    if (read === undefined || read === null || !('testsuite' in read)) throw new Error('no test suites were read');
    const cases = (read.testsuite ?? []).flatMap(({ testcase }) => testcase ?? []);
    expect(cases.map(({ name }) => name)).toEqual(results.requirements.map(({ id, title }) => `${id} ${title}`));
    expect(cases.filter(({ failure }) => failure !== undefined).length).toBe(read.failures);
    expect(cases.filter(({ error }) => error !== undefined).length).toBe(read.errors);
    for (const [index, { findings, status }] of results.requirements.entries())
      if (status === 'failed' && cases[index]?.failure !== undefined)
        expect(cases[index]?.failure?.[0]?.message).toBe(visible(findings[0]?.summary ?? ''));
  });

  test('names do not change from run to run', () => {
    const names = (xml: string) => [...xml.matchAll(/ (?:class)?name="[^"]*"/g)].map(([name]) => name);
    const later = { ...failing, seed: 99, targets: ['http://127.0.0.1:5999'], durationMs: 1, startedAt: '2027' };
    expect(names(junitXml(later))).toEqual(names(junitXml(failing)));
  });

  test('a warning passes, and fails when strict', () => {
    const results = fixture('warned');
    const id = results.requirements.find(({ status }) => status === 'warned')?.id as string;
    const warned = (strict: boolean) => caseOf({ ...results, strict }, id)?.children[0];
    expect(warned(false)).toMatchObject({ name: 'system-out', text: expect.stringMatching(/^Warning: /) });
    expect(warned(true)).toMatchObject({ name: 'failure', attributes: { type: 'SHOULD warned' } });
  });

  test('what was required and not checked is a failure', () => {
    const stopped = fixture('stopped');
    const open = stopped.requirements.find(({ status }) => status === 'inconclusive');
    expect(caseOf({ ...stopped, required: [open?.id as string] }, open?.id as string)?.children[0]).toMatchObject({
      name: 'failure',
      attributes: { type: 'MUST inconclusive', message: `required, but inconclusive: ${open?.reason}` },
    });
  });

  test('where there are several operations, each test case names its own', () => {
    const two = twoOperations(failing);
    const cases = readXml(junitXml(two)).children.flatMap((suite) => suite.children);
    const wanted = two.requirements.map(({ operation, id, title }) => `${operation} ${id} ${title}`);
    expect(cases.map(({ attributes }) => attributes.name).toSorted()).toEqual(wanted.toSorted());
  });
});

test('a violation that is known, or that decides nothing, is skipped: the gate and the test report agree', () => {
  const violated = failing.requirements.filter(({ status }) => status === 'failed').map(({ id }) => id);
  const known = violated.map((id) => ({ id, reason: 'ticket 7', until: null, state: 'known' as const }));
  for (const results of [
    { ...failing, baseline: known },
    { ...failing, decides: failing.decides.filter((id) => !violated.includes(id)) },
  ]) {
    const cases = readXml(junitXml(results)).children.flatMap((suite) => suite.children);
    const of = (name: string) => cases.filter(({ children }) => children[0]?.name === name).length;
    expect(of('failure')).toBe(0);
    const skips = cases.filter(({ children }) => children[0]?.attributes.message?.startsWith('failed: '));
    expect(skips).toHaveLength(violated.length);
  }
});
