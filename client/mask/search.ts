/** Finds secrets in a text, however they are spelled there: one search for all, in the text and in what it decodes to. */
import { base64Layers, decoders, hexLayers, type Layer } from './layers.js';

export interface Found {
  start: number;
  end: number;
  secret: string;
  kind: Kind;
}

/** What a secret is, as its mask says. */
export type Kind = 'secret' | 'header' | 'cookie' | 'signature';

/** Encodings inside of each other that are looked through. */
const DEPTH = 5;

/** What is looked for first: as much as the shortest secret has. */
const HEAD = 6;

/** Heads in one regular expression: to compile more with each cookie that a target sets costs more than it saves. */
const MOST_COMPILED = 64;

/** What may be left of an encoding that a message cut off, and then how messages cut. */
const CUT = /^[\w+/%\\&#;=-]{0,7}…/;

/** The same where a text ends without a sign. */
const END = /^[\w+/%\\&#;=-]{0,7}$/;

/** Characters of a part that ends a text: many words begin as some secret does. */
const LEAST_AT_END = 10;

export interface Pattern {
  text: string;
  secret: string;
  kind: Kind;
  /** Whether a part of it, where a message is cut, is a part of the secret. */
  parts: boolean;
}

export class Searcher {
  readonly #byHead = new Map<string, Pattern[]>();
  /** All heads; `null` while it is not made, or where there are too many of them. */
  #heads: RegExp | null = null;
  /** Characters of the shortest secret: less cannot hold any, unless a message was cut. */
  #least = Number.POSITIVE_INFINITY;

  add(patterns: Pattern[]): void {
    for (const pattern of patterns) {
      const head = fold(pattern.text.slice(0, HEAD));
      this.#byHead.set(head, [...(this.#byHead.get(head) ?? []), pattern]);
      if (pattern.parts) this.#least = Math.min(this.#least, pattern.text.length);
    }
    this.#heads = null;
  }

  remove(patterns: Pattern[]): void {
    for (const pattern of patterns) {
      const head = fold(pattern.text.slice(0, HEAD));
      const left = (this.#byHead.get(head) ?? []).filter((one) => one !== pattern);
      if (left.length === 0) this.#byHead.delete(head);
      else this.#byHead.set(head, left);
    }
    this.#heads = null;
  }

  find(text: string): Found[] {
    if (this.#byHead.size === 0) return [];
    const all: Found[] = [];
    this.#search({ text, start: (n) => n, end: (n) => n }, text, DEPTH, new Set(), all);
    return all;
  }

  /** @param seen texts that were searched in the same piece: encodings may be peeled in either order */
  #search(layer: Layer, whole: string, depth: number, seen: Set<string>, found: Found[]): void {
    if (layer.text.length < HEAD || seen.has(layer.text)) return;
    seen.add(layer.text);
    this.#plain(layer, whole, found);
    if (depth === 0) return;
    for (const decode of decoders) {
      const inner = decode(layer);
      if (inner !== null) this.#search(inner, whole, depth - 1, seen, found);
    }
    const least = whole.includes('…') ? HEAD : this.#least;
    for (const inner of [...base64Layers(layer, least), ...hexLayers(layer, least)])
      this.#search(inner, whole, depth - 1, new Set(), found);
  }

  #plain(layer: Layer, whole: string, found: Found[]): void {
    const { text } = layer;
    this.#each(text, (at) => {
      let best: { pattern: Pattern; length: number; end: number } | null = null;
      for (const pattern of this.#byHead.get(fold(text.slice(at, at + HEAD))) ?? []) {
        const length = common(text, at, pattern.text);
        const end = layer.end(at + length);
        const isWhole = length === pattern.text.length;
        // One secret may be the beginning of another, whose rest would stay readable: the longest counts.
        if (best !== null && (length < best.length || (length === best.length && !isWhole))) continue;
        const isLong = length >= LEAST_AT_END && 2 * length >= pattern.text.length;
        const after = whole.slice(end, end + 8);
        if (isWhole || (pattern.parts && (CUT.test(after) || (isLong && END.test(after)))))
          best = { pattern, length, end };
      }
      if (best === null) return 0;
      const { secret, kind } = best.pattern;
      found.push({ start: layer.start(at), end: best.end, secret, kind });
      return best.length;
    });
  }

  /** Calls for each place where one may begin; what the call gives is passed over. */
  #each(text: string, call: (at: number) => number): void {
    if (this.#byHead.size > MOST_COMPILED) {
      const folded = fold(text);
      for (let at = 0; at <= text.length - HEAD; )
        at += this.#byHead.has(folded.slice(at, at + HEAD)) ? Math.max(1, call(at)) : 1;
      return;
    }
    this.#heads ??= anyOf(this.#byHead);
    this.#heads.lastIndex = 0;
    for (let match = this.#heads.exec(text); match !== null; match = this.#heads.exec(text))
      this.#heads.lastIndex = match.index + Math.max(1, call(match.index));
  }
}

/** From left to right, none inside of another. */
export function apart(all: Found[]): Found[] {
  const merged: Found[] = [];
  for (const one of all.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last === undefined || one.start >= last.end) merged.push({ ...one });
    else last.end = Math.max(last.end, one.end);
  }
  return merged;
}

/** The secret as text, as the bytes of its UTF-8, as forms have it, and as base64 whose letters lost their case, as names of headers do. */
export function patternsOf(secret: string, kind: Kind): Pattern[] {
  const bytes = Buffer.from(secret, 'utf8');
  // A form writes a space as a plus.
  const texts = [...new Set([secret, bytes.toString('latin1'), bytes.toString('latin1').replaceAll(' ', '+')])];
  // A target may set another cookie with every answer, and each request has a signature: the common spellings must do.
  const encoded = (kind === 'cookie' || kind === 'signature' ? [] : [0, 1, 2]).flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString('base64');
    const from = Math.ceil((offset * 8) / 6);
    const core = text.slice(from, Math.floor(((offset + bytes.length) * 8) / 6));
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
  return [
    ...texts.map((text) => ({ text, secret, kind, parts: true })),
    ...[...new Set(encoded)]
      .filter((text) => text.length >= HEAD)
      .map((text) => ({ text, secret, kind, parts: false })),
  ];
}

function anyOf(patterns: Map<string, Pattern[]>): RegExp {
  const parts = [...patterns.keys()].map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
  return new RegExp(parts.join('|'), 'gi');
}

/** Letters alone, so that no text changes its length. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function same(a: string | undefined, b: string | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && fold(a) === fold(b));
}

/** How much of the pattern stands at a place. */
function common(text: string, at: number, pattern: string): number {
  let length = 0;
  while (length < pattern.length && at + length < text.length && same(text[at + length], pattern[length])) length += 1;
  return length;
}
