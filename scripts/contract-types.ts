/** The types of contracts, from their schema: those of a contract as it is loaded, where every member is there. */
import { readFileSync } from 'node:fs';
import { compile, type JSONSchema } from 'json-schema-to-typescript';

const source = new URL('../contracts/contract.schema.json', import.meta.url);

const BANNER = `// biome-ignore-all format: generated
/** Generated from contract.schema.json by \`npm run generate\`: change the schema instead. */
import type { Json, JsonObject } from './json.js';`;

/** Members that are gone once a contract is loaded. */
const ONLY_IN_FILES = ['$schema', 'extends', 'operations'];

const file = JSON.parse(readFileSync(source, 'utf8')) as JSONSchema;

/** The schema of what was loaded: every member required, nothing referred to, no titles, which would name types. */
function resolved({ $ref, ...own }: JSONSchema): JSONSchema {
  const name = $ref?.split('/').at(-1);
  const {
    title: _title,
    default: _default,
    propertyNames: _names,
    ...schema
  } = { ...(name && file.$defs?.[name]), ...own } as JSONSchema;
  const copy: JSONSchema = Object.fromEntries(
    Object.entries(schema).map(([word, value]) => [word, inside(word, value)]),
  );
  if (copy.properties !== undefined) copy.required = Object.keys(copy.properties);
  const types = [copy.type].flat();
  const open = copy.properties === undefined && copy.additionalProperties === undefined;
  if (types.includes('object') && open) {
    copy.tsType = types.map((type) => (type === 'object' ? 'JsonObject' : type)).join(' | ');
  }
  if (types.includes('array') && copy.items === undefined) copy.tsType = 'Json[]';
  return copy;
}

function inside(word: string, value: JSONSchema): unknown {
  if (word === 'items' || (word === 'additionalProperties' && typeof value === 'object')) return resolved(value);
  if (word !== 'properties') return value;
  return Object.fromEntries(
    Object.entries(value as Record<string, JSONSchema>).map(([name, schema]) => [name, resolved(schema)]),
  );
}

export function contractTypes(): Promise<string> {
  const { $defs: _defs, $id: _id, if: _if, then: _then, ...top } = file;
  const kept = Object.entries(top.properties ?? {}).filter(([name]) => !ONLY_IN_FILES.includes(name));
  return compile(resolved({ ...top, properties: Object.fromEntries(kept) }), 'Contract', {
    additionalProperties: false,
    bannerComment: BANNER,
    ignoreMinAndMaxItems: true,
    style: { bracketSpacing: true, printWidth: 120, singleQuote: true },
  });
}
