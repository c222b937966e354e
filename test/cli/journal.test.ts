import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Journal, readJournal } from '../../cli/journal.js';
import type { Results } from '../../results/results.js';
import { UsageError } from '../../run/options/usage.js';
import { fixture } from '../reports/fixtures.js';
import { newFolder } from './command.js';

const path = join(newFolder(), 'journal.ndjson');
const whole = fixture('failing');

/** The same run at another moment: other statuses, fewer findings, other counts. */
const interim = fc
  .record({
    sent: fc.nat(),
    stop: fc.constantFrom(null, { kind: 'stopped' as const, message: 'the run did not end' }),
    requirements: fc.tuple(
      ...whole.requirements.map(({ status, findings }) =>
        fc.oneof(
          fc.constantFrom('inconclusive' as const, 'skipped' as const).map((open) => ({
            status: open,
            because: { code: 'stopped', by: null },
            reason: 'the run did not end',
            findings: [],
          })),
          ...findings.map((_, n) => fc.constant({ status, findings: findings.slice(0, n + 1) })),
        ),
      ),
    ),
  })
  .map(
    ({ sent, stop, requirements }): Results => ({
      ...whole,
      stop,
      requests: { ...whole.requests, sent },
      requirements: whole.requirements.map((one, n) => ({ ...one, ...requirements[n] })),
    }),
  );

test('what is read is what was written last, with or without an end', () => {
  fc.assert(
    fc.property(fc.array(interim, { minLength: 1, maxLength: 5 }), fc.boolean(), (list, ends) => {
      const journal = new Journal(path);
      for (const one of list) journal.record({ kind: 'begin' }, () => one);
      const last = list.at(-1) as Results;
      if (ends) journal.end(last);
      else journal.breakOff('a signal');
      // The first word counts.
      journal.breakOff('another signal');
      journal.file.close();
      const read = readJournal(path) as Results;
      if (ends) {
        expect(read).toEqual(last);
        return;
      }
      expect({ ...read, exitCode: 0, verdict: '', stop: null, notes: [] }).toEqual({
        ...last,
        exitCode: 0,
        verdict: '',
        stop: null,
        notes: [],
      });
      expect(read.exitCode).not.toBe(0);
      expect(read.stop).toEqual({ kind: 'stopped', message: 'the run did not end: a signal' });
      expect(read.verdict).toContain('stopped: the run did not end: a signal.');
    }),
    { numRuns: 30 },
  );
});

test('what is not a journal is refused, and never a crash', () => {
  const line = fc.oneof(
    fc.json(),
    fc.string(),
    fc
      .record(
        {
          results: fc.object(),
          requirements: fc.array(fc.tuple(fc.integer(), fc.object())),
          findings: fc.constant([]),
        },
        { requiredKeys: [] },
      )
      .map((x) => JSON.stringify({ journal: 'https://idem-conformance.dev/journal/1', ...x })),
  );
  fc.assert(
    fc.property(fc.array(line, { minLength: 1 }), (lines) => {
      writeFileSync(path, `${lines.join('\n')}\n`);
      expect(() => readJournal(path)).toThrow(UsageError);
    }),
    { numRuns: 300 },
  );
});
