/** Arbitraries of request bodies: valid by the contract's schema, with a nonce at the beginning of one member. */
import fc from 'fast-check';
import { bodyIn, type Companions, comesBack, fill, NONCE_TOKEN, sayable, spell } from '../contracts/codec.js';
import {
  companionExamples,
  companionPointers,
  isOwnAt,
  isSavedValue,
  schemaWithoutOwn,
} from '../contracts/companions.js';
import type { Companion, Contract, Json, JsonObject } from '../contracts/contract.js';
import { isObject } from '../contracts/json.js';
import { keyPath } from '../contracts/key.js';
import { unfolded } from '../contracts/padding.js';
import { formatPointer } from '../contracts/pointer.js';
import { compileSchema, schemasAt } from '../contracts/schemas.js';
import { fillKey } from '../history/key-template.js';
import { keyExamples } from './keys.js';
import { fromSchema, type Schema, shown, Undrawable } from './schema.js';
import { isFreeText, put, sitesOf } from './sites.js';

/** What bodies are made from. */
export interface BodySource {
  contract: Contract;
  requestSchema: Schema;
  /** Whether a body (key included, where the key is a member) is valid by the schema. */
  validate(body: Json): boolean;
}

/** A nonce as long as the client's, to validate bodies before they are sent. */
const NONCE_EXAMPLE = 'idem-a0a0a0a0a0a0';

/** Bodies that are drawn in a row at most until one is valid; as few as are tried however long they take. */
const MOST_DRAWS = 20_000;
const FEW_DRAWS = 1_000;

/** Milliseconds that finding out whether there are any bodies may take beyond those few. */
const PATIENCE = 5_000;

/**
 * The members of a request without its key. The nonce's token stands where the contract says.
 * @param all none left out
 * @param most draws in a row at most until one is valid
 * @param patience milliseconds after which no more than a few are drawn in a row
 *
 * Throws `Undrawable`, also when it draws, with the member that leaves nothing.
 */
export function bodies(
  source: BodySource,
  all = false,
  most = MOST_DRAWS,
  patience = Number.POSITIVE_INFINITY,
): fc.Arbitrary<JsonObject> {
  const { contract, requestSchema } = source;
  const nonce = contract.create.nonce ?? '';
  let nothing: string | null = null;
  // The key is put in at sending, whether or not the schema requires it.
  const members = fromSchema(schemaWithoutOwn(contract, requestSchema as JsonObject), {
    root: requestSchema,
    at: (place) => instead(place, contract),
    // A resource made from a body without a nonce could not be distinguished from another client's.
    needed: (place) => all || nonce === place || nonce.startsWith(`${place}/`),
    leftOut: (place, why) => {
      nothing = `${shown(place)} ${why}`;
    },
  });
  const leaves = `the request schema of '${contract.name}' leaves no body to send`;
  if (members === null) throw new Undrawable(nothing === null ? leaves : `${leaves}: ${nothing}`);
  let [count, since] = [0, 0];
  let refused: JsonObject[] = [];
  return members
    .map((value) => sayable(contract, exclusive(value as JsonObject, contract)))
    .filter((value) => {
      const isFine = isObject(value) && isValid(value, source);
      if (isFine) count = 0;
      if (isFine) return true;
      if (count === 0) since = performance.now();
      count += 1;
      refused = [...refused.slice(1 - LOOKED_AT), value];
      const isLong = count >= FEW_DRAWS && performance.now() - since > patience;
      if (count < most && !isLong) return false;
      throw new Undrawable(`${leaves}: of ${count} that were drawn none is valid, for ${mostlyWrong(refused, source)}`);
    });
}

/** The last of those refused that are looked at. */
const LOOKED_AT = 50;

/** What is wrong most often with bodies that the schema refuses: a place, and what must be there. */
function mostlyWrong(refused: JsonObject[], source: BodySource): string {
  const { validate } = compileSchema(source.requestSchema as JsonObject);
  const counts = new Map<string, number>();
  for (const body of refused) {
    validate(withExamples(body, source));
    for (const { instancePath, message = 'is not valid' } of validate.errors ?? []) {
      const problem = `${shown(instancePath.replace(/\/\d+(?=\/|$)/g, '/-'))} ${message}`;
      counts.set(problem, (counts.get(problem) ?? 0) + 1);
    }
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? 'its conditions contradict one another';
}

/** Throws `Undrawable` where the request schema leaves no bodies, or none that are found in bounded time. */
export function checkBodies(source: BodySource): void {
  try {
    fc.sample(bodies(source, false, MOST_DRAWS, PATIENCE), { seed: 1, numRuns: 5 });
  } catch (error) {
    // Validating it never ends either.
    if (!(error instanceof RangeError)) throw error;
    throw new Undrawable(`the request schema of '${source.contract.name}' refers to itself without end`);
  }
}

/** Draws in which few possible bodies are met: without a nonce, nothing else keeps two of them apart. */
const DRAWS = 6;

/** Some bodies that differ from one another, as far as the schema allows as many. */
export function differentBodies(source: BodySource, count: number): fc.Arbitrary<JsonObject[]> {
  const length = source.contract.create.nonce === null ? DRAWS * count : count;
  return fc.array(bodies(source), { minLength: length, maxLength: length }).map((drawn) => {
    const different = [...new Map(drawn.map((one) => [JSON.stringify(one), one])).values()];
    return (different.length < count ? [...different, ...drawn] : different).slice(0, count);
  });
}

/** Every edit of a string finds what it changes in this: punctuation, an accent, an emoji, spaces. */
const RICH = ', für Ines 🙂 und';

/**
 * Bodies with all the members that the schema allows together, with arrays of several elements, and with a text to
 * which every edit applies.
 */
export function fullBodies(source: BodySource): fc.Arbitrary<JsonObject> {
  const nonce = source.contract.create.nonce;
  return wholeBodies(source).map((value) => {
    const site = sitesOf(value, source.requestSchema as JsonObject).find(({ pointer }) => pointer === nonce);
    if (site === undefined || !isFreeText(site)) return value;
    const rich = put(value, site.path, `${site.value}${RICH}`);
    return isValid(rich, source) ? rich : value;
  });
}

/** Schemas that no body with all members at once is valid by. */
const neverWhole = new WeakSet<Schema>();

/** Bodies with all members, or as bodies otherwise are where some members exclude one another. */
function wholeBodies(source: BodySource): fc.Arbitrary<JsonObject> {
  const { requestSchema } = source;
  if (neverWhole.has(requestSchema)) return bodies(source);
  const whole = { ...source, requestSchema: full(requestSchema) };
  try {
    fc.sample(bodies(whole, true, FEW_DRAWS), { seed: 1, numRuns: 1 });
    return bodies(whole, true);
  } catch (error) {
    if (!(error instanceof Undrawable)) throw error;
    neverWhole.add(requestSchema);
    return bodies(source);
  }
}

/** The schema with every member required and longer arrays, as far as they can be filled. */
function full(schema: Schema): Schema {
  const copy: Schema = { ...schema };
  for (const word of ['oneOf', 'anyOf', 'allOf']) {
    if (Array.isArray(copy[word])) copy[word] = (copy[word] as Schema[]).map(full);
  }
  if (Array.isArray(copy.type)) {
    const types = copy.type.filter((type) => type !== 'null');
    copy.type = types.length === 1 ? types[0] : types;
  }
  if (copy.properties !== undefined) {
    const properties = copy.properties as Record<string, Schema>;
    copy.properties = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, full(one)]));
  }
  if (copy.items !== undefined && !Array.isArray(copy.items) && copy.prefixItems === undefined) {
    copy.items = full(copy.items as Schema);
    // With two elements, what is reordered is always the first.
    const most = (copy.maxItems as number | undefined) ?? 3;
    copy.wantedItems = Math.min(3, most);
  }
  return copy;
}

/** A valid body with as few members as the schema allows: the same for every seed. */
export function plainBody(source: BodySource): JsonObject {
  const required = new Set((source.requestSchema.required ?? []) as string[]);
  const body = fc.sample(bodies(source), { seed: 1, numRuns: 1 })[0] as JsonObject;
  const nonceMember = source.contract.create.nonce?.split('/')[1];
  const kept = Object.entries(body).filter(([name]) => required.has(name) || name === nonceMember);
  const plain = Object.fromEntries(kept);
  // Some schemas want optional members all the same, by their number for example.
  return isValid(plain, source) ? plain : body;
}

/** The nonce member gets its token, references need fixtures, and the key is not part of the body. */
function instead(place: string, contract: Contract): fc.Arbitrary<Json> | null | undefined {
  const { create, fixtures } = contract;
  if (isOwnAt(contract, place)) return null;
  if (place === create.nonce) {
    const words = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 8 });
    return words.map((list) => `${NONCE_TOKEN} ${list.join(' ')}`);
  }
  const fixture = fixtures[place];
  if (fixture !== undefined && fixture.length > 0) return fc.constantFrom(...fixture);
  return create.references.includes(place) ? null : undefined;
}

const WORDS =
  'make a deck about our Weekly Numbers für das Team – 12 slides, two charts (Größe 1.5) and a summary 🙂'.split(' ');

/** Keeps the first member of each exclusive group that stands in the body. */
function exclusive(body: JsonObject, contract: Contract): JsonObject {
  const dropped = new Set<string>();
  for (const group of contract.create.exclusive) {
    const present = group.map((pointer) => pointer.slice(1)).filter((name) => (body[name] ?? null) !== null);
    for (const name of present.slice(1)) dropped.add(name);
  }
  return Object.fromEntries(Object.entries(body).filter(([name]) => !dropped.has(name)));
}

/** Whether a body arrives as it is, and is valid once key and nonce are in it. */
export function isValid(body: JsonObject, source: BodySource): boolean {
  const { contract, requestSchema } = source;
  return comesBack(contract, body, requestSchema as JsonObject) && isTaken(body, source);
}

/** Whether what arrives of a body is valid. */
export function isTaken(body: JsonObject, source: BodySource): boolean {
  return source.validate(withExamples(body, source));
}

/** The body as it would be sent, for validation. */
function withExamples(body: JsonObject, { contract, requestSchema }: BodySource): Json {
  const value = JSON.parse(unfolded(JSON.stringify(body)).replaceAll(NONCE_TOKEN, NONCE_EXAMPLE)) as JsonObject;
  const isKeyed = contract.key.required || asksForKey(contract, requestSchema as JsonObject);
  const isPlain = contract.create.body === 'json' && companionPointers(contract).length === 0;
  if (!isKeyed && isPlain) return value;
  const [example = ''] = isKeyed ? keyExamples(contract.key) : [];
  const key = isKeyed ? fillKey(example, 'a0'.repeat(32)) : undefined;
  const filled = { key: null, nonce: '', companions: companionsFor(contract, requestSchema as JsonObject) };
  const text = fill(spell(contract, value, key), filled, contract.create.body);
  return bodyIn(contract, text, requestSchema as JsonObject) as Json;
}

const drawn = new WeakMap<JsonObject, Map<string, Json>>();

/** Examples of what goes with a key; of a saved value, one that its schema takes. */
function companionsFor(contract: Contract, schema: JsonObject): Companions {
  const known = drawn.get(schema) ?? new Map<string, Json>();
  drawn.set(schema, known);
  return companionExamples(contract).map((example, n) => {
    const companion = contract.companions[n] as Companion;
    const [pointer] = companionPointers({ companions: [companion] });
    if (!isSavedValue(companion) || pointer === undefined) return example;
    const value = known.get(pointer) ?? sampleOf(schemasAt(schema, pointer), schema) ?? example;
    known.set(pointer, value);
    return typeof value === 'number' || typeof value === 'string' ? value : example;
  });
}

/** A value of a schema that says something; `undefined` where it says nothing, or nothing can be drawn. */
function sampleOf([schema]: JsonObject[], root: JsonObject): Json | undefined {
  if (schema === undefined || Object.keys(schema).length === 0) return undefined;
  try {
    const values = fromSchema(schema as Schema, { root: root as Schema, at: () => undefined });
    return values === null ? undefined : fc.sample(values, { seed: 1, numRuns: 1 })[0];
  } catch (error) {
    if (error instanceof Undrawable) return undefined;
    throw error;
  }
}

/** Whether the request schema requires the key, whatever the contract says of it. */
function asksForKey({ key }: Contract, schema: JsonObject): boolean {
  const path = keyPath(key) ?? [];
  const holders = path.length === 0 ? [] : schemasAt(schema, formatPointer(path.slice(0, -1)));
  return holders.some(({ required }) => Array.isArray(required) && required.includes(path.at(-1) as string));
}
