/** The judge over files: the same verdict as in memory, without holding what it reads. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { openInputs, Recording } from '../../cli/judge-input.js';
import type { RecordedLine } from '../../history/ndjson.js';
import { judge, judgeEach } from '../../judge/judge.js';
import type { Observed, Verdict } from '../../judge/observed.js';
import { anyHistory, likelyHistory, RULES } from './histories.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-stream-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Histories in any order of their lines, numbered by line. */
const shuffled = fc
  .oneof(anyHistory, likelyHistory)
  .chain((list) => fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }))
  .map((list) => list.map((one, index): Observed => ({ ...one, ref: index + 1 })));

function lineOf({ register, bytes, value, sent, done, kind, id }: Observed): string {
  const line: RecordedLine = {
    scope: 'a b',
    key: register.startsWith('keyless') ? null : register,
    bytes,
    value,
    sent,
    done: Number.isFinite(done) ? done : null,
    kind,
    ...(kind === 'ok' ? { id } : {}),
  };
  return JSON.stringify(line);
}

/** Judges files of lines, holding at most `atOnce` exchanges. */
async function fromFiles(texts: string[], atOnce: number): Promise<Verdict> {
  const names = texts.map((_, index) => join(folder, `${index}.ndjson`));
  for (const [index, text] of texts.entries()) writeFileSync(names[index] as string, text);
  const recording = new Recording(
    await openInputs(names),
    0,
    (...bad) => expect(bad).toBeNull(),
    () => null,
  );
  const verdict: Verdict = { violations: [], givenUp: [] };
  const listener = {
    violation: (one: Verdict['violations'][number], witnesses: Observed[]) => {
      expect(witnesses.map(({ ref }) => ref)).toEqual(one.proof);
      verdict.violations.push(one);
    },
    givenUp: (register: string) => verdict.givenUp.push(register),
  };
  judgeEach(recording.of(null), RULES, listener, atOnce);
  recording.close();
  return verdict;
}

/** Without the order in which things were found, and with registers as files name them. */
function comparable({ violations, givenUp }: Verdict) {
  const named = (register: string) => register.replace(/^(\d+ a b )|( \d+)$/g, '');
  return {
    violations: violations.map((one) => JSON.stringify({ ...one, register: named(one.register) })).sort(),
    givenUp: givenUp.map(named).sort(),
  };
}

describe('from files in any order of lines', () => {
  it('the verdict is that of memory, with the same proofs', async () => {
    const property = fc.asyncProperty(shuffled, fc.nat(), fc.integer({ min: 1, max: 8 }), async (list, cut, atOnce) => {
      const lines = list.map((x) => `${lineOf(x)}\n`);
      const at = cut % (lines.length + 1);
      const texts = [lines.slice(0, at).join(''), lines.slice(at).join('')];
      expect(comparable(await fromFiles(texts, atOnce))).toEqual(comparable(judge(list, RULES)));
    });
    await fc.assert(property, { numRuns: 1000 });
  });

  it('lines may be long, end with CR, be blank, begin with a mark, and the last may lack its end', async () => {
    const ok = (id: string, at: number) =>
      JSON.stringify({ scope: 's', key: 'k', body: 'x'.repeat(700_000), sent: at, done: at, status: 200, id });
    const text = `\uFEFF${ok('1', 0)}\r\n\n   \n${ok('1', 1)}\n${ok('2', 2)}`;
    expect((await fromFiles([text], 1)).violations).toEqual([{ rule: 'two-ids', register: '1 s k', proof: [1, 5] }]);
  });
});

describe('memory', () => {
  it('does not hold the lines', () => {
    const file = join(folder, 'many.ndjson');
    const fd = openSync(file, 'w');
    for (let i = 0; i < 300; i += 1)
      writeSync(fd, Array.from({ length: 1000 }, (_, n) => manyLine(i * 1000 + n)).join(''));
    closeSync(fd);
    const bin = join(import.meta.dirname, '../../dist/cli/bin.js');
    // Too little for the exchanges, even without their lines.
    const words = ['--max-old-space-size=40', '--max-semi-space-size=2', bin, 'judge', file];
    expect(execFileSync(process.execPath, words, { encoding: 'utf8' })).toMatch(
      /^300,000 exchanges, 100 keys .*\nExpl/,
    );
  });
});

/** A hundred keys; every tenth request is another body, refused. */
function manyLine(n: number): string {
  const key = `k${n % 100}`;
  const refused = Math.floor(n / 100) % 10 === 9;
  const answer = refused ? { status: 409 } : { status: 201, id: `order of ${key}` };
  return `${JSON.stringify({ scope: 's', key, bytes: refused ? `b${n % 700}` : 'a', sent: n, done: n + 1, ...answer })}\n`;
}
