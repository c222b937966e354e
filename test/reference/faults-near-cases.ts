/** What faults that take nearly equal keys for the same look from outside. */
import { type Case, keys } from './faults-probes.js';

/** Three keys, of which the fault takes the first two for the same. */
export const blurred = (first: string, second: string, third: string): Case => ({
  probe: keys(first, second, third),
  correct: 'a b c',
  faulty: 'a a b',
});

const number = '314159265358979';
const hex = 'deadbeefdeadbeefdeadbeef';
const filler = (length: number) => 'k'.repeat(length);

export const nearCases: Record<string, Case> = {
  'keys-by-their-last-40': blurred(`a${filler(40)}`, `b${filler(40)}`, `a${filler(39)}b`),
  'keys-by-both-ends': blurred(`${filler(30)}a${filler(30)}`, `${filler(30)}b${filler(30)}`, `a${filler(61)}`),
  'keys-case-folded': blurred('Straße', 'STRASSE', 'strase'),
  'keys-with-turkish-case': blurred('TITLE', 'tıtle', 'title'),
  'keys-without-accents': blurred('café', 'cafe', 'caff'),
  'keys-in-compatibility-form': blurred('ﬃ', 'ffi', 'fi'),
  'keys-in-half-width': blurred('ｋ１', 'k1', 'k2'),
  'keys-by-looks': blurred('сору', 'copy', 'cory'),
  'keys-without-zero-width': blurred('k\u200d1', 'k1', 'k\u20601'),
  'keys-without-word-joiners': blurred('k\u20601', 'k1', 'k\u200d1'),
  'keys-without-format-characters': blurred('k\u00ad1', 'k1', 'k-1'),
  'keys-without-control-characters': blurred('k\u00021', 'k1', 'k2'),
  'keys-up-to-the-basic-plane': blurred('k🙂1', 'k🙂2', 'K🙂1'),
  'keys-with-emoji-alike': blurred('k🙂1', 'k🙃1', 'k🙂2'),
  'keys-squished': blurred('k \t1', 'k 1', 'k1'),
  'keys-without-white-space': blurred('k \t1', 'k1', 'k-1'),
  'keys-up-to-a-line-end': blurred('k\n1', 'k\n2', 'k1'),
  'keys-up-to-a-question-mark': blurred('k?1', 'k?2', 'k1'),
  'keys-by-their-number': blurred(`${number}0`, `0${number}e1`, `${number}00`),
  'keys-as-integers': blurred(`${number}.5`, `${number}-7`, `${number}1`),
  'keys-in-64-bits': blurred(`${number}000000`, `${number}000001`, number),
  'keys-without-zeros-in-front': blurred('007', '7', '70'),
  'keys-in-digits-of-any-script': blurred('k٧', 'k7', 'k8'),
  'keys-form-decoded': blurred('k+%31', 'k 1', 'k-1'),
  'keys-html-decoded': blurred('k&#49;', 'k1', 'k2'),
  'keys-unescaped': blurred('k\\u0031', 'k1', 'k2'),
  'keys-without-backslashes': blurred('k\\-1', 'k-1', 'k1'),
  'keys-as-base64': blurred(`${hex}QQ`, `${hex}QR==`, `${hex}gQ`),
  'keys-as-hex': blurred(`${hex}zz`, `${hex}yy`, `${hex}aa`),
  'keys-as-uuids': blurred(
    'DEADBEEF-0000-4000-8000-0123456789AB',
    '{deadbeef-0000-4000-8000-0123456789ab}',
    'deadbeef-0000-4000-8000-0123456789ac',
  ),
  'keys-in-latin-1': blurred('Ł', 'A', 'B'),
  'keys-with-question-marks': blurred('k中', 'k文', 'kk'),
  'keys-as-paths': blurred('/k/./1', '/k/1', '/k/2'),
  'keys-as-names-of-files': blurred('k:1. ', 'k:1', 'k:2'),
  'keys-by-a-hash-of-31': blurred('kAa', 'kBB', 'kAA'),
  'keys-by-a-checksum': blurred('plumless', 'buckeroo', 'plumage'),
  'keys-in-any-order': blurred('listen', 'silent', 'lists'),
  'keys-as-like-patterns': blurred('k-1', 'k_%', 'K-1'),
  'keys-as-globs': blurred('k-1', 'k?*', 'K-1'),
};
