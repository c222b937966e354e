/** What is done to strings that look like numbers: to whole keys of digits, or to numbers within a key. */
import { cellsOf } from '../../history/key-template.js';
import { atPlaces, type Cells, type Draw, eachOf, type Rewriting } from './rewriting.js';

const DIGITS = cellsOf('{digits}');

/** A number, and the same in other words. */
function spelled(...templates: string[]): Cells[] {
  return ['{digits}', ...templates].map(cellsOf);
}

const zeros = (draw: Draw) => '0'.repeat(1 + draw.below(4));

/** The digits of a random script: most have a block of ten. */
function scriptOf(draw: Draw): number {
  return draw.pick([0x660, 0x6f0, 0x966, 0x9e6, 0xbe6, 0xe50, 0xff10, 0x1d7ce]);
}

export const numberRewritings: Rewriting[] = [
  {
    name: 'ways to write an integer',
    url: 'https://www.php.net/manual/en/language.types.numeric-strings.php',
    keys: (draw) => spelled(`${zeros(draw)}{digits}`, '+{digits}', ' {digits}', '{digits} ', '{digits}.'),
  },
  {
    name: 'ways to write a decimal number',
    url: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Number#number_coercion',
    keys: (draw) =>
      spelled(`{digits}.${zeros(draw)}`, '{digits}e0', '{digits}E+00', '{digits}0e-1', '{digits:0-14}.{digits:14}e1'),
  },
  {
    name: 'exponents',
    url: 'https://www.php.net/manual/en/language.operators.comparison.php',
    keys: (draw) => {
      const power = 1 + draw.below(6);
      const rest = '0'.repeat(power);
      return [
        `{digits}${rest}`,
        `{digits}e${power}`,
        `{digits}E+0${power}`,
        `0{digits}${rest}`,
        `{digits}${rest}.0`,
      ].map(cellsOf);
    },
  },
  {
    name: 'zeros at the end of a fraction',
    url: 'https://www.postgresql.org/docs/current/datatype-numeric.html',
    keys: (draw) => ['{digits}.5', `{digits}.5${zeros(draw)}`, '0{digits}.50', '+{digits}.5'].map(cellsOf),
  },
  {
    name: 'the fraction of a number',
    url: 'https://www.php.net/manual/en/function.intval.php',
    keys: (draw) => spelled(`{digits}.${1 + draw.below(4)}`, `{digits}.${draw.below(5)}7`, '{digits}.49'),
  },
  {
    name: 'what follows a number',
    url: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/parseInt',
    keys: (draw) =>
      spelled(`{digits}${draw.word(1, 4)}`, `{digits}-${draw.below(9)}`, `{digits} ${draw.word(1, 3)}`, '{digits}:1'),
  },
  {
    name: 'digits beyond what a double holds',
    url: 'https://www.rfc-editor.org/rfc/rfc8259#section-6',
    keys: (draw) => {
      const more = Array.from({ length: 3 + draw.below(8) }, () => draw.below(10)).join('');
      return ['0', '1', '2', '3'].map((last) => cellsOf(`{digits}${more}${last}`));
    },
  },
  {
    name: 'integers out of range, which become the largest',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/out-of-range-and-overflow.html',
    keys: (draw) =>
      [`{digits}${'9'.repeat(6 + draw.below(9))}`, `9{digits}${'0'.repeat(8)}`, `7${'1'.repeat(9)}{digits}`].map(
        cellsOf,
      ),
  },
  {
    name: 'numbers out of range, which become infinite',
    url: 'https://developer.mozilla.org/en-US/docs/Web/JavaScript/Reference/Global_Objects/Number/POSITIVE_INFINITY',
    keys: (draw) => [`${1 + draw.below(9)}e{digits}`, `1e1{digits}`, `2e{digits}0`].map(cellsOf),
  },
  {
    name: 'numbers that are zero',
    url: 'https://www.php.net/manual/en/language.operators.comparison.php',
    keys: (draw) => [`0e{digits}`, `0e${1 + draw.below(9)}{digits}`, `00e{digits}`, `-0e{digits}`].map(cellsOf),
  },
  {
    name: 'hexadecimal numbers',
    url: 'https://262.ecma-international.org/15.0/#sec-stringtonumber',
    keys: () => spelled('0x{digits-in-hex}', '0X{digits-in-hex}', '0x0{digits-in-hex}'),
  },
  {
    name: 'separators in numbers',
    url: 'https://docs.python.org/3/library/functions.html#int',
    keys: (draw) => {
      const at = 1 + draw.below(13);
      return spelled(...['_', ',', ' '].map((mark) => `{digits:0-${at}}${mark}{digits:${at}-15}`));
    },
  },
  {
    name: 'the sign of a number',
    url: 'https://dev.mysql.com/doc/refman/8.4/en/numeric-type-syntax.html',
    keys: () => spelled('-{digits}', '+{digits}', '--{digits}'),
  },
  {
    name: 'digits of other scripts',
    url: 'https://docs.python.org/3/library/functions.html#int',
    keys: (draw) => {
      const digit = draw.below(10);
      const other = String.fromCodePoint(scriptOf(draw) + digit);
      const at = 1 + draw.below(14);
      const within = (text: string) => [...DIGITS.slice(0, at), text, ...DIGITS.slice(at)];
      return [within(String(digit)), within(other)];
    },
  },
  {
    name: 'digits of other scripts within a key',
    url: 'https://unicode-org.github.io/icu/userguide/collation/customization/#options',
    keys: (draw) => {
      const digit = draw.below(10);
      return atPlaces(draw, String(digit), String.fromCodePoint(scriptOf(draw) + digit));
    },
  },
  {
    name: 'zeros before a number within a key',
    url: 'https://unicode-org.github.io/icu/userguide/collation/customization/#options',
    keys: (draw) => {
      const number = String(1 + draw.below(9_999));
      const mark = draw.pick('-_.:');
      return eachOf(draw, [
        [`${mark}${number}${mark}`, `${mark}${zeros(draw)}${number}${mark}`],
        [`${mark}7`, `${mark}07`],
      ]);
    },
  },
];
