import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { sarif } from '../../reports/sarif.js';
import type { Results } from '../../results/results.js';
import { firstFinding, fixture, hostileEverywhere, names, twoOperations, withChanges } from './fixtures.js';

const failing = fixture('failing');
const everything = [
  ...names.map((name) => [name, fixture(name)] as const),
  ['hostile everywhere', hostileEverywhere()] as const,
];

interface Log {
  runs: {
    results: {
      ruleId: string;
      ruleIndex: number;
      level: string;
      message: { text: string };
      partialFingerprints: Record<string, string>;
      suppressions?: object[];
      locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
    }[];
    tool: { driver: { rules: { id: string }[] } };
    invocations: {
      exitCode: number;
      executionSuccessful: boolean;
      toolExecutionNotifications: { level: string; associatedRule?: { id: string; index: number } }[];
    }[];
  }[];
}

// The schema of the standard is draft 4; but for its name it is draft 7, too.
const require = createRequire(import.meta.url);
const { id, $schema, ...published } = require('@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json') as Record<
  string,
  unknown
>;
const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
addFormats.default(ajv);
const validate = ajv.compile(published);

function runOf(results: Results, artifact?: string): Log['runs'][number] {
  const [run] = (JSON.parse(sarif(results, artifact)) as Log).runs;
  if (run === undefined) throw new Error('a log has one run');
  return run;
}

function statusOf({ requirements }: Results, id: string): string {
  return requirements.find((one) => one.id === id)?.status ?? '';
}

function printsOf(results: Results): string[] {
  return runOf(results).results.map(({ partialFingerprints }) => partialFingerprints['requirementAndRule/v1'] ?? '');
}

describe('report.sarif', () => {
  test('the schema is that of SARIF 2.1.0, and refuses', () => {
    expect([id, $schema]).toEqual([expect.stringContaining('sarif-2.1.0'), 'http://json-schema.org/draft-04/schema#']);
    expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  });

  test.each(everything)('satisfies the schema: %s', (_, results) => {
    validate(JSON.parse(sarif(results)));
    expect(validate.errors ?? []).toEqual([]);
    const { results: found, tool, invocations } = runOf(results);
    expect(tool.driver.rules.map((rule) => rule.id)).toEqual(results.requirements.map((one) => one.id));
    for (const { ruleId, ruleIndex } of found) expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    for (const { associatedRule } of invocations[0]?.toolExecutionNotifications ?? [])
      if (associatedRule !== undefined) expect(tool.driver.rules[associatedRule.index]?.id).toBe(associatedRule.id);
  });

  test('a violated MUST is an error, a violated SHOULD a warning, and an error when strict', () => {
    const levels = (results: Results) =>
      Object.fromEntries(runOf(results).results.map(({ ruleId, level }) => [statusOf(results, ruleId), level]));
    expect(levels(failing)).toEqual({ failed: 'error', warned: 'warning' });
    expect(levels({ ...failing, strict: true })).toEqual({ failed: 'error', warned: 'error' });
    expect(levels(fixture('passing'))).toEqual({});
  });

  test('a known failure is suppressed, with its reason; one past its date is not', () => {
    const results = fixture('baseline');
    const known = results.baseline.find(({ state }) => state === 'known');
    const suppressions = Object.fromEntries(runOf(results).results.map((one) => [one.ruleId, one.suppressions]));
    expect(suppressions[known?.id ?? '']).toEqual([
      { kind: 'external', status: 'accepted', justification: known?.reason },
    ]);
    expect(Object.values(suppressions).filter((one) => one === undefined)).toHaveLength(
      Object.keys(suppressions).length - 1,
    );
  });

  test('fingerprints are those of the findings', () => {
    const prints = failing.requirements.flatMap(({ findings }) => findings.map(({ fingerprint }) => fingerprint));
    expect(printsOf(failing).toSorted()).toEqual(prints.toSorted());
    expect(new Set(prints).size).toBe(prints.length);
  });

  test('the contract file is the place, where there is one', () => {
    const uri = (results: ReturnType<typeof runOf>) =>
      results.results[0]?.locations[0]?.physicalLocation.artifactLocation.uri;
    expect(uri(runOf(failing, 'api/contract.yaml'))).toBe('api/contract.yaml');
    expect(uri(runOf(failing))).toBe('idem-conformance.yaml');
  });

  test.each([
    [0, true],
    [1, true],
    [2, false],
    [3, false],
    [4, false],
  ] as const)('exit code %i is a successful execution: %s', (exitCode, executionSuccessful) => {
    expect(runOf({ ...fixture('passing'), exitCode }).invocations).toMatchObject([{ exitCode, executionSuccessful }]);
  });

  test('hostile text makes no link and no placeholder, and is seen', () => {
    const text = '{0} [l](javascript:1) {"a":1}\u0000\u202e';
    const { requirement, finding } = firstFinding(failing);
    const { results } = runOf(
      withChanges(failing, { [requirement.id]: { findings: [{ ...finding, summary: text }] } }),
    );
    const own = results.find(({ ruleId }) => ruleId === requirement.id);
    expect(own?.message.text).toMatch(/^\{\{0\}\} \[l\] \(javascript:1\) \{\{"a":1\}\}\\u0000\\u202e\. /);
    const hostile = hostileEverywhere();
    const texts: string[] = [];
    const log = JSON.parse(sarif(hostile), (name, value) => {
      if (typeof value === 'string') expect(value).not.toMatch(/[^\P{Cc}\n\t]|[\p{Cs}\u2028\u202e]/u);
      if (name === 'text') texts.push(value);
      return value;
    });
    expect(log.runs).toHaveLength(1);
    expect(texts.length).toBeGreaterThan(hostile.requirements.length);
    expect(texts.join('\n')).not.toContain('](');
  });

  test('rules are those of the catalogue; where there are several operations, each result names its own', () => {
    const { requirement, finding } = firstFinding(failing);
    const two = twoOperations(failing);
    const run = runOf(two);
    expect(run.tool.driver.rules).toEqual(runOf(failing).tool.driver.rules);
    const own = run.results.filter(({ ruleId }) => ruleId === requirement.id);
    expect(own.map(({ message }) => message.text.split(finding.summary)[0])).toEqual([
      `create ${requirement.id}: `,
      `refund ${requirement.id}: `,
    ]);
    expect(new Set(own.map(({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash)).size).toBe(2);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
  });
});
