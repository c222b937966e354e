/** What is done to white space, and where a key is cut off at a character. */
import { atPlaces, type Cells, type Draw, eachOf, type Rewriting, variants } from './rewriting.js';

/** The characters that Unicode calls white space, beyond ASCII. */
const SPACES = [
  ...'\u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000',
];

/** What `trim` of most languages drops. */
const BLANKS = [' ', '\t', '\n', '\r', '\v', '\f'];

/** Keys that are equal up to a character at a random place. */
function cutAt(draw: Draw, mark: string): Cells[] {
  return variants(draw, (base) => [
    [...base, ...mark],
    [...base, ...mark, ...draw.word(1, 6)],
    [...base, ...mark, ...draw.word(1, 6), ...mark, draw.letter()],
  ]);
}

export const spaceRewritings: Rewriting[] = [
  {
    name: 'spaces at the end, as padded columns ignore them',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/char.html',
    keys: (draw) =>
      variants(draw, (base) => [
        [...base, ' '],
        [...base, ...' '.repeat(2 + draw.below(8))],
      ]),
  },
  {
    name: 'white space at the end',
    url: 'https://www.php.net/manual/en/function.rtrim.php',
    keys: (draw) => variants(draw, (base) => [...BLANKS, '\0', draw.pick(SPACES)].map((blank) => [...base, blank])),
  },
  {
    name: 'white space at the beginning',
    url: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/String/trimStart',
    keys: (draw) => variants(draw, (base) => [...BLANKS, draw.pick(SPACES), '\ufeff'].map((blank) => [blank, ...base])),
  },
  {
    name: 'white space around',
    url: 'https://docs.djangoproject.com/en/stable/ref/forms/fields/#django.forms.CharField.strip',
    keys: (draw) =>
      variants(draw, (base) =>
        draw.some([...BLANKS, ...SPACES], 4).map((blank) => [blank, ...base, draw.pick([...BLANKS, blank])]),
      ),
  },
  {
    name: 'runs of white space within',
    url: 'https://api.rubyonrails.org/classes/String.html#method-i-squish',
    keys: (draw) => {
      const blank = draw.pick([...BLANKS, ...SPACES]);
      return [
        ...atPlaces(draw, ' ', '  ').slice(2),
        ...eachOf(draw, [
          [' ', '  '],
          [' ', blank],
          [' ', '\t'],
        ]),
      ].slice(3);
    },
  },
  {
    name: 'white space within',
    url: 'https://www.rfc-editor.org/rfc/rfc2045#section-6.8',
    keys: (draw) =>
      eachOf(draw, [
        ['', ' '],
        ['', draw.pick(BLANKS)],
        ['', draw.pick(SPACES)],
      ]),
  },
  {
    name: 'kinds of line ends',
    url: 'https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#constructing-form-data-set',
    keys: (draw) =>
      eachOf(draw, [
        ['\n', '\r\n'],
        ['\n', '\r'],
        ['\n', '\u2028'],
      ]),
  },
  {
    name: 'what follows a NUL',
    url: 'https://www.sqlite.org/nulinstr.html',
    keys: (draw) => cutAt(draw, '\0'),
  },
  {
    name: 'NULs at the end, as fixed binary columns pad',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/binary-varbinary.html',
    keys: (draw) =>
      variants(draw, (base) => [
        [...base, '\0'],
        [...base, ...'\0'.repeat(2 + draw.below(6))],
      ]),
  },
  {
    name: 'what follows a line end',
    url: 'https://docs.memcached.org/protocols/basic/',
    keys: (draw) => cutAt(draw, draw.pick(['\n', '\r\n'])),
  },
  {
    name: 'what follows a space',
    url: 'https://docs.memcached.org/protocols/basic/',
    keys: (draw) => cutAt(draw, draw.pick([' ', '\t'])),
  },
  {
    name: 'what follows a separator',
    url: 'https://docs.python.org/3/library/stdtypes.html#str.split',
    keys: (draw) =>
      variants(draw, (base) => draw.some([...':|,;/#?&=@.-_~+'], 6).map((mark) => [...base, mark, ...draw.word(1, 5)])),
  },
  {
    name: 'what stands before a separator',
    url: 'https://docs.python.org/3/library/stdtypes.html#str.rsplit',
    keys: (draw) =>
      variants(draw, (base) => draw.some([...':|,;/#?&=@.-_~+'], 6).map((mark) => [...draw.word(1, 5), mark, ...base])),
  },
  {
    name: 'order of parts',
    url: 'https://redis.io/docs/latest/develop/data-types/sets/',
    keys: (draw) => {
      const [one, two] = [draw.word(3, 6), draw.word(3, 6)];
      const mark = draw.pick(':.-_');
      const base = draw.base();
      return [
        [...one, mark, ...two, mark, ...base],
        [...two, mark, ...one, mark, ...base],
        [...one, mark, ...base, mark, ...two],
      ];
    },
  },
];
