/** All chapters, in the order of the catalogue. */
import { conflictSuites } from './conflict.js';
import { createSuites } from './create.js';
import { envelopeSuites } from './envelope.js';
import { headerSuites } from './header.js';
import { keySuites } from './key.js';
import { lostSuites } from './lost.js';
import { rejectSuites } from './reject.js';
import { replaySuites } from './replay.js';
import { scenarioSuites } from './scenario.js';
import { scopeSuites } from './scope.js';
import { sideSuites } from './side.js';
import { stormSuites } from './storm.js';
import type { Suite } from './suite.js';
import { uploadSuites } from './upload.js';
import { webhookSuites } from './webhook.js';

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
  ...headerSuites,
  ...sideSuites,
  ...uploadSuites,
  ...webhookSuites,
  ...scenarioSuites,
];
