/** Strings, numbers and lengths from JSON Schema. */
import fc from 'fast-check';
import { ofLength } from './pattern-lengths.js';
import type { Schema } from './schema-merge.js';

/** Makes an error from what is wrong at the place. */
type Refusal = (why: string) => Error;

/** Longest string and array that a schema may ask for: bodies of more say nothing more about idempotency. */
const LONGEST_STRING = 100_000;
const LONGEST_ARRAY = 1_000;

/** Longer strings repeat what is drawn. */
const DRAWN = 1_000;

/** Characters that texts are made of: all widths of UTF-8, none of them a control or private character. */
const CHARACTERS = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz ABCDEF 0123456789 -_.,:;!?()/äéßñ中文字🙂');

/** Made once: parsing a pattern takes milliseconds, and arbitraries are made anew for every plan. */
const WEB_PATH = fc.stringMatching(/^[a-z0-9]{4,12}$/);
const WORD = fc.stringMatching(/^[a-z][a-z0-9]{4,12}$/);

/** Nothing answers under .invalid (RFC 6761), so no generated address reaches anybody. */
const FORMATS: Record<string, fc.Arbitrary<string>> = {
  'date-time': fc.constant('2026-04-15T12:00:00Z'),
  date: fc.constant('2026-04-15'),
  time: fc.constant('12:00:00Z'),
  'iso-time': fc.constant('12:00:00Z'),
  'iso-date-time': fc.constant('2026-04-15T12:00:00Z'),
  duration: fc.constantFrom('P1D', 'PT2H', 'P3W'),
  uuid: fc.uuid(),
  email: fc.constant('someone@idem.invalid'),
  'idn-email': fc.constant('someone@idem.invalid'),
  hostname: WORD.map((word) => `${word}.idem.invalid`),
  'idn-hostname': WORD.map((word) => `${word}.idem.invalid`),
  // Reserved for documentation by RFC 5737 and RFC 3849.
  ipv4: fc.integer({ min: 1, max: 254 }).map((last) => `192.0.2.${last}`),
  ipv6: fc.integer({ min: 1, max: 0xffff }).map((last) => `2001:db8::${last.toString(16)}`),
  'uri-reference': WEB_PATH.map((path) => `/${path}`),
  'iri-reference': WEB_PATH.map((path) => `/${path}`),
  iri: WEB_PATH.map((path) => `https://idem.invalid/${path}`),
  'uri-template': WEB_PATH.map((path) => `https://idem.invalid/${path}/{id}`),
  url: WEB_PATH.map((path) => `https://idem.invalid/${path}`),
  'json-pointer': WORD.map((word) => `/${word}`),
  'json-pointer-uri-fragment': WORD.map((word) => `#/${word}`),
  'relative-json-pointer': WORD.map((word) => `0/${word}`),
  regex: WORD.map((word) => `^${word}$`),
  byte: fc.base64String({ minLength: 4, maxLength: 24 }),
};

/** `null` where the shortest is longer than the longest. Throws what `refused` makes where nothing can be drawn. */
export function stringOf(schema: Schema, refused: Refusal): fc.Arbitrary<string> | null {
  const least = number(schema.minLength, 0);
  const most = number(schema.maxLength, Number.POSITIVE_INFINITY);
  if (least > most) return null;
  if (least > LONGEST_STRING)
    throw refused(`needs ${least} characters (minLength), and no more than ${LONGEST_STRING} are drawn`);
  // Before any pattern: no generated address reaches anybody.
  if (schema.format === 'uri') return WEB_PATH.map((path) => `https://idem.invalid/${path}`);
  if (typeof schema.pattern === 'string') return matching(schema.pattern, schema, least, most, refused);
  const formatted = formattedOf(schema.format, least, most);
  if (formatted !== null) return formatted;
  if (least > DRAWN) {
    const some = fc.string({ unit: CHARACTERS, minLength: 20, maxLength: 40 });
    return some.map((text) => [...text.repeat(Math.ceil(least / 20))].slice(0, least).join(''));
  }
  return fc.string({
    unit: CHARACTERS,
    minLength: least,
    maxLength: Math.min(number(schema.maxLength, 40 + least), Math.max(40, least)),
  });
}

/** Values of a format; `null` where the format is not known, or none of them is as long as it must be. */
function formattedOf(format: unknown, least: number, most: number): fc.Arbitrary<string> | null {
  // Every object has members by its prototype.
  if (typeof format !== 'string' || !Object.hasOwn(FORMATS, format)) return null;
  return fitting(FORMATS[format] as fc.Arbitrary<string>, least, most);
}

/** Those that are as long as they must be; `null` where none of some is. */
function fitting(texts: fc.Arbitrary<string>, least: number, most: number): fc.Arbitrary<string> | null {
  if (least === 0 && most === Number.POSITIVE_INFINITY) return texts;
  const fits = (text: string) => {
    const { length } = [...text];
    return length >= least && length <= most;
  };
  // Where none fits, the filter would look for one without end.
  return fc.sample(texts, { seed: 1, numRuns: 200 }).some(fits) ? texts.filter(fits) : null;
}

/** Arbitraries of patterns, or why there is none: parsing one takes milliseconds. */
const known = new Map<string, fc.Arbitrary<string> | Error>();

/** Lengths are seen to here: of bodies with several such members, those where all fit by chance are rare. */
function matching(
  pattern: string,
  schema: Schema,
  least: number,
  most: number,
  refused: Refusal,
): fc.Arbitrary<string> {
  const id = `${least} ${most} ${pattern}`;
  let drawn = known.get(id);
  if (drawn === undefined) {
    try {
      const expression = expressionOf(pattern);
      drawn = fc.stringMatching(expression);
      // What it cannot draw from shows in part only when it draws.
      fc.sample(drawn, { seed: 1, numRuns: 1 });
      drawn = fitting(drawn, least, most) ?? ofLength(expression, least, most) ?? drawn;
    } catch (error) {
      drawn = error as Error;
    }
    known.set(id, drawn);
  }
  if (!(drawn instanceof Error)) return drawn;
  const examples = examplesOf(schema);
  if (examples.length > 0) return fc.constantFrom(...examples);
  throw refused(
    `has the pattern ${pattern.slice(0, 200)}, from which no strings can be drawn (${drawn.message.split('\n')[0]?.slice(0, 100)}): add \`examples\` to its schema`,
  );
}

/** Strings that the schema itself gives. */
function examplesOf({ examples, example, default: otherwise }: Schema): string[] {
  return [examples, example, otherwise].flat().filter((one) => typeof one === 'string');
}

/** Some patterns are none with the flag `u`, and most validators take them without. */
function expressionOf(pattern: string): RegExp {
  try {
    return new RegExp(pattern, 'u');
  } catch {
    return new RegExp(pattern);
  }
}

/** What may be drawn reaches so far above the least. */
const RANGE = 10_000;

/** Whole numbers, and others where the schema has steps between them or leaves no whole one; `null` where it leaves none. */
export function numbersOf(schema: Schema): fc.Arbitrary<number> | null {
  const { exclusiveMinimum: above, exclusiveMaximum: below, multipleOf: of } = schema;
  const step = typeof of === 'number' && of > 0 ? of : 1;
  const lowest = Math.max(number(schema.minimum, -Infinity), number(above, -Infinity));
  const highest = Math.min(number(schema.maximum, Infinity), number(below, Infinity));
  if (lowest > highest) return null;
  let min = Math.ceil(decimal((Number.isFinite(lowest) ? lowest : Math.min(0, highest)) / step));
  if (decimal(min * step) <= number(above, -Infinity)) min += 1;
  const steps = RANGE * Math.max(1, Math.floor(decimal(1 / step)));
  let max = Number.isFinite(highest) ? Math.floor(decimal(highest / step)) : Math.max(0, min) + steps;
  if (decimal(max * step) >= number(below, Infinity)) max -= 1;
  const { MIN_SAFE_INTEGER: first, MAX_SAFE_INTEGER: last } = Number;
  [min, max] = [Math.min(Math.max(min, first), last), Math.min(Math.max(max, first), last)];
  if (min <= max) return multiples(min, max, step);
  if (schema.type === 'integer' || typeof of === 'number' || lowest === highest) return null;
  return fc.integer({ min: 1, max: 999 }).map((share) => {
    const drawn = lowest + ((highest - lowest) * share) / 1000;
    const short = decimal(drawn);
    return short > lowest && short < highest ? short : drawn;
  });
}

/** Multiples of the step; where whole numbers are among them, about half are whole. */
function multiples(min: number, max: number, step: number): fc.Arbitrary<number> {
  const all = fc.integer({ min, max }).map((n) => (step === 1 ? n : decimal(n * step)));
  const inOne = decimal(1 / step);
  if (inOne <= 1 || !Number.isInteger(inOne)) return all;
  const [least, most] = [Math.ceil(min / inOne), Math.floor(max / inOne)];
  return least > most ? all : fc.oneof(fc.integer({ min: least, max: most }), all);
}

/** As people write it: products of fractions end in digits that their decimals have not. Whole numbers stay as they are. */
function decimal(value: number): number {
  return Number.isFinite(value) && !Number.isInteger(value) ? Number(value.toPrecision(15)) : value;
}

/** How many items an array gets; `least` as the schema wants. Throws what `refused` makes where they are too many. */
export function arrayLengths(
  schema: Schema,
  refused: Refusal,
): { least: number; minLength: number; maxLength: number } {
  const least = number(schema.minItems, 0);
  if (least > LONGEST_ARRAY)
    throw refused(`needs ${least} items (minItems), and no more than ${LONGEST_ARRAY} are drawn`);
  const minLength = Math.max(least, number(schema.wantedItems, 0));
  const maxLength = Math.min(number(schema.maxItems, 4 + least), Math.max(4, minLength));
  return { least, minLength, maxLength };
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
