import { error, notice, warning } from '@actions/core';
import { describe, expect, test, vi } from 'vitest';
import { annotations } from '../../reports/annotations.js';
import type { Results } from '../../results/results.js';
import { failing, hostile, passing, undecided } from './samples.js';

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

function withFindings(many: number): Results {
  const [first] = failing.requirements.flatMap(({ findings }) => findings);
  if (first === undefined) throw new Error('the sample has a finding');
  const findings = Array.from({ length: many }, (_, index) => ({ ...first, summary: `Finding ${index + 1}` }));
  return {
    ...failing,
    requirements: failing.requirements.map((one) =>
      one.status === 'failed' || one.status === 'warned' ? { ...one, findings } : one,
    ),
  };
}

describe('annotations', () => {
  test('failing', () => {
    expect(annotations(failing)).toMatchInlineSnapshot(`
      "::error title=REPLAY-1%3A A repeat made a second task::A and B carried the same key and the same body.%0AA was answered task_A, B was answered task_B.%0ANo order of A and B explains both.%0AExpected: one id in all successes under this key%0AObserved: task_A and task_B%0ASmallest case: 2 requests, failed again in 10 of 10 runs with fresh keys%0ARun it again: npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-1 --seed 1234567 --path 2
      ::error title=STORM-1%3A Four simultaneous requests made two tasks::A and B carried the same key and the same body.%0AA was answered task_A, B was answered task_B.%0ANo order of A and B explains both.%0AExpected: one id in all successes under this key%0AObserved: task_A and task_B%0ASmallest case: 5 requests, failed again in 7 of 10 runs with fresh keys%0ARun it again: npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-4 --seed 1234567 --path 2
      ::warning title=REPLAY-9%3A \`input\` is empty in 12 of 12 replays::A and B carried the same key and the same body.%0AA was answered task_A, B was answered task_B.%0ANo order of A and B explains both.%0AExpected: one id in all successes under this key%0AObserved: task_A and task_B%0ASmallest case: 2 requests, not run again%0ARun it again: npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-1 --seed 1234567 --path 2
      ::notice title=idem-conformance%3A Does not conform::Violates 2 of 8 MUSTs (REPLAY-1, STORM-1); 2 not checked: SCOPE, set IDEM_API_KEY_2.
      "
    `);
  });

  test('passing', () => {
    expect(annotations(passing)).toBe(
      '::notice title=idem-conformance%3A Conforms::Conforms in all 8 MUSTs; everything was checked.\n',
    );
  });

  test('undecided: what was required and not checked is an error', () => {
    expect(annotations(undecided)).toMatchInlineSnapshot(`
      "::error title=SCOPE-1%3A required%2C but skipped::No second credential: set IDEM_API_KEY_2.
      ::notice title=idem-conformance%3A Inconclusive::Conforms in 3 of 8 MUSTs so far; 5 not checked: the request budget was spent.
      "
    `);
  });

  test.each(Object.entries({ passing, failing, undecided, hostile }))(
    'as GitHub’s toolkit writes it: %s',
    (_, results) => {
      const text = annotations(results);
      expect(byToolkit(commandsOf(text))).toBe(text);
    },
  );

  test('hostile text makes no second command and no property', () => {
    const commands = commandsOf(annotations(hostile));
    expect(commands.map(({ name }) => name)).toEqual(['error', 'notice']);
    const evil = 'x%0A::stop-commands::y,file=/etc/passwd::z\r\n::add-mask::a';
    const requirements = failing.requirements.map((one) => ({
      ...one,
      findings: one.findings.map((finding) => ({ ...finding, summary: evil, observed: evil })),
    }));
    const text = annotations({ ...failing, requirements });
    expect(commandsOf(text)[0]).toMatchObject({
      name: 'error',
      title: 'REPLAY-1: x%0A::stop-commands::y,file=/etc/passwd::z\\r\\n::add-mask::a',
      message: expect.stringContaining('Observed: x%0A::stop-commands::y,file=/etc/passwd::z\\r\n::add-mask::a\n'),
    });
    expect(text.split('\n')).toHaveLength(5);
  });

  test('a warning is an error when strict', () => {
    const names = (results: Results) => commandsOf(annotations(results)).map(({ name }) => name);
    expect(names(failing)).toEqual(['error', 'error', 'warning', 'notice']);
    expect(names({ ...failing, strict: true })).toEqual(['error', 'error', 'error', 'notice']);
  });

  test('at most ten of a kind, and the last says how many more', () => {
    const commands = commandsOf(annotations(withFindings(10)));
    const of = (name: string) => commands.filter((one) => one.name === name);
    expect([of('error').length, of('warning').length, of('notice').length]).toEqual([10, 10, 1]);
    expect(of('warning').at(-1)?.title).toBe('REPLAY-9: Finding 10');
    expect(of('error').at(-1)).toEqual({
      name: 'error',
      title: '… and 11 more',
      message: ['REPLAY-1: Finding 10', ...Array.from({ length: 10 }, (_, n) => `STORM-1: Finding ${n + 1}`)].join(
        '\n',
      ),
    });
  });
});
