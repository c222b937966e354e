/** The file that `init` writes: what flags or a document say of each write, what probes saw, and what is left to decide. */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, isScalar } from 'yaml';
import type { GenericContract } from '../contracts/generic.js';
import { isObject, type Json, type JsonObject } from '../contracts/json.js';
import type { Note } from '../contracts/openapi/notes.js';
import type { OpenApiReading } from '../contracts/openapi/read.js';
import { at, parsePointer } from '../contracts/pointer.js';
import type { Conclusion } from '../run/probe/conclusion.js';
import { requirements, safetyRules } from '../suites/index.js';
import { shownByProbes } from '../suites/shown-by-probes.js';

/** A write, what its document says of it, and what probes saw. */
export interface DescribedWrite extends GenericContract {
  notes: Note[];
  seen: Conclusion[];
}

/** A schema of some writes, in a file of its own. */
export interface SchemaFile {
  name: string;
  schema: JsonObject;
  /** Pointer of the member that names it. */
  member: string;
  /** Names of the writes that have it. */
  operations: string[];
}

/** The file of the schema that every write with a body has. */
export const REQUEST_SCHEMA = 'request.schema.json';

/** The members that name schemas, with the files where these are written. */
const SCHEMAS = [
  ['/create/requestSchema', REQUEST_SCHEMA],
  ['/create/resourceSchema', 'resource.schema.json'],
  ['/errors/schema', 'error.schema.json'],
] as const;

/** The files of schemas: one for all writes that have the same, or one for each. */
export function schemaFilesOf(writes: GenericContract[]): SchemaFile[] {
  return SCHEMAS.flatMap(([member, name]): SchemaFile[] => {
    const having = writes.flatMap((write) => {
      const schema = schemaAt(write, member);
      return schema === null ? [] : [{ write, schema }];
    });
    const [first] = having;
    if (first === undefined) return [];
    if (having.every(({ schema }) => isDeepStrictEqual(schema, first.schema)))
      return [{ name, schema: first.schema, member, operations: having.map(({ write }) => nameOf(write)) }];
    return having.map(({ write, schema }) => {
      const operation = nameOf(write);
      return { name: `${operation}.${name}`, schema, member, operations: [operation] };
    });
  });
}

function schemaAt({ said, loaded }: GenericContract, member: string): JsonObject | null {
  if (member === '/create/requestSchema')
    return loaded.contract.create.body === 'none' ? null : loaded.schemas.requestSchema;
  const schema = at(said, member);
  return isObject(schema) ? schema : null;
}

function nameOf({ loaded }: GenericContract): string {
  return loaded.contract.create.name;
}

/** What a reader should decide or correct, in the order of a contract, with what to know about it. */
const TO_DECIDE: [member: string, comment: string, value: Json][] = [
  ['resource', ' What the write makes, as a noun.', 'resource'],
  [
    'judged',
    ' Only these are judged, the safety rules and what probes saw; all others are observed. Leave the member out once the rest is true.',
    [],
  ],
  ['basePath', ' Prefix of every path, such as /v1.', ''],
  ['productionHosts', ' Hosts that are refused without --allow-production.', []],
  ['authentication', ' Sent with every request; the credential comes from IDEM_API_KEY. null: none.', null],
  ['key', ' Where the key travels, and which keys are legal.', { required: false, maxLength: null }],
  ['scope', ' credential, account, or null: not documented.', null],
  ['fingerprint', ' When two bodies are the same: bytes, value, none (never compared), or null: not documented.', null],
  ['create', ' The write under test. The request schema says which bodies are valid: make it as rich as the API.', {}],
  [
    'replay',
    ' How a repeat is answered: success, refusal (then pointer names the id), or null: not documented.',
    { kind: null },
  ],
  [
    'conflict',
    ' How another body under a known key is refused: {statuses: [409], code: {pointer: /error/code, values: [...]}}.',
    null,
  ],
  ['errors', ' What errors look like; with a JSON Schema, all of them are judged by it.', { schema: null }],
  ['inFlight', ' How a duplicate is answered while the first is running: {policy: refuse, statuses: [409]}.', null],
  ['retention', ' Seconds for which a key is remembered at least.', { atLeast: null }],
  [
    'limits',
    ' Requests per minute, and resources that may be unfinished at the same time.',
    { perMinute: null, unfinished: null },
  ],
  ['effects', ' The list that shows what exists, so that effects are counted and not inferred.', { list: null }],
  ['get', ' How one resource is read: {path: "/orders/{id}"}.', null],
  ['cancel', ' How one is cancelled, so that nothing is left behind: {path: "/orders/{id}/cancel"}.', null],
  ['status', ' Where a resource says how far it is, and which values are final.', null],
];

/** Members that speak of the path or the body of one write, and that a file drops where an operation names another. */
const OF_ONE = new Set(['resource', 'create', 'effects', 'get', 'cancel', 'status']);

/** The text of the file, with comments; of several writes what they have in common stands once. */
export function contractText(
  writes: DescribedWrite[],
  files: SchemaFile[],
  out: string,
  reading: OpenApiReading | null,
): string {
  const each = writes.map((write) => ({ write, members: membersOf(write, files) }));
  const [first, ...others] = each as [(typeof each)[0], ...typeof each];
  const { name = 'my-api', version } = first.write.said;
  const head = { name, ...(others.length === 0 ? { title: first.write.loaded.contract.title } : {}) };
  const own = new Set(Object.keys(first.members).filter((member) => others.length > 0 && !isShared(member, each)));
  const pick = (members: JsonObject, isOwn: boolean) =>
    Object.fromEntries(Object.entries(members).filter(([member]) => own.has(member) === isOwn));
  const judged = judgedBy(writes);
  const shared = pick({ ...first.members, judged }, false);
  const below = () =>
    Object.fromEntries(each.map(({ write, members }) => [nameOf(write), operationIn(pick(members, true))]));
  const members = { ...head, ...(version === undefined ? {} : { version }), ...shared };
  const document = new Document(others.length === 0 ? members : { ...members, operations: below() });
  const seen = writes.flatMap((write) => write.seen);
  document.commentBefore = [
    ` yaml-language-server: $schema=${schemaFor(out)}`,
    ` What ${others.length === 0 ? 'one write promises' : 'the writes promise'} about idempotency. null means: not known, so observed and not judged.`,
    ' Members that are left out have their defaults, which the schema above describes.',
    ...sourceLines(reading),
    ...(seen.length === 0
      ? []
      : [' What was seen was seen once, and is a guess: correct it where the documentation says otherwise.']),
  ].join('\n');
  const placeOf = (write: DescribedWrite, way: string[]) =>
    own.has(way[0] as string) ? ['operations', nameOf(write), ...way] : way;
  for (const [member, comment] of TO_DECIDE) comments(document, placeOf(first.write, [member]), [comment]);
  for (const { write } of each) {
    for (const { member, text, guess } of write.notes)
      comments(document, placeOf(write, parsePointer(member)), [
        ` ${guess ? 'Guessed from the document' : 'From the document'}: ${text}`,
      ]);
    for (const one of write.seen) comments(document, placeOf(write, parsePointer(one.member)), commentOf(one));
  }
  comments(document, ['operations'], [' What is said above holds for each of them.']);
  return document.toString({ lineWidth: 0 });
}

/** What stands below the name of an operation, which it need not say again. */
function operationIn(members: JsonObject): JsonObject {
  const { name: _name, ...create } = members.create as JsonObject;
  return { ...members, create };
}

/** Whether a member stands once for all writes. */
function isShared(member: string, each: { members: JsonObject }[]): boolean {
  const values = each.map(({ members }) => members[member]);
  return !OF_ONE.has(member) && values.every((value) => isDeepStrictEqual(value, values[0]));
}

/** What probes saw of each write, and the safety rules. */
function judgedBy(writes: DescribedWrite[]): string[] {
  const shown = writes.map(({ seen }) => new Set(shownByProbes(seen.flatMap(({ shows = [] }) => shows))));
  return requirements.map(({ id }) => id).filter((id) => safetyRules.includes(id) || shown.every((ids) => ids.has(id)));
}

/** What is said and was seen of a write, with what is left to decide, in the order of a contract. */
function membersOf({ said, loaded: { contract }, seen }: DescribedWrite, files: SchemaFile[]): JsonObject {
  const { nonce, body } = contract.create;
  const { format, pattern } = contract.key;
  const grammar = { ...(format === null ? {} : { format }), ...(pattern === null ? {} : { pattern }) };
  const known: JsonObject = {
    ...said,
    key: { ...(said.key as JsonObject), ...grammar },
    create: { ...(said.create as JsonObject), ...(body === 'none' ? {} : { nonce }) },
  };
  for (const { name, member, operations } of files)
    if (operations.includes(contract.create.name)) put(known, parsePointer(member), name);
  for (const { member, value } of seen) put(known, parsePointer(member), value);
  const { name: _name, version: _version, ...others } = known;
  const members: JsonObject = {};
  for (const [member, , value] of TO_DECIDE) {
    const own = known[member];
    members[member] = isObject(own) && isObject(value) ? { ...own, ...missing(value, own) } : (own ?? value);
  }
  for (const [member, own] of Object.entries(others)) members[member] ??= own;
  return members;
}

/** Which writes of a document these are, and which others take a key. */
function sourceLines(reading: OpenApiReading | null): string[] {
  if (reading === null) return [];
  const { used, also } = reading;
  const others = reading.others.filter(({ problem }) => problem === null).map(({ endpoint }) => endpoint);
  return [
    ` From an OpenAPI document: ${[used, ...also].map(({ endpoint }) => endpoint).join(', ')}. It rarely says what a key promises: correct what you know better.`,
    ...(others.length === 0 ? [] : [` Other writes with a key, for --endpoint: ${others.join(', ')}`]),
  ];
}

function commentOf({ value, says, lines }: Conclusion): string[] {
  const first = value === undefined ? ` Seen: ${says}` : ` Seen, not documented: ${says}`;
  return [first, ...lines.map((line) => `   ${line}`)];
}

/** Sets a member; one that the answers leave open stands there as null, so that the comment has a place. */
function put(into: JsonObject, [name = '', ...rest]: string[], value: Json | undefined): void {
  const own = into[name];
  if (rest.length > 0) {
    const inner = isObject(own) ? { ...own } : {};
    into[name] = inner;
    put(inner, rest, value);
  } else if (value !== undefined) into[name] = isObject(own) && isObject(value) ? { ...own, ...value } : value;
  else if (own === undefined && !TO_DECIDE.some(([member]) => member === name)) into[name] = null;
}

/** Adds lines to the comment above a member. */
function comments(document: Document, way: string[], lines: string[]): void {
  const map = document.getIn(way.slice(0, -1), true);
  if (!isMap(map)) return;
  for (const { key } of map.items) {
    if (!isScalar(key) || key.value !== way.at(-1)) continue;
    const before = key.commentBefore == null ? [] : key.commentBefore.split('\n');
    // What several writes have in common is said of each.
    key.commentBefore = [...before, ...lines.filter((line) => !before.includes(line))].join('\n');
  }
}

function missing(defaults: JsonObject, from: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(defaults).filter(([name]) => !(name in from)));
}

/** Where an editor finds the contract schema, relative to the file: in the package that is installed, or will be. */
function schemaFor(out: string): string {
  const inside = ['idem-conformance', 'contracts', 'contract.schema.json'];
  const folders = createRequire(resolve(out)).resolve.paths(inside[0] as string) ?? [];
  const installed = folders.map((folder) => join(folder, ...inside)).find((one) => existsSync(one));
  const path = relative(dirname(resolve(out)), installed ?? resolve('node_modules', ...inside))
    .split(sep)
    .join('/');
  return path.startsWith('.') ? path : `./${path}`;
}
