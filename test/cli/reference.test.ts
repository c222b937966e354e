import { expect, test } from 'vitest';
import { command, expectRun, start } from './command.js';
import { closedPort, serve } from './targets.js';

const shown = /listens at (http:\/\/127\.0\.0\.1:(\d+))[\s\S]*IDEM_API_KEY=(\S+)\s+IDEM_API_KEY_2=(\S+)/;

test.concurrent.each(['SIGTERM', 'SIGINT'] as const)(
  'reference serves until %s, and a run against it passes',
  async (signal) => {
    const { port } = await closedPort();
    const running = start(['reference', '--port', String(port)]);
    const [, url = '', listening, first = '', second = ''] = shown.exec(await running.prints('IDEM_API_KEY_2=')) ?? [];
    expect(Number(listening)).toBe(port);
    expect(first).not.toBe(second);

    const words = ['--target', url, '--profile', 'smoke', '--seed', '1', '--only', 'CREATE-1'];
    expectRun(await command(words, { env: { IDEM_API_KEY: first, IDEM_API_KEY_2: second } }), 0);

    running.child.kill(signal);
    expect(await running.ended).toMatchObject({ code: 0, signal: null, stderr: '' });
    await expect(fetch(`${url}/v1/tasks`)).rejects.toThrow();
  },
);

test.concurrent('reference takes a free port of its own, and a fault', async () => {
  const running = start(['reference', '--fault', 'never-replays']);
  const text = await running.prints('IDEM_API_KEY_2=');
  expect(text).toContain('with the fault never-replays');
  const [, url = '', , first = ''] = shown.exec(text) ?? [];
  const words = ['--target', url, '--profile', 'smoke', '--seed', '1', '--only', 'REPLAY-1'];
  expectRun(await command(words, { env: { IDEM_API_KEY: first } }), 1, /REPLAY-1.* violated/);
  running.child.kill('SIGTERM');
  expect((await running.ended).code).toBe(0);
});

test.concurrent('2: a port that is taken', async () => {
  const { port } = await serve(() => {});
  const ended = await command(['reference', '--port', String(port)]);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toBe(`idem-conformance: Port ${port} is taken: choose another, or 0 for any free one.\n`);
});

test.concurrent.each<[words: string[], sentence: string]>([
  [['--port', '70000'], '70000 is not a port: give a whole number from 0 to 65535'],
  [['--port', 'http'], '--port http is not a port number'],
  [['--fault', 'nope'], "There is no fault 'nope'"],
  [['--nope'], "unknown option '--nope'"],
  [['surplus'], 'too many arguments'],
])('2: reference %j', async (words, sentence) => {
  const ended = await command(['reference', ...words]);
  expect(ended).toMatchObject({ code: 2, stdout: '' });
  expect(ended.stderr).toContain(sentence);
});
