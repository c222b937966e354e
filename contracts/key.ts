/** Where the key travels, and what follows from it. */
import type { KeyRule } from './contract.js';

/** Longest key that is sent in a header; servers commonly allow 8 kB for all headers together. */
const LONGEST_IN_HEADER = 4096;

/** Whether a key can be null, as a member of a body can. */
export function isNullable(rule: KeyRule): boolean {
  return rule.in === 'body';
}

/** Whether a key can be any JSON value, so that one that is not a string can be sent. */
export function takesAnyJson(rule: KeyRule): boolean {
  return rule.in === 'body';
}

/** Whether a key can be empty or white space alone. HTTP strips white space around a field value (RFC 9110, section 5.5). */
export function canBeBlank(rule: KeyRule): boolean {
  return rule.in === 'body';
}

/** Whether the place of the key can carry this string unchanged: a header takes printable ASCII. */
export function carries(rule: KeyRule, text: string): boolean {
  if (rule.in === 'body') return true;
  return text.length <= LONGEST_IN_HEADER && /^[\x20-\x7e]*$/.test(text) && text.trim() === text;
}
