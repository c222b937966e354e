/** A contract file and those that it extends, merged into one, with what each member was said by. */
import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ContractDocument, ContractError, type Problem, readDocument } from './document.js';
import { isObject, type JsonObject } from './json.js';
import { at, formatPointer, parsePointer } from './pointer.js';

/** A file of the chain. */
interface Layer {
  file: string;
  value: JsonObject;
  document: ContractDocument;
}

export interface Layers {
  value: JsonObject;
  /** The folder of the file that says the member at a pointer: names of files are relative to it. */
  folderOf(member: string): string;
  /** One line for each problem, with file, line and column of the member that is wrong. */
  error(problems: Problem[]): ContractError;
}

/** Where a contract that is named is found, and how its file is shown in messages. Throws an `Error`. */
export type Locate = (name: string, from: string) => { file: string; shown: string };

/** Reads a contract and all that it extends; `said` is said besides, and extends them all. Throws `ContractError`. */
export function readLayers(file: string, shown: string, locate: Locate, said?: JsonObject): Layers {
  const layers = [...(said === undefined ? [] : [besides(said, shown)]), ...chain(file, shown, locate, [])];
  const value = layers.reduceRight<JsonObject>((base, layer) => extended(base, layer.value), {});
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

/** What no file says. */
function besides(value: JsonObject, shown: string): Layer {
  return unwritten(value, `what is said besides ${shown}`);
}

/** A contract that no file holds; what is `said` besides extends it. */
export function valueLayers(value: JsonObject, said: JsonObject, shown: string): Layers {
  const { error } = unwritten(value, shown).document;
  return { value: extended(value, said), folderOf: () => '.', error };
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

/** A member that is said anew, and what of the contract that is extended does not hold any more. */
const LEFT_BEHIND: [said: string, dropped: string[]][] = [
  ['/create/path', ['/title', '/get', '/cancel', '/effects/list', '/effects/counter']],
  ['/create/id', ['/create/immutable', '/effects/list/id']],
  ...['/create/requestSchema', '/create/example'].map((said): [string, string[]] => [
    said,
    [
      ...[
        '/create/requestSchema',
        '/create/example',
        '/create/nonce',
        '/create/echo',
        '/create/exclusive',
        '/create/unique',
      ],
      ...['/create/references', '/fixtures', '/effects/list/nonce', '/webhooks'],
    ],
  ]),
  ['/create/resourceSchema', ['/create/resourceSchema']],
  ['/errors/schema', ['/errors/schema']],
];

/** Mappings are merged; everything else replaces. */
function extended(base: JsonObject, over: JsonObject): JsonObject {
  const dropped = LEFT_BEHIND.filter(
    ([said]) => at(over, said) !== undefined && at(over, said) !== at(base, said),
  ).flatMap(([, pointers]) => pointers);
  // A name is that of its own contract.
  return merged(['/name', ...dropped].reduce(without, base), over);
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
