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

const noRetention: Suite['skip'] = ({ retention }) =>
  retention.atLeast === null ? 'the contract does not say how long a key is remembered' : null;

/** Looked at once, at the end of a run: they have no plans of their own. */
export const AT_THE_END: Pick<Suite, 'id' | 'skip'>[] = [
  { id: 'RETENTION-1', skip: noRetention },
  { id: 'RETENTION-2', skip: noRetention },
  { id: 'RETENTION-3' },
];
