/** What decoding, escaping and lossy encodings make of a string, and what a string is taken for that is none. */
import { cellsOf } from '../../history/key-template.js';
import { atPlaces, type Cells, type Draw, eachOf, type Rewriting, variants } from './rewriting.js';

const codeOf = (one: string) => one.codePointAt(0) as number;
const hex = (one: string, digits: number) => codeOf(one).toString(16).padStart(digits, '0');

/** A character that has a meaning of its own nowhere, or one that encodings escape. */
const plain = (draw: Draw) => draw.pick('abcdefghijklmnopqrstuvwxyz-_.:~');

/** What decodes to the first of them. */
function escaped(draw: Draw, ...escapes: ((one: string) => string)[]): Cells[] {
  return eachOf(
    draw,
    escapes.map((written) => {
      const one = plain(draw);
      return [one, written(one)] as const;
    }),
  );
}

export const encodingRewritings: Rewriting[] = [
  {
    name: 'percent-encoding',
    url: 'https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.2',
    keys: (draw) =>
      escaped(
        draw,
        (one) => `%${hex(one, 2)}`,
        (one) => `%${hex(one, 2).toUpperCase()}`,
        (one) => `%25${hex(one, 2)}`,
      ),
  },
  {
    name: 'percent-encoding of other characters',
    url: 'https://url.spec.whatwg.org/#percent-decode',
    keys: (draw) => {
      const marks = draw.some([...' /?#&=+%é中'], 4);
      return eachOf(
        draw,
        marks.map((one) => [one, encodeURIComponent(one)] as const),
      );
    },
  },
  {
    name: 'letter case of percent-encoding',
    url: 'https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.1',
    keys: (draw) => {
      const code = `%${draw.pick('2345')}${draw.pick('abcdef')}`;
      return atPlaces(draw, code, code.toUpperCase());
    },
  },
  {
    name: 'plus signs for spaces',
    url: 'https://url.spec.whatwg.org/#concept-urlencoded-parser',
    keys: (draw) => [
      ...eachOf(draw, [
        ['+', ' '],
        ['+', '%20'],
        ['+', '%2B'],
      ]),
      ...atPlaces(draw, ' ', '%20').slice(0, 2),
    ],
  },
  {
    name: 'character references of HTML',
    url: 'https://html.spec.whatwg.org/multipage/named-characters.html',
    keys: (draw) => [
      ...escaped(
        draw,
        (one) => `&#${codeOf(one)};`,
        (one) => `&#x${hex(one, 2)};`,
      ),
      ...eachOf(draw, [
        ['&', '&amp;'],
        ['<', '&lt;'],
        ["'", '&#39;'],
      ]),
    ],
  },
  {
    name: 'tags of HTML',
    url: 'https://www.php.net/manual/en/function.strip-tags.php',
    keys: (draw) => {
      const tag = draw.word(1, 4);
      return eachOf(draw, [
        ['', `<${tag}>`],
        ['', `</${tag}>`],
        ['', `<!--${tag}-->`],
      ]);
    },
  },
  {
    name: 'escapes with a backslash',
    url: 'https://docs.python.org/3/library/codecs.html#text-encodings',
    keys: (draw) =>
      escaped(
        draw,
        (one) => `\\u${hex(one, 4)}`,
        (one) => `\\x${hex(one, 2)}`,
        (one) => `\\${codeOf(one).toString(8).padStart(3, '0')}`,
      ),
  },
  {
    name: 'backslashes before other characters',
    url: 'https://www.php.net/manual/en/function.stripslashes.php',
    keys: (draw) =>
      eachOf(
        draw,
        draw.some([...`'"/\\-_.:`], 4).map((one) => [one, `\\${one}`] as const),
      ),
  },
  {
    name: 'doubled quotes',
    url: 'https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-STRINGS',
    keys: (draw) => {
      const quote = draw.pick(`'"`);
      return atPlaces(draw, quote, quote + quote);
    },
  },
  {
    name: 'quotes around',
    url: 'https://www.rfc-editor.org/rfc/rfc9651#name-strings',
    keys: (draw) =>
      variants(draw, (base) =>
        ['""', "''", '``', '<>', '()', '[]', '{}'].map(([open = '', close = '']) => [open, ...base, close]),
      ),
  },
  {
    name: 'padding of base64',
    url: 'https://www.rfc-editor.org/rfc/rfc4648#section-3.2',
    keys: (draw) => {
      const two = draw.pick(['QQ', 'AA', 'gw', 'zg']);
      // The last four bits of two characters stand for nothing.
      const other = `${two.charAt(0)}${String.fromCharCode(two.charCodeAt(1) + 1)}`;
      return ['', '=', '==']
        .map((pad) => `{unique}${two}${pad}`)
        .concat(`{unique}${other}==`, `{unique}${other}`)
        .map(cellsOf);
    },
  },
  {
    name: 'alphabets of base64',
    url: 'https://www.rfc-editor.org/rfc/rfc4648#section-5',
    keys: (draw) => {
      const at = 1 + draw.below(22);
      const within = (text: string) => cellsOf(`{unique:0-${at}}${text}{unique:${at}-24}`);
      return [
        ['+', '-'],
        ['/', '_'],
        ['', '!'],
        ['', '\n'],
        ['', '.'],
      ].flatMap(([one = '', other = '']) => [within(`${one}Q${one}`), within(`${other}Q${other}`)]);
    },
  },
  {
    name: 'what follows hexadecimal digits',
    url: 'https://nodejs.org/api/buffer.html#buffers-and-character-encodings',
    keys: (draw) => ['', 'g', `x${draw.word(1, 3)}`, 'a', '-1'].map((end) => cellsOf(`{sha256:0-32}${end}`)),
  },
  {
    name: 'letter case of hexadecimal digits',
    url: 'https://www.postgresql.org/docs/current/functions-binarystring.html',
    keys: (draw) => {
      const [at, digit] = [draw.below(63), draw.pick('abcdef')];
      const within = (text: string) => cellsOf(`{sha256:0-${at}}${text}{sha256:${at + 1}-64}`);
      return [within(digit), within(digit.toUpperCase())];
    },
  },
  {
    name: 'ways to write a UUID',
    url: 'https://www.postgresql.org/docs/current/datatype-uuid.html',
    keys: (draw) => {
      const digit = draw.pick('abcdef');
      const groups = [digit, digit.toUpperCase()].map((one) => [
        `${one}{uuid:1-8}`,
        '{uuid:9-13}',
        '{uuid:14-18}',
        '{uuid:19-23}',
        '{uuid:24-36}',
      ]);
      const [lower = [], upper = []] = groups;
      return [
        lower.join('-'),
        upper.join('-'),
        lower.join(''),
        `{${lower.join('-')}}`,
        `urn:uuid:${lower.join('-')}`,
      ].map(cellsOf);
    },
  },
  {
    name: 'the low byte of a character',
    url: 'https://nodejs.org/api/buffer.html#buffers-and-character-encodings',
    keys: (draw) => {
      const letter = draw.letter();
      const high = draw.pick([0x100, 0x300, 0x400, 0x4e00, 0x7f00]);
      return atPlaces(draw, letter, String.fromCodePoint(codeOf(letter) + high));
    },
  },
  {
    name: 'the low seven bits of a character',
    url: 'https://nodejs.org/api/buffer.html#buffers-and-character-encodings',
    keys: (draw) => {
      const letter = draw.letter();
      return atPlaces(draw, letter, String.fromCodePoint(codeOf(letter) + 0x80));
    },
  },
  {
    name: 'what an encoding cannot hold, replaced',
    url: 'https://docs.python.org/3/library/codecs.html#error-handlers',
    keys: (draw) => {
      const other = String.fromCodePoint(0x4e00 + draw.below(0x4000));
      return [
        ...atPlaces(draw, '?', other),
        ...eachOf(draw, [
          ['é', 'è'],
          ['中', other],
          ['\ufffd', other],
          ['Ω', 'Ж'],
        ]),
      ];
    },
  },
  {
    name: 'what an encoding cannot hold, transliterated',
    url: 'https://www.php.net/manual/en/function.iconv.php',
    keys: (draw) =>
      eachOf(
        draw,
        draw.some(
          [
            ['"', '“'],
            ["'", '’'],
            ['-', '–'],
            ['...', '…'],
            ['EUR', '€'],
            ['ss', 'ß'],
            ['e', 'é'],
            ['(c)', '©'],
          ],
          5,
        ),
      ),
  },
  {
    name: 'patterns of LIKE',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/string-comparison-functions.html',
    keys: (draw) =>
      eachOf(draw, [
        [draw.letter(), '_'],
        [draw.letter(), '%'],
        [draw.word(2, 4), '%'],
      ]),
  },
  {
    name: 'patterns of globs and regular expressions',
    url: 'https://redis.io/docs/latest/commands/keys/',
    keys: (draw) => {
      const letter = draw.letter();
      return eachOf(draw, [
        [draw.letter(), '?'],
        [draw.word(1, 4), '*'],
        [draw.letter(), '.'],
        [letter, `[${letter}]`],
        [draw.word(1, 4), '.*'],
      ]);
    },
  },
  {
    name: 'paths that are the same',
    url: 'https://www.rfc-editor.org/rfc/rfc3986#section-6.2.2.3',
    keys: (draw) => {
      const part = draw.word(1, 4);
      return eachOf(draw, [
        ['/', '//'],
        ['/', '/./'],
        ['/', `/${part}/../`],
        ['/', '\\'],
        ['/', '%2F'],
      ]);
    },
  },
  {
    name: 'the ends of paths and names of files',
    url: 'https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file#naming-conventions',
    keys: (draw) =>
      variants(draw, (base) => [
        ...['/', '.', '..', ' .', '/.'].map((end) => [...base, ...end]),
        ['/', ...base],
        ['.', '/', ...base],
      ]),
  },
  {
    name: 'characters that names of files cannot have',
    url: 'https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file#naming-conventions',
    keys: (draw) =>
      eachOf(
        draw,
        draw.some([...'<>:"/\\|?*'], 5).map((one) => [one, '_'] as const),
      ),
  },
  {
    name: 'the parameters of an address',
    url: 'https://docs.python.org/3/library/urllib.parse.html#urllib.parse.urlparse',
    keys: (draw) =>
      variants(draw, (base) => ['?', '#', ';', '&', ','].map((mark) => [...base, mark, draw.letter(), '=', '1'])),
  },
];
