/**
 * Edits: another body, by one difference. What a server may rightly take for the same body does not count as one:
 * null or a default against absent, the case of an id.
 */

import { NONCE_TOKEN } from '../contracts/codec.js';
import type { Json, JsonObject } from '../contracts/contract.js';
import { isObject } from '../contracts/json.js';
import type { EditUse } from '../history/plan.js';
import { type BodySource, isValid } from './bodies.js';
import { isFreeText, parentOf, put, type Site, sitesOf } from './sites.js';

/** One way to change a body. */
export interface Edit extends EditUse {
  value: JsonObject;
}

/** What a kind of edit makes of one place: other values for it, or whole other bodies. */
type Kind = (site: Site, body: JsonObject, sites: Site[]) => (JsonObject | null)[];

const text = (site: Site) => site.value as string;

/** Changes a free text, nonce left alone. */
function onText(change: (text: string) => string): Kind {
  return (site, body) => {
    if (!isFreeText(site)) return [];
    const [nonce, rest] = text(site).startsWith(NONCE_TOKEN)
      ? [NONCE_TOKEN, text(site).slice(NONCE_TOKEN.length)]
      : ['', text(site)];
    const changed = change(rest);
    return changed === rest ? [] : [put(body, site.path, nonce + changed)];
  };
}

function onValue(change: (value: Json, site: Site) => (Json | undefined)[]): Kind {
  return (site, body) => change(site.value, site).map((value) => put(body, site.path, value));
}

/** Every kind that changes a value, by the name that reports use. */
export const editKinds: Record<string, Kind> = {
  'text changed': onText((old) => `${old}x`),
  'one character changed': onText((old) =>
    old.replace(/[a-y](?=[^a-y]*$)/, (letter) => String.fromCharCode(letter.charCodeAt(0) + 1)),
  ),
  'letter case changed': onText((old) => old.replace(/[a-z](?=[^a-z]*$)/, (letter) => letter.toUpperCase())),
  'space at the end': onText((old) => `${old} `),
  'space doubled': onText((old) => old.replace(/(?<=\S) (?=\S)/, '  ')),
  'Unicode normal form changed': onText((old) =>
    old.normalize('NFD') === old ? old.normalize('NFC') : old.normalize('NFD'),
  ),
  'accent dropped': onText((old) => old.replace(lastOf('àáâãäåçèéêëìíîïñòóôõöùúûüý'), plain)),
  'emoji changed': onText((old) => old.replace(lastOf('\u{1f600}-\u{1f64f}'), (one) => (one === '🙂' ? '🙃' : '🙂'))),
  'punctuation changed': onText((old) => old.replace(lastOf('.,:;!?'), (mark) => (mark === ';' ? ':' : ';'))),
  'number changed': onValue((old) => (typeof old === 'number' ? [old + 1, old - 1] : [])),
  'boolean changed': onValue((old) => (typeof old === 'boolean' ? [!old] : [])),
  'choice changed': onValue((old, { schemas }) => {
    const choices = schemas.flatMap((one) => (Array.isArray(one.enum) ? one.enum : []));
    return choices.filter((choice) => choice !== old && choice !== null && typeof choice === typeof old);
  }),
  'address changed': onValue((old, { schemas }) =>
    typeof old === 'string' && schemas.some((one) => one.format === 'uri') ? [`${old}/x`, `${old}?x=1`] : [],
  ),
  'null as text': onValue((old, site) => (old === null && isFreeText({ ...site, value: '' }) ? ['null'] : [])),
  'member removed': (site, body) => (removable(site) ? [put(body, site.path, undefined)] : []),
  'element removed': (site, body) => {
    const { value } = site;
    return Array.isArray(value) && value.length > 1 ? [put(body, site.path, value.slice(0, -1))] : [];
  },
  'element doubled': (site, body) => {
    const { value } = site;
    return Array.isArray(value) && value.length > 0 ? [put(body, site.path, [...value, value.at(-1) as Json])] : [];
  },
  'text moved to a neighbour': (site, body, sites) =>
    neighbours(site, sites).map((other) => {
      const [a, b] = [text(site), text(other)];
      const tail = [...a].at(-1) ?? '';
      return put(put(body, site.path, a.slice(0, a.length - tail.length)), other.path, withNonceFirst(tail, b));
    }),
  'text moved over a separator': (site, body, sites) =>
    neighbours(site, sites).flatMap((other) =>
      SEPARATORS.map((separator) => {
        const [a, b] = [text(site), text(other)];
        const end = a.lastIndexOf(separator);
        // The nonce stays where it is.
        if (end < 0 || b.startsWith(NONCE_TOKEN) || a.indexOf('\uE001') > end) return null;
        return put(put(body, site.path, a.slice(0, end)), other.path, a.slice(end + 1) + separator + b);
      }),
    ),
  'member written into a neighbour': (site, body, sites) =>
    neighbours(site, sites).map((other) => {
      if (text(other).startsWith(NONCE_TOKEN)) return null;
      const joined = `${text(site)}&${other.path.at(-1)}=${text(other)}`;
      return put(put(body, site.path, joined), other.path, undefined);
    }),
  'values swapped': (site, body, sites) =>
    sites
      .filter((other) => swappable(site, other, body))
      .map((other) => put(put(body, site.path, other.value), other.path, site.value)),
  'elements joined': (site, body) => {
    const { value } = site;
    const texts = Array.isArray(value) && value.length > 1 && value.every((one) => typeof one === 'string');
    return texts ? [put(body, site.path, [value.join(',')])] : [];
  },
};

/** What servers join values with. */
const SEPARATORS = [',', ' '];

/** The last of some characters in a string. */
function lastOf(characters: string): RegExp {
  return new RegExp(`[${characters}](?=[^${characters}]*$)`, 'u');
}

function plain(letter: string): string {
  return letter.normalize('NFD').slice(0, 1);
}

/** The kind that changes nothing but an order. */
export const REORDERED = 'array reordered';

const reordered: Kind = (site, body) => {
  const { value } = site;
  if (!Array.isArray(value) || value.length < 2) return [];
  const others = [value.toReversed(), [...value.slice(1), value[0] as Json]];
  // The first elements stay: a server may look at no more.
  if (value.length > 2) others.push([...value.slice(0, -2), ...value.slice(-2).toReversed()]);
  return others.map((other) => put(body, site.path, other));
};

/** Places of a body that are all edited; of larger ones fewer are, for each edit takes the longer the larger a body is. */
const MOST_SITES = 120;
const LEAST_SITES = 8;

/** Places at equal distances, and the one with the nonce. */
function someOf(sites: Site[], nonce: string | null): Site[] {
  if (sites.length <= MOST_SITES) return sites;
  const wanted = Math.max(LEAST_SITES, Math.floor((MOST_SITES * MOST_SITES) / sites.length));
  const every = Math.ceil(sites.length / wanted);
  return sites.filter(({ pointer }, n) => n % every === 0 || pointer === nonce);
}

/** All edits of a kind, each valid by the schema and another value than the body's. */
export function editsOf(name: string, body: JsonObject, source: BodySource): Edit[] {
  const reorders = name === REORDERED;
  const kind = reorders ? reordered : (editKinds[name] as Kind);
  const sites = someOf(sitesOf(body, source.requestSchema as JsonObject), source.contract.create.nonce);
  const before = JSON.stringify(body);
  return sites.flatMap((site) =>
    kind(site, body, sites)
      .filter(
        (value): value is JsonObject => value !== null && JSON.stringify(value) !== before && isValid(value, source),
      )
      .map((value) => ({ name, pointer: site.pointer, value, ...(reorders ? { reorders } : {}) })),
  );
}

/** An optional member whose absence means something else: neither null nor its default. */
function removable({ path, value, schemas }: Site): boolean {
  if (typeof path.at(-1) !== 'string' || value === null) return false;
  const defaults = schemas.flatMap((one) => ('default' in one ? [JSON.stringify(one.default)] : []));
  const empty = (Array.isArray(value) && value.length === 0) || (isObject(value) && Object.keys(value).length === 0);
  return !empty && value !== '' && !defaults.includes(JSON.stringify(value));
}

/** Free texts of the same object. */
function neighbours(site: Site, sites: Site[]): Site[] {
  if (!isFreeText(site) || [...text(site)].length < 2) return [];
  const parent = JSON.stringify(site.path.slice(0, -1));
  return sites.filter(
    (other) => other !== site && isFreeText(other) && JSON.stringify(other.path.slice(0, -1)) === parent,
  );
}

/** Values of one type in one object; texts with a nonce stay where they are. */
function swappable(site: Site, other: Site, body: JsonObject): boolean {
  const [a, b] = [site.value, other.value];
  if (site.pointer >= other.pointer || typeof a !== typeof b || a === b || typeof a === 'object') return false;
  if (parentOf(body, site) !== parentOf(body, other)) return false;
  return ![a, b].some((value) => typeof value === 'string' && value.startsWith(NONCE_TOKEN));
}

/** Puts text before another one, but after its nonce. */
function withNonceFirst(text: string, before: string): string {
  return before.startsWith(NONCE_TOKEN) ? NONCE_TOKEN + text + before.slice(NONCE_TOKEN.length) : text + before;
}
