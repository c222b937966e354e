/** Before each file of these tests: nothing that it starts outlives it. */
import { afterAll } from 'vitest';
import { endProcesses } from './command.js';
import { closeTargets } from './targets.js';

afterAll(async () => {
  endProcesses();
  await closeTargets();
});
