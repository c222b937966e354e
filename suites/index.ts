/** All chapters, in the order of the catalogue. */
import { createSuites } from './create.js';
import { envelopeSuites } from './envelope.js';
import { replaySuites } from './replay.js';
import type { Suite } from './suite.js';

export const suites: Suite[] = [...createSuites, ...replaySuites, ...envelopeSuites];
