/** What is done to letters: case, accents, normal forms, look-alikes, and characters that do not count. */
import { atPlaces, type Draw, eachOf, type Rewriting, spliced, variants } from './rewriting.js';

const UNICODE = 'https://www.unicode.org/reports';
const MYSQL = 'https://dev.mysql.com/doc/refman/8.4/en';

/** A character from a range. */
const from = (draw: Draw, first: number, last: number) => String.fromCodePoint(first + draw.below(last - first + 1));

const ACCENTS = ['\u0300', '\u0301', '\u0302', '\u0303', '\u0308', '\u030a', '\u030c', '\u0327'];

/** A letter with an accent that Unicode also has as one character. */
function composed(draw: Draw): string {
  for (;;) {
    const one = (draw.letter() + draw.pick(ACCENTS)).normalize('NFC');
    if ([...one].length === 1) return one;
  }
}

/** A character that compatibility forms replace by others, from blocks that consist of such. */
function compatible(draw: Draw): string {
  const blocks = [
    [0x2460, 0x2473],
    [0x2100, 0x2138],
    [0xfb00, 0xfb06],
    [0x1d400, 0x1d433],
    [0x2070, 0x2079],
    [0x3380, 0x33df],
  ] as const;
  for (;;) {
    const [first, last] = draw.pick(blocks);
    const one = from(draw, first, last);
    if (one.normalize('NFKC') !== one.normalize('NFC')) return one;
  }
}

/** Characters that show nothing; the last are drawn from whole blocks. */
const ignorable = (draw: Draw) => [
  '\u200b',
  '\u200c',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u034f',
  '\u061c',
  from(draw, 0x200e, 0x200f),
  from(draw, 0x202a, 0x202e),
  from(draw, 0x2061, 0x2064),
  from(draw, 0xfe00, 0xfe0f),
  from(draw, 0xe0020, 0xe007e),
];

export const letterRewritings: Rewriting[] = [
  {
    name: 'letter case in ASCII',
    url: 'https://www.sqlite.org/datatype3.html#collating_sequences',
    keys: (draw) => {
      const letter = draw.pick('abcdef');
      return atPlaces(draw, letter, letter.toUpperCase());
    },
  },
  {
    name: 'letter case in any script',
    url: 'https://www.postgresql.org/docs/current/citext.html',
    keys: (draw) => {
      const letters = [
        from(draw, 0xe0, 0xf6),
        from(draw, 0x3b1, 0x3c1),
        from(draw, 0x430, 0x44f),
        from(draw, 0x561, 0x586),
      ];
      return eachOf(
        draw,
        letters.map((one) => [one, one.toUpperCase()] as const),
      );
    },
  },
  {
    name: 'full case folding',
    url: 'https://docs.python.org/3/library/stdtypes.html#str.casefold',
    keys: (draw) =>
      eachOf(
        draw,
        draw.some(
          [
            ['ß', 'ss'],
            ['ſ', 's'],
            ['ς', 'σ'],
            ['\u212a', 'k'],
            ['\u212b', 'å'],
            ['ŉ', 'ʼn'],
          ],
          4,
        ),
      ),
  },
  {
    name: 'Turkish letter case',
    url: 'https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/String.html#toLowerCase(java.util.Locale)',
    keys: (draw) =>
      eachOf(draw, [
        ['I', 'ı'],
        ['i', 'İ'],
        ['İ', 'i\u0307'],
      ]),
  },
  {
    name: 'accents',
    url: `${MYSQL}/charset-collation-names.html`,
    keys: (draw) => {
      const one = composed(draw);
      return atPlaces(draw, one.normalize('NFD').slice(0, 1), one);
    },
  },
  {
    name: 'letters that collations expand or equate',
    url: `${MYSQL}/charset-unicode-sets.html`,
    keys: (draw) =>
      eachOf(
        draw,
        draw.some(
          [
            ['ß', 's'],
            ['æ', 'ae'],
            ['œ', 'oe'],
            ['ø', 'o'],
            ['đ', 'd'],
            ['ł', 'l'],
            ['þ', 'th'],
            ['ij', 'ĳ'],
          ],
          4,
        ),
      ),
  },
  {
    name: 'kana and width, which collations may ignore',
    url: 'https://learn.microsoft.com/en-us/sql/relational-databases/collations/collation-and-unicode-support',
    keys: (draw) => {
      const kana = 0x3042 + draw.below(60);
      const wide = draw.pick('bcdefg0123');
      const hiragana = String.fromCodePoint(kana);
      return eachOf(draw, [
        [hiragana, String.fromCodePoint(kana + 0x60)],
        [wide, String.fromCodePoint(wide.charCodeAt(0) + 0xfee0)],
        ['カ', 'ｶ'],
      ]);
    },
  },
  {
    name: 'characters beyond the basic plane',
    url: `${MYSQL}/charset-unicode-sets.html`,
    keys: (draw) => {
      const one = 0x1f600 + draw.below(40);
      const other = String.fromCodePoint(one + 1);
      // Equal weights; only the low 16 bits; all from there on lost, as where a column holds three bytes at most.
      return [
        ...atPlaces(draw, String.fromCodePoint(one), other),
        ...variants(draw, (base) => {
          const at = draw.below(base.length);
          return ['x', 'y'].map((end) => [...spliced(base, at, 0, String.fromCodePoint(one)), end]);
        }).slice(1),
      ];
    },
  },
  {
    name: 'Unicode normal form',
    url: `${UNICODE}/tr15/`,
    keys: (draw) => {
      const one = draw.below(4) === 0 ? from(draw, 0xac00, 0xd7a3) : composed(draw);
      return atPlaces(draw, one, one.normalize('NFD'));
    },
  },
  {
    name: 'order of combining marks',
    url: `${UNICODE}/tr15/#Canonical_Equivalence`,
    keys: (draw) => {
      const letter = draw.letter();
      const [above, below] = [draw.pick('\u0300\u0301\u0302'), draw.pick('\u0323\u0327\u0331')];
      return atPlaces(draw, letter + below + above, letter + above + below);
    },
  },
  {
    name: 'compatibility normal form',
    url: `${UNICODE}/tr15/#Compatibility_Equivalence`,
    keys: (draw) => {
      const list = [compatible(draw), compatible(draw), from(draw, 0xff41, 0xff5a)];
      return eachOf(
        draw,
        list.map((one) => [one.normalize('NFKC'), one] as const),
      );
    },
  },
  {
    name: 'full width',
    url: 'https://www.rfc-editor.org/rfc/rfc8265#section-3.3.1',
    keys: (draw) => {
      const plain = from(draw, 0x21, 0x7e).replace(/[{}"\\;,]/, 'x');
      return atPlaces(draw, plain, String.fromCodePoint(plain.charCodeAt(0) + 0xfee0));
    },
  },
  {
    name: 'look-alikes',
    url: `${UNICODE}/tr39/#Confusable_Detection`,
    keys: (draw) => {
      const at = draw.below(8);
      return [
        ...atPlaces(draw, 'aceopxyi'.charAt(at), 'асеорхуі'.charAt(at)),
        ...eachOf(draw, [
          ['l', '1'],
          ['O', '0'],
          ['rn', 'm'],
        ]),
      ].slice(0, 5);
    },
  },
  {
    name: 'look-alikes in ASCII',
    url: 'https://www.crockford.com/base32.html',
    keys: (draw) =>
      eachOf(draw, [
        ['1', 'I'],
        ['1', 'L'],
        ['0', 'O'],
        ['1', 'i'],
        ['1', 'l'],
        ['0', 'o'],
      ]),
  },
  {
    name: 'characters that show nothing',
    url: `${UNICODE}/tr10/#Variable_Weighting`,
    keys: (draw) =>
      eachOf(
        draw,
        ignorable(draw).map((one) => ['', one] as const),
      ),
  },
  {
    name: 'invisible characters at the ends',
    url: 'https://www.rfc-editor.org/rfc/rfc4013#section-2.1',
    keys: (draw) => {
      const one = draw.pick(ignorable(draw));
      return atPlaces(draw, '', one);
    },
  },
  {
    name: 'control characters',
    url: `${UNICODE}/tr10/#Completely_Ignorable_Characters`,
    keys: (draw) => {
      const controls = [from(draw, 1, 8), from(draw, 0xe, 0x1f), '\u007f', from(draw, 0x86, 0x9f)];
      return eachOf(
        draw,
        controls.map((one) => ['', one] as const),
      );
    },
  },
  {
    name: 'combining marks',
    url: 'https://www.postgresql.org/docs/current/unaccent.html',
    keys: (draw) =>
      eachOf(draw, [
        ['', draw.pick(ACCENTS)],
        ['', from(draw, 0x20d0, 0x20dc)],
        ['', '\ufe0f'],
      ]),
  },
  {
    name: 'emoji skin tones',
    url: `${UNICODE}/tr51/#Emoji_Modifiers_Table`,
    keys: (draw) => atPlaces(draw, '👍', `👍${from(draw, 0x1f3fb, 0x1f3ff)}`),
  },
  {
    name: 'characters outside ASCII, dropped',
    url: 'https://docs.python.org/3/library/codecs.html#error-handlers',
    keys: (draw) => atPlaces(draw, '', from(draw, 0x4e00, 0x9fa5)),
  },
  {
    name: 'punctuation, which collations may ignore',
    url: 'https://unicode-org.github.io/icu/userguide/collation/concepts.html#ignore-punctuation-options',
    keys: (draw) => atPlaces(draw, '', draw.pick("-_.:,!'()/")),
  },
  {
    name: 'punctuation replaced',
    url: 'https://api.rubyonrails.org/classes/ActiveSupport/Inflector.html#method-i-parameterize',
    keys: (draw) => {
      const [one, other] = draw.some([...'-_.:/+~@'], 2) as [string, string];
      return [...atPlaces(draw, one, other), ...atPlaces(draw, one, one + one)].slice(0, 8);
    },
  },
];
