/** Forms of either kind as reports show them: the pairs of a text, as they are spelled. */

/** A pair; `start` is where its value begins in the text. */
export interface Pair {
  name: string;
  value: string;
  start: number;
}

/** The pairs of a form; `null` where a text is of another kind. */
export function pairsOf(text: string): Pair[] | null {
  if (!/^[^=&\s"<>{}]+=[^&\s"<>{}]*(?:&(?:[^=&\s"<>{}]+=[^&\s"<>{}]*)?)*$/.test(text)) return null;
  const pairs: Pair[] = [];
  let at = 0;
  for (const pair of text.split('&')) {
    const end = pair.indexOf('=');
    if (end >= 0) pairs.push({ name: pair.slice(0, end), value: pair.slice(end + 1), start: at + end + 1 });
    at += pair.length + 1;
  }
  return pairs;
}

/** What a name or a value means; `null` where it is not percent-encoded UTF-8. */
export function meantBy(text: string): string | null {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** The parts of a multipart body; `null` where a text is of another kind. */
export function multipartPairs(text: string): Pair[] | null {
  const [delimiter] = /^--[^\r\n]+(?=\r\n)/.exec(text) ?? [];
  if (delimiter === undefined) return null;
  const parts: Pair[] = [];
  let at = 0;
  for (const piece of text.split(`\r\n${delimiter}`)) {
    const value = piece.indexOf('\r\n\r\n') + 4;
    const name = /^content-disposition:.*;\s*name="([^"]*)"/im.exec(piece.slice(0, value))?.[1];
    if (name !== undefined) parts.push({ name, value: piece.slice(value), start: at + value });
    at += piece.length + delimiter.length + 2;
  }
  return parts;
}
