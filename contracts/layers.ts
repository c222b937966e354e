/** A contract file and those that it extends, merged into one, with what each member was said by. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ContractDocument, ContractError, type Problem, readDocument } from './document.js';
import { USUAL_PLACE } from './ids.js';
import { isObject, type JsonObject } from './json.js';
import { at, formatPointer, parsePointer } from './pointer.js';

/** A file of the chain, or what it says of one operation. */
interface Layer {
  file: string;
  /** It is about an operation, and has no name of its own. */
  isOperation?: boolean;
  value: JsonObject;
  document: ContractDocument;
}

/** What is said of one write. */
export interface Layers {
  value: JsonObject;
  /** The folder of the file that says the member at a pointer: names of files are relative to it. */
  folderOf(member: string): string;
  /** One line for each problem, with file, line and column of the member that is wrong. */
  error(problems: Problem[]): ContractError;
}

/** What is said of all operations together. */
export interface SharedLayers extends Layers {
  /** Names of the operations; none where the contract is about one write. */
  operations: string[];
  /** What is said of one of them: its own members over those of all. */
  of(operation: string): Layers;
}

/** Where a contract that is named is found, and how its file is shown in messages. Throws an `Error`. */
export type Locate = (name: string, from: string) => { file: string; shown: string };

/** Reads a contract and all that it extends; `said` is said besides, and extends them all. Throws `ContractError`. */
export function readLayers(file: string, shown: string, locate: Locate, said?: JsonObject): SharedLayers {
  const files = chain(file, shown, locate, []);
  const top = said === undefined ? [] : [besides(said, shown)];
  const operations = [...new Set(files.flatMap(({ value }) => Object.keys(operationsIn(value))))];
  const of = (operation: string) =>
    layersOf([...top, ...files.flatMap((layer) => overlay(layer, operation)), ...files.map(shared)]);
  return { ...layersOf([...top, ...files]), operations, of };
}

function layersOf(layers: Layer[]): Layers {
  const value = layers.reduceRight<JsonObject>((base, layer) => extended(base, layer), {});
  const layerOf = (member: string) => {
    const depths = layers.map((layer) => depthIn(layer.value, member));
    return layers[depths.indexOf(Math.max(...depths))] as Layer;
  };
  return {
    value,
    folderOf: (member) => dirname(layerOf(member).file),
    error: (problems) => {
      const lines = layers.flatMap((layer) => {
        const own = problems.filter(({ member }) => layerOf(member) === layer);
        return own.length === 0 ? [] : [layer.document.error(own).message];
      });
      return new ContractError(lines.join('\n'));
    },
  };
}

function operationsIn({ operations }: JsonObject): JsonObject {
  return isObject(operations) ? operations : {};
}

/** A file without its operations. */
function shared({ value: { operations: _operations, ...value }, ...layer }: Layer): Layer {
  return { ...layer, value };
}

/** What a file says of one operation. */
function overlay({ file, value, document }: Layer, operation: string): Layer[] {
  const said = operationsIn(value)[operation];
  if (said === undefined) return [];
  const below = formatPointer(['operations', operation]);
  const inFile = (problems: Problem[]) => problems.map(({ member, text }) => ({ member: below + member, text }));
  const error = (problems: Problem[]) => document.error(inFile(problems));
  return [{ file, isOperation: true, value: isObject(said) ? said : {}, document: { value: said, error } }];
}

/** What no file says. */
function besides(value: JsonObject, shown: string): Layer {
  return unwritten(value, `what is said besides ${shown}`);
}

/** A contract that no file holds; what is `said` besides extends it. */
export function valueLayers(value: JsonObject, said: JsonObject, shown: string): Layers {
  const { error } = unwritten(value, shown).document;
  return { value: extended(value, unwritten(said, shown)), folderOf: () => '.', error };
}

function unwritten(value: JsonObject, shown: string): Layer {
  const error = (problems: Problem[]) =>
    new ContractError(problems.map(({ member, text }) => `${shown}: ${member}: ${text}`).join('\n'));
  return { file: '', value, document: { value, error } };
}

/** The files of a chain, the one that was asked for first. */
function chain(file: string, shown: string, locate: Locate, before: string[]): Layer[] {
  const document = readDocument(file, shown);
  if (!isObject(document.value)) {
    throw document.error([{ member: '', text: "must be a mapping of the contract's members" }]);
  }
  const { $schema: _schema, extends: base, ...value } = document.value;
  const layer = { file, value, document };
  if (base === undefined) return [layer];
  const wrong = (text: string) => document.error([{ member: '/extends', text }]);
  if (typeof base !== 'string' || base === '') throw wrong('must be the name of a contract or of a contract file');
  const known = [...before, realpathSync(file)];
  let next: { file: string; shown: string };
  try {
    next = locate(base, dirname(file));
  } catch (error) {
    throw wrong((error as Error).message);
  }
  if (!existsSync(next.file)) throw wrong(`there is no file ${base}; check the path, which is relative to this file`);
  if (known.includes(realpathSync(next.file))) throw wrong(`${base} leads back to a contract that extends it`);
  return [layer, ...chain(next.file, next.shown, locate, known)];
}

/** What speaks of a request body. */
const OF_THE_BODY = [
  ...[
    '/create/requestSchema',
    '/create/example',
    '/create/nonce',
    '/create/echo',
    '/create/exclusive',
    '/create/unique',
  ],
  ...['/create/references', '/fixtures', '/effects/list/nonce', '/webhooks'],
];

/** A member that is said anew, and what of the contract that is extended does not hold any more. */
const LEFT_BEHIND: [said: string, dropped: string[]][] = [
  ['/create/path', ['/title', '/get', '/cancel', '/effects/list', '/effects/counter']],
  // A schema that describes an id says nothing of answers that have theirs elsewhere, or none.
  ['/create/id', ['/create/immutable', '/create/resourceSchema', '/effects/list/id']],
  ...['/create/requestSchema', '/create/example'].map((said): [string, string[]] => [said, OF_THE_BODY]),
  ['/create/resourceSchema', ['/create/resourceSchema']],
  ['/errors/schema', ['/errors/schema']],
];

/** Mappings are merged; everything else replaces. */
function extended(base: JsonObject, { value: over, isOperation = false }: Layer): JsonObject {
  const id = at(base, '/create/id');
  const before = (said: string) => (said === '/create/id' && id === undefined ? USUAL_PLACE : at(base, said));
  const dropped = LEFT_BEHIND.filter(
    ([said]) => at(over, said) !== undefined && at(over, said) !== before(said),
  ).flatMap(([, pointers]) => pointers);
  if (at(over, '/create/id') === null) dropped.push('/get', '/cancel', '/webhooks');
  // Without a body nothing points into one.
  if (at(over, '/create/body') === 'none' && at(base, '/create/body') !== 'none') dropped.push(...OF_THE_BODY);
  // A name is that of its own contract.
  return merged([...(isOperation ? [] : ['/name']), ...dropped].reduce(without, base), over);
}

function merged(base: JsonObject, over: JsonObject): JsonObject {
  const members = new Map(Object.entries(base));
  for (const [name, value] of Object.entries(over)) {
    const old = members.get(name);
    members.set(name, isObject(old) && isObject(value) ? merged(old, value) : value);
  }
  return Object.fromEntries(members);
}

function without(value: JsonObject, pointer: string): JsonObject {
  const [name = '', ...rest] = parsePointer(pointer);
  const inner = at(value, formatPointer([name]));
  if (rest.length > 0) return isObject(inner) ? { ...value, [name]: without(inner, `/${rest.join('/')}`) } : value;
  const { [name]: _dropped, ...kept } = value;
  return kept;
}

/** How many names of the pointer lead somewhere in a value. */
function depthIn(value: JsonObject, member: string): number {
  const names = parsePointer(member);
  const depth = names.findIndex(
    (_, n) =>
      at(
        value,
        member
          .split('/')
          .slice(0, n + 2)
          .join('/'),
      ) === undefined,
  );
  return depth < 0 ? names.length : depth;
}
