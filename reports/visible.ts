/** Text that came from elsewhere, made safe to look at. */
import { PADDING } from '../results/padding.js';

// Controls, separators that break lines, marks that reverse the text, and halves of characters.
const unseen = /[\p{Cc}\p{Cs}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * Replaces what cannot be seen, or would change what is seen around it, by its JSON escape, and padding by its length.
 * Keeps tab and newline.
 */
export function visible(text: string): string {
  return text
    .replace(PADDING, '[x, $1 times]')
    .replace(unseen, (character) => (character === '\n' || character === '\t' ? character : spelled(character)));
}

/** As `visible`, on one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\n/g, '\\n').replace(/\t/g, '\\t');
}

function spelled(character: string): string {
  if (character === '\r') return '\\r';
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
