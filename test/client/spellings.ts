/** Secrets, and how a target may spell them; and a reader who peels whatever encodings there are, to look for them. */
import fc from 'fast-check';

/** As headers carry them: no spaces, so that no scheme is seen in one. */
export const secrets: fc.Arbitrary<string> = fc
  .array(fc.integer({ min: 0x21, max: 0x7e }), { minLength: 12, maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes));

type Spell = (text: string) => string;

const hexOf = (text: string) => Buffer.from(text, 'latin1').toString('hex');

/** Draws which characters are spelled otherwise, and in which case. */
const some = fc.infiniteStream(fc.boolean()).map((stream) => () => stream.next().value as boolean);

const percent: fc.Arbitrary<Spell> = some.map(
  (coin) => (text) =>
    text.replace(/[\s\S]/g, (one) => {
      // What is left bare must mean itself.
      if (one !== '%' && coin()) return one;
      return `%${coin() ? hexOf(one) : hexOf(one).toUpperCase()}`;
    }),
);

const json: fc.Arbitrary<Spell> = some.map(
  (coin) => (text) =>
    text.replace(/[\s\S]/g, (one) => {
      if (one === '/' && coin()) return '\\/';
      if (coin()) return `\\u00${coin() ? hexOf(one) : hexOf(one).toUpperCase()}`;
      return JSON.stringify(one).slice(1, -1);
    }),
);

const base64: fc.Arbitrary<Spell> = fc
  .record({ before: fc.stringMatching(/^[a-z:]{0,4}$/), after: fc.stringMatching(/^[a-z:]{0,3}$/), url: fc.boolean() })
  .chain((drawn) => fc.boolean().map((padded) => ({ ...drawn, padded })))
  .map(({ before, after, url, padded }) => (text) => {
    const encoded = Buffer.from(`${before}${text}${after}`, 'latin1').toString(url ? 'base64url' : 'base64');
    return padded ? encoded : encoded.replace(/=+$/, '');
  });

const hex: fc.Arbitrary<Spell> = fc
  .boolean()
  .map((upper) => (text) => (upper ? hexOf(text).toUpperCase() : hexOf(text)));

const letters: fc.Arbitrary<Spell> = some.map(
  (coin) => (text) => text.replace(/[a-z]/gi, (one) => (coin() ? one.toUpperCase() : one.toLowerCase())),
);

/** Up to three encodings inside of each other, around the secret in whatever case. */
export const spellings: fc.Arbitrary<Spell> = fc
  .tuple(
    fc.option(letters, { nil: undefined }),
    fc.array(fc.oneof(percent, json, base64, hex), { minLength: 0, maxLength: 3 }),
  )
  .map(
    ([first, rest]) =>
      (text) =>
        [first ?? ((one) => one), ...rest].reduce((spelled, spell) => spell(spelled), text),
  );

/** Whether somebody who decodes whatever can be decoded finds the secret. */
export function isShown(text: string, secret: string, depth = 4): boolean {
  if (text.toLowerCase().includes(secret.toLowerCase())) return true;
  if (depth === 0 || text === '') return false;
  const inner = [unpercent(text), unescapeJson(text), ...unbase64(text), ...unhex(text)];
  return [...new Set(inner)].some((one) => one !== text && isShown(one, secret, depth - 1));
}

function unpercent(text: string): string {
  return text.replace(/%[0-9a-f]{2}/gi, (one) => String.fromCharCode(Number(`0x${one.slice(1)}`)));
}

function unescapeJson(text: string): string {
  return text.replace(/\\(?:u([0-9a-f]{4})|(["\\/]))/gi, (_, code, one) =>
    code === undefined ? one : String.fromCharCode(Number(`0x${code}`)),
  );
}

/** Every word of that alphabet, from each of four places on. */
function unbase64(text: string): string[] {
  const words = text.match(/[\w+/-]{10,}/g) ?? [];
  return [0, 1, 2, 3].map((from) =>
    words.map((word) => Buffer.from(word.slice(from), 'base64').toString('latin1')).join('\n'),
  );
}

function unhex(text: string): string[] {
  const words = text.match(/[0-9a-f]{16,}/gi) ?? [];
  return [0, 1].map((from) => words.map((word) => Buffer.from(word.slice(from), 'hex').toString('latin1')).join('\n'));
}
