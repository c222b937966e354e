/** Text that came from elsewhere, made safe to look at. */
import { PADDING } from '../results/padding.js';

// Controls, separators that break lines, marks that reverse or hide text, and halves of characters.
const unseen = /[\p{Cc}\p{Cs}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Replaces what cannot be seen, or would change what is seen around it, by its JSON escape, and padding by its length.
 * Keeps tab and newline.
 */
export function visible(text: string): string {
  return escaped(text.replace(PADDING, '[x, $1 times]'));
}

/** What cannot be seen as its JSON escape, and nothing else. */
export function escaped(text: string): string {
  return text.replace(unseen, (character) =>
    character === '\n' || character === '\t' ? character : spelled(character),
  );
}

/** As `visible`, on one line. */
export function visibleLine(text: string): string {
  return visible(text).replace(/\n/g, '\\n').replace(/\t/g, '\\t');
}

function spelled(character: string): string {
  if (character === '\r') return '\\r';
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');
}
