/** A finding: one requirement broken, as data. `sentences/` turns it into words. */
import type { Json } from '../contracts/contract.js';

export interface Finding {
  /** Requirement id. */
  id: string;
  /** In which way it is broken, in kebab-case. With the id and `data.subject` it is the finding's identity. */
  rule: string;
  /** What its sentences need: exchanges by their index in the history, by role; pointers, statuses, ids. */
  data: FindingData;
  /** Indexes of the exchanges in the history. */
  proof: number[];
  /** The requirement is not broken by this, but a reader should know. */
  warns?: true;
  /** What proves it may also be met by chance, so that it counts only if it is met again. */
  mayBeChance?: true;
}

export interface FindingData {
  /** What keeps findings of one id and rule apart: a pointer, a status, a kind of wrong body. */
  subject?: string;
  [name: string]: Json | undefined;
}
