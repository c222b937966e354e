/** The first signal asks, the second ends, and a terminal that closes only asks: any order of them. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { repository } from './command.js';

const program = `
  import { Signals } from ${JSON.stringify(pathToFileURL(join(repository, 'dist', 'cli', 'signals.js')).href)};
  const signals = new Signals((name) => console.log('at once: ' + name));
  signals.signal.addEventListener('abort', () => console.log('asked'));
  process.on('SIGUSR2', () => { signals.finish(42); console.log('verdict'); });
  setInterval(() => {}, 1000);
  console.log('ready');
`;

const signal = fc.constantFrom('SIGINT' as const, 'SIGTERM' as const, 'SIGHUP' as const);
const haste = signal.filter((name) => name !== 'SIGHUP');

test.concurrent('the second signal that is not a closed terminal ends at once', async () => {
  await fc.assert(
    fc.asyncProperty(signal, fc.nat({ max: 2 }), haste, fc.boolean(), async (first, hangUps, last, hasVerdict) => {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const lines: string[] = [];
      const reader = createInterface(child.stdout);
      const says = (wanted: string) =>
        new Promise<void>((resolve) => {
          const look = () => lines.includes(wanted) && resolve();
          reader.on('line', look);
          look();
        });
      reader.on('line', (line) => lines.push(line));
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      await says('ready');
      child.kill(first);
      await says('asked');
      for (let n = 0; n < hangUps; n += 1) child.kill('SIGHUP');
      if (hasVerdict) {
        child.kill('SIGUSR2');
        await says('verdict');
      }
      // More than one press of Ctrl-C takes.
      await sleep(250);
      child.kill(last);
      expect(await ended).toBe(hasVerdict ? 42 : 128 + constants.signals[last]);
      expect(lines.at(-1)).toBe(hasVerdict ? 'verdict' : `at once: ${last}`);
    }),
    { numRuns: 8 },
  );
});
