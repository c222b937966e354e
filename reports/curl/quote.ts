/** Words and bytes that a POSIX shell reads exactly as they are meant. */
import { PADDING } from '../../results/padding.js';

/** A text, or the value of a shell variable. */
export type Piece = { text: string } | { variable: string };

/** One shell word made of the pieces; texts are quoted so that nothing in them is read by the shell. */
export function word(pieces: readonly Piece[]): string {
  let text = '';
  let quoted = '';
  for (const piece of pieces) {
    if ('text' in piece) text += piece.text;
    else {
      quoted += `${quote(text)}"$${piece.variable}"`;
      text = '';
    }
  }
  quoted += quote(text);
  return quoted === '' ? "''" : quoted;
}

function quote(text: string): string {
  if (/^[\w./:-]*$/.test(text)) return text;
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

// A script is a text file: NUL cannot stand in it, and editors change carriage returns.
const awkward = /([^\P{Cc}\n\t])/u;

/** Commands that write the pieces to the standard output, byte by byte. */
export function printf(pieces: readonly Piece[]): string {
  const commands: string[] = [];
  let plain: Piece[] = [];
  const flush = () => {
    if (plain.length > 0) commands.push(`printf '%s' ${word(plain)}`);
    plain = [];
  };
  const command = (text: string) => {
    flush();
    commands.push(text);
  };
  const written = (text: string) => {
    for (const [index, part] of text.split(awkward).entries()) {
      if (index % 2 === 1) command(`printf '${octal(part)}'`);
      else if (part !== '') plain.push({ text: part });
    }
  };
  for (const piece of pieces) {
    if ('variable' in piece) {
      plain.push(piece);
      continue;
    }
    for (const [index, part] of piece.text.split(PADDING).entries()) {
      if (index % 2 === 0) written(part);
      else command(`printf '%${part}s' '' | tr ' ' x`);
    }
  }
  flush();
  return commands.length === 0
    ? "printf ''"
    : commands.length === 1
      ? String(commands[0])
      : `{ ${commands.join('; ')}; }`;
}

function octal(text: string): string {
  return [...Buffer.from(text)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('');
}
