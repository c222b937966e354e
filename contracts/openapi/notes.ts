/** What is said of a document besides the contract that it comes to. */

/** What the reader of a contract should know about one of its members. */
export interface Note {
  /** In one or two words, for a table. */
  subject: string;
  /** Pointer to the member. */
  member: string;
  text: string;
  /** Whether the document leaves it open. */
  guess: boolean;
}

/** Takes what a `Note` has: subject, member, text, and whether it is a guess. */
export type TakeNote = (subject: string, member: string, text: string, guess?: boolean) => void;

/** A write that cannot be tested as it is described; the message is the end of a sentence. */
export class Untestable extends Error {}
