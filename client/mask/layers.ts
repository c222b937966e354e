/** What a text decodes to, with the place in the text for every place in what it decodes to. */

export interface Layer {
  text: string;
  /** Where a character begins, and where what ends before a place ends, in the whole text. */
  start(at: number): number;
  end(at: number): number;
}

type Decode = (layer: Layer) => Layer | null;

/** Each peels one encoding; `null` where there is none of it. */
export const decoders: readonly Decode[] = [
  spelledBy(/%([0-9a-f]{2})/gi, '%', ([, hex]) => byHex(hex)),
  spelledBy(/\\(?:u([0-9a-f]{4})|u\{([0-9a-f]{1,5})\}|x([0-9a-f]{2})|(.))/gis, '\\', ([, u, braced, x, one]) =>
    one === undefined ? byHex(u ?? braced ?? x) : (CONTROLS[one] ?? one),
  ),
  spelledBy(/&(?:#x0*([0-9a-f]{1,5})|#0*([0-9]{1,6})|(amp|lt|gt|quot|apos));?/gi, '&', ([, hex, decimal, name]) =>
    name === undefined
      ? hex === undefined
        ? String.fromCodePoint(Math.min(Number(decimal), 0x10ffff))
        : byHex(hex)
      : (ENTITIES[name.toLowerCase()] as string),
  ),
  // Long base64 comes in lines.
  spelledBy(/(?<=[A-Za-z0-9+/]{8})\r?\n[ \t]*(?=[A-Za-z0-9+/])/g, '\n', () => ''),
];

const CONTROLS: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function byHex(hex: string | undefined): string {
  return String.fromCodePoint(Number.parseInt(hex as string, 16));
}

/** Decodes what is spelled by a pattern, and leaves the rest as it is. */
function spelledBy(pattern: RegExp, sign: string, meant: (match: RegExpExecArray) => string): Decode {
  return (layer) => {
    if (!layer.text.includes(sign)) return null;
    const places: number[] = [];
    let text = '';
    let at = 0;
    const copy = (until: number) => {
      for (let n = at; n < until; n += 1) places.push(n);
      text += layer.text.slice(at, until);
    };
    for (const match of layer.text.matchAll(pattern)) {
      copy(match.index);
      const one = meant(match as RegExpExecArray);
      for (let n = 0; n < one.length; n += 1) places.push(match.index);
      text += one;
      at = match.index + match[0].length;
    }
    if (at === 0) return null;
    copy(layer.text.length);
    places.push(layer.text.length);
    return {
      text,
      start: (n) => layer.start(places[n] as number),
      end: (n) => layer.end(places[n] as number),
    };
  };
}

/**
 * Whatever could be base64, of either alphabet, from each of four characters on: it may begin in the middle of a word.
 * @param least bytes that it must have
 */
export function base64Layers(layer: Layer, least: number): Layer[] {
  const runs = runsOf(layer.text, /[A-Za-z0-9+/_-]{8,}/g, Math.floor((least * 4) / 3), 4, 'A');
  if (runs === null) return [];
  return [0, 1, 2, 3].map((skipped) => ({
    text: Buffer.from(runs.text.slice(skipped), 'base64').toString('latin1'),
    start: (n) => layer.start(runs.place(skipped + Math.floor((n * 4) / 3))),
    end: (n) => layer.end(runs.place(skipped + Math.ceil((n * 4) / 3) - 1) + 1),
  }));
}

/** Whatever could be hex; `least` as above. */
export function hexLayers(layer: Layer, least: number): Layer[] {
  const runs = runsOf(layer.text, /[0-9A-Fa-f]{12,}/g, 2 * least, 2, '0');
  if (runs === null) return [];
  return [0, 1].map((skipped) => ({
    text: Buffer.from(runs.text.slice(skipped), 'hex').toString('latin1'),
    start: (n) => layer.start(runs.place(skipped + 2 * n)),
    end: (n) => layer.end(runs.place(skipped + 2 * n - 1) + 1),
  }));
}

/** All runs in one text, each begun at a multiple of `group` and followed by filling, so that they are decoded at once. */
function runsOf(text: string, pattern: RegExp, least: number, group: number, filling: string) {
  const begins: { at: number; from: number; length: number }[] = [];
  const parts: string[] = [];
  let length = 0;
  for (const { 0: run, index } of text.matchAll(pattern)) {
    if (run.length < least) continue;
    const filled = run + filling.repeat(2 * group - (run.length % group));
    begins.push({ at: length, from: index, length: run.length });
    parts.push(filled);
    length += filled.length;
  }
  if (begins.length === 0) return null;
  /** Of a character of the runs, in the text; that of the run's last one for the filling behind it. */
  const place = (n: number): number => {
    let [low, high] = [0, begins.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((begins[middle] as { at: number }).at <= n) low = middle;
      else high = middle - 1;
    }
    const run = begins[low] as { at: number; from: number; length: number };
    return run.from + Math.min(Math.max(0, n - run.at), run.length - 1);
  };
  return { text: parts.join(''), place };
}
