/** Values of set-up steps: sent again, they must come from the new answers. */
import type { SetUpRecord } from '../../results/results.js';
import type { Piece } from './quote.js';

/** A value, and the shell variable that has it once its step is made. */
export interface SavedVariable {
  value: string;
  variable: string;
}

/** Shorter values may stand in a body or a header by chance. */
const LEAST = 3;

/** The variables of a step, and the shell lines that take them from its answer, which lies in files of this name. */
export function savedBy(
  { saved }: SetUpRecord,
  number: number,
  file: string,
): { variables: SavedVariable[]; lines: string[]; pointers: boolean; headers: boolean } {
  const taken = saved.flatMap(({ place, value }, n) => {
    // What a pattern of JavaScript takes from a header, no tool of every shell does.
    if (typeof place !== 'string' && place.pattern !== null) return [];
    const variable = `saved_${number}_${n + 1}`;
    const words =
      typeof place === 'string'
        ? `value_at "$dir/${file}.answer" '${quoted(place)}'`
        : `segment_of "$dir/${file}.head" '${quoted(place.header)}'`;
    return [{ place, value, variable, line: `${variable}=$(${words})` }];
  });
  return {
    variables: taken.map(({ value, variable }) => ({ value, variable })),
    lines: taken.map(({ line }) => line),
    pointers: taken.some(({ place }) => typeof place === 'string'),
    headers: taken.some(({ place }) => typeof place !== 'string'),
  };
}

function quoted(text: string): string {
  return text.replace(/'/g, `'\\''`);
}

/** An address with the variables in the place of segments and query values; never in its host. */
export function savedInUrl(pieces: Piece[], variables: readonly SavedVariable[]): Piece[] {
  let isPath = false;
  return pieces.flatMap((piece): Piece[] => {
    if (!('text' in piece)) return [piece];
    const from = isPath ? 0 : (/^[a-z]+:\/\/[^/?#]*/i.exec(piece.text)?.[0].length ?? 0);
    isPath = true;
    const own = variables.map(({ value, variable }) => ({ value: encodeURIComponent(value), variable }));
    const rest = replaced([{ text: piece.text.slice(from) }], own, (value) => `(?<=[/=])${value}(?=[/?&#]|$)`);
    return from === 0 ? rest : [{ text: piece.text.slice(0, from) }, ...rest];
  });
}

/** A body or a header with the variables where their values stand as a whole word. */
export function savedInText(pieces: Piece[], variables: readonly SavedVariable[]): Piece[] {
  const long = variables.filter(({ value }) => value.length >= LEAST);
  return replaced(pieces, long, (value) => `(?<![A-Za-z0-9_-])${value}(?![A-Za-z0-9_-])`);
}

function replaced(pieces: Piece[], variables: readonly SavedVariable[], pattern: (value: string) => string): Piece[] {
  return variables.reduce<Piece[]>(
    (list, { value, variable }) =>
      list.flatMap((piece): Piece[] => {
        if (!('text' in piece)) return [piece];
        const parts = piece.text.split(new RegExp(pattern(value.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))));
        const mixed = parts.flatMap((text, n): Piece[] => (n === 0 ? [{ text }] : [{ variable }, { text }]));
        return mixed.filter((one) => !('text' in one) || one.text !== '');
      }),
    pieces,
  );
}
