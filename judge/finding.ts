/** A finding: one requirement broken, with the argument and the exchanges that prove it. */
export interface Finding {
  /** Requirement id. */
  id: string;
  /** One sentence. */
  summary: string;
  /** Sentences that name the requests. */
  argument: string[];
  expected: string;
  observed: string;
  /** Indexes of the exchanges in the history. */
  proof: number[];
  /** The requirement is not broken by this, but a reader should know. */
  warns?: true;
}
