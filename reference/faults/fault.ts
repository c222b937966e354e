/** The form of a catalogue entry. */
import type { LoadedContract } from '../../contracts/load.js';
import type { Deviation } from '../server/behaviour.js';

/** A deliberate defect, or a freedom that the contract leaves. */
export interface Fault {
  name: string;
  /** What the server does, in one sentence. */
  sentence: string;
  kind: 'fault' | 'variation';
  /** Requirements that must fail because of it; none for a variation. */
  breaks: string[];
  /** Further requirements that may fail because they truly follow. */
  follows?: string[];
  /** Whether it shows depends on how requests fall in time: it is scored with many seeds. */
  timing?: true;
  /** Whether a contract has what this breaks, or varies. Absent: every contract has. */
  applies?(loaded: LoadedContract): boolean;
  deviation: Deviation;
}

/** Whether a fault, or a variation, makes a difference where this contract is served. */
export function appliesTo({ applies }: Fault, loaded: LoadedContract): boolean {
  return applies === undefined || applies(loaded);
}
