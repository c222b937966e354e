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
  /** Where one of these does not fail, because the contract says too little for it. */
  unless?: Record<string, (loaded: LoadedContract) => boolean>;
  /** Further requirements that may fail because they truly follow. */
  follows?: string[];
  /** Whether it shows depends on how requests fall in time: it is scored with many seeds. */
  timing?: true;
  /** Whether a contract has what this breaks, or varies. Absent: every contract has. */
  applies?(loaded: LoadedContract): boolean;
  deviation: Deviation;
}

/** The requirements that must fail where this contract is served. */
export function brokenBy({ breaks, unless = {} }: Fault, loaded: LoadedContract): string[] {
  return breaks.filter((id) => unless[id]?.(loaded) !== true);
}

/** Whether a fault, or a variation, makes a difference where this contract is served. */
export function appliesTo(fault: Fault, loaded: LoadedContract): boolean {
  if (fault.applies?.(loaded) === false) return false;
  return fault.kind === 'variation' || brokenBy(fault, loaded).length > 0;
}
