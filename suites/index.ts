/** All chapters, in the order of the catalogue. */
import { conflictSuites } from './conflict.js';
import { createSuites } from './create.js';
import { envelopeSuites } from './envelope.js';
import { keySuites } from './key.js';
import { lostSuites } from './lost.js';
import { rejectSuites } from './reject.js';
import { replaySuites } from './replay.js';
import { scopeSuites } from './scope.js';
import { stormSuites } from './storm.js';
import type { Suite } from './suite.js';

export const suites: Suite[] = [
  ...createSuites,
  ...keySuites,
  ...replaySuites,
  ...conflictSuites,
  ...scopeSuites,
  ...stormSuites,
  ...lostSuites,
  ...rejectSuites,
  ...envelopeSuites,
];
