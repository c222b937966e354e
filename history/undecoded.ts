/** Answers that came and whose bodies could not be decoded: for the judge as unknown as silence, for a reader not silence. */

/** Begins the reason of such an outcome, and names the coding. */
const UNDECODED = /^answered \d+ with a body (?:that is not|in the content coding) [^']*'([^']*)'/;

/** Whether something did answer, though its body could not be decoded. */
export function isUndecoded(reason: string): boolean {
  return UNDECODED.test(reason);
}

/** The content coding that its header names, where `isUndecoded`. */
export function codingOf(reason: string): string {
  return UNDECODED.exec(reason)?.[1] ?? '';
}

/** 'got no answer: …', or what was answered that could not be decoded: for the end of a sentence. */
export function unansweredWords(reason: string): string {
  return isUndecoded(reason) ? reason : `got no answer: ${reason}`;
}

/** 'nothing (…)', or what came that could not be decoded: after 'was answered'. */
export function nothingWords(reason: string): string {
  return isUndecoded(reason) ? reason.replace(/^answered /, '') : `nothing (${reason})`;
}
