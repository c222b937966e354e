import { describe, expect, test } from 'vitest';
import { closingText, verdictText } from '../../reports/terminal.js';
import { failing, hostile, passing, undecided } from './samples.js';

const plain = { color: false, width: 80 };

describe('closing text', () => {
  test('passing', () => {
    expect(closingText(passing, plain)).toMatchInlineSnapshot(`
      "
          Chapter  Passed  Failed  Warned  Not checked  Observed
        ✓ CREATE        3       ·       ·            ·         ·
        ✓ REPLAY        3       ·       ·            ·         1
        ✓ SCOPE         2       ·       ·            ·         ·
        ✓ STORM         1       ·       ·            ·         ·
          Total         9       ·       ·            ·         1

        ✓ Conforms in all 8 MUSTs; everything was checked.
      "
    `);
  });

  test('failing', () => {
    expect(closingText(failing, plain)).toMatchInlineSnapshot(`
      "
          Chapter  Passed  Failed  Warned  Not checked  Observed
        ✓ CREATE        3       ·       ·            ·         ·
        ✗ REPLAY        1       1       1            ·         1
        ○ SCOPE         ·       ·       ·            2         ·
        ✗ STORM         ·       1       ·            ·         ·
          Total         4       2       1            2         1

        ✗ REPLAY-1 A repeat returns the task of the first call: the same id
          A repeat made a second task. A and B carried the same key and the same body.
          A was answered task_A, B was answered task_B. No order of A and B explains
          both.

          expected  one id in all successes under this key
          observed  task_A and task_B
          smallest  2 requests, failed again in 10 of 10 runs with fresh keys
                    1. POST /v1/tasks with key 1 and body 1
                    2. wait 240 ms
                    3. POST /v1/tasks with key 1 and body 1
          again     npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-1 --seed 1234567 --path 2

        ✗ STORM-1 Simultaneous identical requests yield one task: all successes carry
          one id
          Four simultaneous requests made two tasks. A and B carried the same key and
          the same body. A was answered task_A, B was answered task_B. No order of A
          and B explains both.

          expected  one id in all successes under this key
          observed  task_A and task_B
          smallest  5 requests, failed again in 7 of 10 runs with fresh keys
                    1. POST /v1/tasks four times together, with key 1 and body 1
                    2. POST /v1/tasks with key 1 and body 2
          again     npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-4 --seed 1234567 --path 2

        ! REPLAY-9 \`input\` echoes the first request
          \`input\` is empty in 12 of 12 replays. A and B carried the same key and the
          same body. A was answered task_A, B was answered task_B. No order of A and B
          explains both.

          expected  one id in all successes under this key
          observed  task_A and task_B
          smallest  2 requests, not run again
                    1. POST /v1/tasks with key 1 and body 1
                    2. wait 240 ms
                    3. POST /v1/tasks with key 1 and body 1
          again     npx idem-conformance --target http://127.0.0.1:4010 --only REPLAY-1 --seed 1234567 --path 2

        Not checked
        ○ skipped: no second credential: set IDEM_API_KEY_2
          SCOPE-1, SCOPE-2

        Notes
          1,204 tasks were left on the target: the contract says no way to cancel
          them.

        ✗ Violates 2 of 8 MUSTs (REPLAY-1, STORM-1); 2 not checked: SCOPE, set
          IDEM_API_KEY_2.
      "
    `);
  });

  test('undecided', () => {
    expect(closingText(undecided, plain)).toMatchInlineSnapshot(`
      "
          Chapter  Passed  Failed  Warned  Not checked  Observed
        ! CREATE        2       ·       ·            1         ·
        ○ REPLAY        2       ·       ·            2         ·
        ○ SCOPE         ·       ·       ·            2         ·
        ○ STORM         ·       ·       ·            1         ·
          Total         4       ·       ·            6         ·

        Not checked
        ! error: the plan could not be made: no body is valid without a key
          CREATE-2
        ○ blocked: the list of tasks could not be read: 404
          REPLAY-3
        ○ inconclusive: the request budget was spent before a storm overlapped
          REPLAY-10, STORM-1
        ○ skipped: no second credential: set IDEM_API_KEY_2
          SCOPE-1, SCOPE-2

        Notes
          The request budget of 120 was spent in round 2.

        ○ Conforms in 3 of 8 MUSTs so far; 5 not checked: the request budget was
          spent.
      "
    `);
  });

  test('colours only when wanted, and takes each back', () => {
    const painted = closingText(failing, { ...plain, color: true });
    const reset = painted.replaceAll(/\p{Cc}\[\d+m/gu, '');
    expect(reset).toBe(closingText(failing, plain));
    const [verdict = ''] = verdictText(failing, { color: true, width: 200 }).split('\n');
    expect(JSON.stringify(verdict)).toMatch(/^"\\u001b\[1m\\u001b\[31m {2}✗ Violates.*\\u001b\[39m\\u001b\[22m"$/);
  });

  test('keeps to the width, but for commands', () => {
    for (const width of [60, 80, 140]) {
      const lines = closingText(failing, { color: false, width }).split('\n');
      expect(lines.filter((line) => line.length > width && !line.includes('npx '))).toEqual([]);
    }
  });

  test('a target cannot write to the terminal', () => {
    expect(closingText(hostile, plain)).not.toMatch(/[^\P{Cc}\n]|[\u2028\u202e]|\p{Cs}/u);
  });
});
