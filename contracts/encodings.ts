/** How bodies travel: a row for each encoding, by its name in `create.body`. Only the codec asks which one it is. */
import type { Contract } from './contract.js';
import { formComponent, formPairs, formSpellings, formText, formValue, formWithout } from './form.js';
import { type Json, type JsonObject, parseJson } from './json.js';
import {
  brokenMultipart,
  MULTIPART,
  multipartPairs,
  multipartSpellings,
  multipartText,
  multipartType,
  multipartValue,
  multipartWith,
  multipartWithout,
  wellFormed,
} from './multipart.js';
import { asPairs, pairsOf } from './pairs.js';

/** What one encoding does. Texts may be templates. */
interface Encoding {
  /** Without parameters; `null` where there is no body. */
  mediaType: string | null;
  /** The Content-Type of a body. */
  typeOf(text: string): string | null;
  /** Values have types of their own; otherwise each is a string, of which the schema says what it means. */
  isTyped: boolean;
  write(members: readonly (readonly [string, Json])[], create: Contract['create']): string;
  /** `undefined` where it cannot be read. */
  read(text: string, schema?: JsonObject, contentType?: string): Json | undefined;
  /** Members as it can say them. */
  sayable(value: JsonObject): JsonObject;
  /** What takes the place of a token inside a string. */
  escaped(text: string): string;
  /** Other texts that mean the same, besides those that depend on the values. The last differs by the least. */
  spellings(plain: string): { name: string; text: string }[];
  /** The text with one more member, whose value is 1. */
  withMember(plain: string, name: string): string;
  /** Without the members at some pointers. */
  without(text: string, pointers: string[]): string;
  /** Texts that are malformed for certain. */
  malformed(plain: string): string[];
  /** Names and values as they stand in a text; none where they are not what it consists of. */
  pairs(text: string, contentType?: string): [name: string, value: string][] | undefined;
}

const json: Encoding = {
  mediaType: 'application/json',
  typeOf: () => 'application/json',
  isTyped: true,
  write: (members) =>
    `{${members.map(([name, inner]) => `${JSON.stringify(name)}:${JSON.stringify(inner)}`).join(',')}}`,
  read: (text) => parseJson(text),
  sayable: (value) => value,
  escaped: (text) => JSON.stringify(text).slice(1, -1),
  spellings: () => [],
  withMember: (plain, name) => `${plain.slice(0, -1)},${JSON.stringify(name)}:1}`,
  without: (text) => text,
  // Without a member there is no colon to leave out.
  malformed: (plain) =>
    [plain.slice(0, -1), `${plain},`, plain.replace(/:/, ''), `[${plain}`].filter((text) => text !== plain),
  pairs: () => undefined,
};

const FORM = 'application/x-www-form-urlencoded';

const form: Encoding = {
  mediaType: FORM,
  typeOf: () => FORM,
  isTyped: false,
  write: (members, { arrays }) => formText(pairsOf(members, arrays)),
  read: formValue,
  sayable: asPairs,
  escaped: formComponent,
  spellings: formSpellings,
  withMember: (plain, name) => `${plain}&${formComponent(name)}=1`,
  without: formWithout,
  // Whatever is sent as a form is one.
  malformed: () => [],
  pairs: formPairs,
};

const multipart: Encoding = {
  mediaType: MULTIPART,
  typeOf: multipartType,
  isTyped: false,
  write: (members, { arrays, files = {} }) => multipartText(pairsOf(members, arrays), files),
  read: multipartValue,
  sayable: asPairs,
  escaped: wellFormed,
  spellings: multipartSpellings,
  withMember: (plain, name) => multipartWith(plain, name, '1'),
  without: multipartWithout,
  malformed: brokenMultipart,
  pairs: multipartPairs,
};

const none: Encoding = {
  ...json,
  mediaType: null,
  typeOf: () => null,
  write: () => '',
  read: (text) => (text === '' ? {} : parseJson(text)),
  malformed: () => [],
};

const ENCODINGS: Record<Contract['create']['body'], Encoding> = { json, form, multipart, none };

/** What says how bodies travel. */
export interface HasBody {
  create: Pick<Contract['create'], 'body'>;
}

/** How bodies travel to an endpoint: others take those of an API without a body in its write as JSON. */
export function encodingOf({ create }: HasBody, endpoint: object = create): Encoding {
  return ENCODINGS[create.body === 'none' && endpoint !== create ? 'json' : create.body];
}
