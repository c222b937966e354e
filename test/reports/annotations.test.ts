import { error, notice, warning } from '@actions/core';
import { describe, expect, test, vi } from 'vitest';
import { annotations } from '../../reports/annotations.js';
import type { Results } from '../../results/results.js';
import { firstFinding, fixture, hostileEverywhere, names, twoOperations, withChanges } from './fixtures.js';

const failing = fixture('failing');
const everything = [
  ...names.map((name) => [name, fixture(name)] as const),
  ['hostile everywhere', hostileEverywhere()] as const,
];

interface Command {
  name: 'error' | 'warning' | 'notice';
  title: string;
  message: string;
}

/** Reads lines as the runner does: the last replacement first. */
function commandsOf(text: string): Command[] {
  expect(text.endsWith('\n')).toBe(true);
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', title = '', message = ''] = /^::(\w+) title=([^:,\r]*)::([^\r]*)$/.exec(line) ?? [];
      const data = (value: string) => value.replace(/%0A/g, '\n').replace(/%0D/g, '\r').replace(/%25/g, '%');
      return {
        name: name as Command['name'],
        title: data(title.replace(/%3A/g, ':').replace(/%2C/g, ',')),
        message: data(message),
      };
    });
}

const toolkit = { error, warning, notice };

/** The same lines, written by GitHub's own toolkit. */
function byToolkit(commands: Command[]): string {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    for (const { name, title, message } of commands) toolkit[name](message, { title });
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

/** Each requirement with findings has so many. */
function withFindings(results: Results, many: number): Results {
  const { finding } = firstFinding(results);
  const findings = Array.from({ length: many }, (_, index) => ({ ...finding, summary: `Finding ${index + 1}` }));
  return {
    ...results,
    requirements: results.requirements.map((one) => (one.findings.length > 0 ? { ...one, findings } : one)),
  };
}

/** Ids of the requirements with this status. */
function idsOf(results: Results, status: string): string[] {
  return results.requirements.filter((one) => one.status === status).map(({ id }) => id);
}

describe('annotations', () => {
  test('a violated MUST is an error, a violated SHOULD a warning, and an error when strict; the verdict comes last', () => {
    const of = (results: Results) =>
      commandsOf(annotations(results)).map(({ name, title }) => [name, title.split(':')[0]]);
    const [failed] = idsOf(failing, 'failed');
    const [warned] = idsOf(failing, 'warned');
    expect(of(failing)).toEqual([
      ['error', failed],
      ['warning', warned],
      ['notice', 'idem-conformance'],
    ]);
    expect(of({ ...failing, strict: true }).map(([name]) => name)).toEqual(['error', 'error', 'notice']);
    expect(commandsOf(annotations(failing)).at(-1)?.message).toBe(failing.verdict);
  });

  test('an error says what is needed', () => {
    const { requirement, finding } = firstFinding({
      ...failing,
      requirements: failing.requirements.filter(({ status }) => status === 'failed'),
    });
    const [error] = commandsOf(annotations(failing));
    expect(error?.title).toBe(`${requirement.id}: ${finding.summary}`);
    for (const words of [
      ...finding.argument,
      `Expected: ${finding.expected}`,
      `Run it again: ${finding.commands.rerun}`,
    ])
      expect(error?.message).toContain(words);
  });

  test('passing: the verdict alone', () => {
    const passing = fixture('passing');
    expect(commandsOf(annotations(passing))).toEqual([
      { name: 'notice', title: 'idem-conformance: Conforms', message: passing.verdict },
    ]);
  });

  test('what was required and not checked is an error', () => {
    const stopped = fixture('stopped');
    const open = stopped.requirements.find(({ status }) => status === 'inconclusive');
    expect(commandsOf(annotations({ ...stopped, required: [open?.id as string] }))[0]).toMatchObject({
      name: 'error',
      title: `${open?.id}: required, but inconclusive`,
    });
  });

  test('where there are several operations, each names its own', () => {
    const [failed] = idsOf(failing, 'failed');
    const titles = commandsOf(annotations(twoOperations(failing))).map(({ title }) => title.split(':')[0]);
    expect(titles).toEqual(expect.arrayContaining([`create ${failed}`, `refund ${failed}`]));
  });

  test.each(everything)('as GitHub’s toolkit writes it: %s', (_, results) => {
    const text = annotations(results);
    expect(byToolkit(commandsOf(text))).toBe(text);
  });

  test('hostile text makes no second command and no property', () => {
    const evil = 'x%0A::stop-commands::y,file=/etc/passwd::z\r\n::add-mask::a';
    const { requirement, finding } = firstFinding(fixture('storm'));
    const text = annotations(
      withChanges(fixture('storm'), {
        [requirement.id]: { findings: [{ ...finding, summary: evil, observed: evil }] },
      }),
    );
    expect(commandsOf(text)[0]).toMatchObject({
      name: 'error',
      title: `${requirement.id}: x%0A::stop-commands::y,file=/etc/passwd::z\\r\\n::add-mask::a`,
      message: expect.stringContaining('Observed: x%0A::stop-commands::y,file=/etc/passwd::z\\r\n::add-mask::a\n'),
    });
    expect(text.split('\n')).toHaveLength(annotations(fixture('storm')).split('\n').length);
  });

  test('at most ten of a kind, and the last says how many more', () => {
    const storm = fixture('storm');
    const failed = idsOf(storm, 'failed');
    const commands = commandsOf(annotations(withFindings(storm, 10)));
    const errors = commands.filter(({ name }) => name === 'error');
    expect(errors).toHaveLength(10);
    expect(errors.at(-1)?.title).toBe(`… and ${10 * failed.length - 9} more`);
    expect(errors.at(-1)?.message.split('\n')[0]).toBe(`${failed[0]}: Finding 10`);
  });
});
