/** What a caller of a run may give it, and is told meanwhile. */
import type { Finding } from '../judge/finding.js';
import type { Sentences } from '../judge/sentences/index.js';
import type { Results } from '../results/results.js';
import type { OnReading } from './engine.js';
import type { Front } from './options/usage.js';
import type { Settings } from './options.js';
import type { Forecast } from './planning.js';

/** What a run tells while it runs. */
export type Progress =
  /** Before anything is sent. */
  | { kind: 'begin' }
  | { kind: 'announce'; forecast: Forecast; settings: Settings; targets: string[] }
  /** What the first requests showed, where the announcement came before them; what is run or asked besides the target. */
  | { kind: 'learnt'; sentence: string }
  | { kind: 'progress'; round: number; rounds: number; phase: string; sent: number; findings: number }
  /** At once, before it is minimised; with the operation where there are several. */
  | {
      kind: 'finding';
      operation: string | null;
      finding: Finding;
      sentences: Sentences;
      foundBy: string;
      noticed: boolean;
    };

export interface RunHooks {
  /** Stops the run: what was found until then is in the results. */
  signal?: AbortSignal;
  /** `interim` gives the results as they would be if the run ended here: not free, so call it only where they are kept. */
  onProgress?: (progress: Progress, interim: () => Results) => void;
  /** Called for every exchange of a plan as it was, with the plan's number and with what masks the secrets in it. */
  onReading?: OnReading;
  /** `false`: findings stand as they were met, neither minimised nor confirmed. */
  small?: boolean;
  /** Milliseconds that a finding is worth being minimised for, however few tries they are. Default: `MINIMISE_MS`. */
  minimiseMs?: number;
  /** Where the options come from. Default: the library. */
  front?: Front;
}
