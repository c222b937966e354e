import { parse } from 'junit2json';
import { describe, expect, test } from 'vitest';
import { junitXml } from '../../reports/junit.js';
import { visible } from '../../reports/visible.js';
import { failing, hostile, passing, undecided } from './samples.js';
import { type Element, readXml } from './xml.js';

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
  test.each(Object.entries({ passing, failing, undecided, hostile }))('has the usual shape when %s', (_, results) => {
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

  test.each(Object.entries({ passing, failing, undecided, hostile }))(
    'others read the same when %s',
    async (_, results) => {
      const read = await parse(junitXml(results));
      if (read === undefined || read === null || !('testsuite' in read)) throw new Error('no test suites were read');
      const cases = (read.testsuite ?? []).flatMap(({ testcase }) => testcase ?? []);
      expect(cases.map(({ name }) => name)).toEqual(results.requirements.map(({ id, title }) => `${id} ${title}`));
      expect(cases.filter(({ failure }) => failure !== undefined).length).toBe(read.failures);
      expect(cases.filter(({ error }) => error !== undefined).length).toBe(read.errors);
      for (const [index, { findings, status }] of results.requirements.entries())
        if (status === 'failed') expect(cases[index]?.failure?.[0]?.message).toBe(visible(findings[0]?.summary ?? ''));
    },
  );

  test('names do not change from run to run', () => {
    const names = (xml: string) => [...xml.matchAll(/ (?:class)?name="[^"]*"/g)].map(([name]) => name);
    const later = { ...failing, seed: 99, targets: ['http://127.0.0.1:5999'], durationMs: 1, startedAt: '2027' };
    expect(names(junitXml(later))).toEqual(names(junitXml(failing)));
  });

  test('a warning passes, and fails when strict', () => {
    const warned = (strict: boolean) =>
      readXml(junitXml({ ...failing, strict })).children.flatMap((suite) => suite.children)[5]?.children[0];
    expect(warned(false)).toMatchObject({
      name: 'system-out',
      text: expect.stringMatching(/^Warning: `input` is empty/),
    });
    expect(warned(true)).toMatchObject({ name: 'failure', attributes: { type: 'SHOULD warned' } });
  });

  test('what was required and not checked is a failure', () => {
    expect(junitXml(undecided)).toContain(
      '<failure type="MUST skipped" message="required, but skipped: no second credential: set IDEM_API_KEY_2">required',
    );
  });

  test('whole, passing', () => {
    expect(junitXml(passing)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="idem-conformance" tests="10" failures="0" errors="0" time="8.421">
        <testsuite name="CREATE: no key, or another key" tests="3" failures="0" errors="0" skipped="0">
          <testcase name="CREATE-1 Without a key, identical bodies create separate tasks" classname="idem-conformance.CREATE"/>
          <testcase name="CREATE-2 A null key is no key: two requests with it are not joined" classname="idem-conformance.CREATE"/>
          <testcase name="CREATE-3 Different keys with the same body create separate tasks" classname="idem-conformance.CREATE"/>
        </testsuite>
        <testsuite name="REPLAY: same key, same body" tests="4" failures="0" errors="0" skipped="0">
          <testcase name="REPLAY-1 A repeat returns the task of the first call: the same id" classname="idem-conformance.REPLAY"/>
          <testcase name="REPLAY-3 A repeat has no second effect" classname="idem-conformance.REPLAY"/>
          <testcase name="REPLAY-9 \`input\` echoes the first request" classname="idem-conformance.REPLAY"/>
          <testcase name="REPLAY-10 Status of a replay (as the first or not); snapshot or live state" classname="idem-conformance.REPLAY">
            <system-out>seen in 40 replays</system-out>
          </testcase>
        </testsuite>
        <testsuite name="SCOPE: whose key it is" tests="2" failures="0" errors="0" skipped="0">
          <testcase name="SCOPE-1 The same key and body under two API keys are two tasks" classname="idem-conformance.SCOPE"/>
          <testcase name="SCOPE-2 Another body under another API key is no conflict" classname="idem-conformance.SCOPE"/>
        </testsuite>
        <testsuite name="STORM: at the same time" tests="1" failures="0" errors="0" skipped="0">
          <testcase name="STORM-1 Simultaneous identical requests yield one task: all successes carry one id" classname="idem-conformance.STORM"/>
        </testsuite>
      </testsuites>
      "
    `);
  });

  test('whole, failing', async () => {
    await expect(junitXml(failing)).toMatchFileSnapshot('expected/failing.junit.xml');
  });

  test('whole, undecided', async () => {
    await expect(junitXml(undecided)).toMatchFileSnapshot('expected/undecided.junit.xml');
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
