/** `idem-conformance init`: writes a contract file for any API, from flags or a few questions, with what probes saw. */
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Document, isMap, isScalar } from 'yaml';
import { TokenRefused } from '../client/credentials.js';
import { describeGeneric, type GenericContract, type GenericOptions } from '../contracts/generic.js';
import { isObject, type Json, type JsonObject } from '../contracts/json.js';
import type { LoadedContract } from '../contracts/load.js';
import { type OpenApiReading, readingLines } from '../contracts/openapi/read.js';
import { at, parsePointer } from '../contracts/pointer.js';
import { visibleLine } from '../reports/visible.js';
import { count } from '../reports/words.js';
import { withDocument } from '../run/openapi.js';
import { statOf } from '../run/options/files.js';
import { type NameOf, UsageError } from '../run/options/usage.js';
import { connectionOf, describing, openApiOf, type RunOptions } from '../run/options.js';
import type { Conclusion } from '../run/probe/conclusion.js';
import { MOST_PROBES, type Probed, probe } from '../run/probe.js';
import { refuseProduction } from '../run/production.js';
import { checkSecrets } from '../run/secrets.js';
import { tokenWords } from '../run/tokens.js';
import { requirements, safetyRules } from '../suites/index.js';
import { shownByProbes } from '../suites/shown-by-probes.js';
import type { Given } from './options.js';

const SCHEMA_FILE = 'request.schema.json';

/** Schemas besides that of the request, which a document may have. */
const MORE_SCHEMAS = [
  ['/create/resourceSchema', 'resource.schema.json'],
  ['/errors/schema', 'error.schema.json'],
] as const;

/** What is written, and where it comes from. */
interface Description extends GenericContract {
  reading: OpenApiReading | null;
}

/**
 * @param out the file to write
 * @returns exit code 0. Throws `UsageError` and `ContractError`.
 */
export async function initContract(out: string, given: Given): Promise<number> {
  const schemaFile = join(dirname(out), SCHEMA_FILE);
  const options = await withDocument(given.options);
  const connection = connectionOf(options);
  const more = MORE_SCHEMAS.map(([, name]) => join(dirname(out), name));
  for (const file of [out, schemaFile, ...(options.openapi === undefined ? [] : more)]) {
    if (existsSync(file))
      throw new UsageError(`${file} is there already: move it away, or name another folder with --out FOLDER/FILE.`);
  }
  if (!statOf(dirname(out))?.isDirectory())
    throw new UsageError(`--out ${out}: there is no folder ${dirname(out)}. Make it, or choose another.`);
  const described = await describedBy(options);
  const { loaded, reading } = described;
  if (reading !== null) process.stdout.write(`${readingLines(loaded.file, reading).map(visibleLine).join('\n')}\n`);
  const probed = await probeTargets(loaded, options, given.front.nameOf);
  const hasBody = loaded.contract.create.body !== 'none';
  const written = hasBody ? [schemaFile] : [];
  if (hasBody) writeFileSync(schemaFile, `${JSON.stringify(loaded.schemas.requestSchema, null, 2)}\n`);
  for (const [member, name] of MORE_SCHEMAS) {
    const schema = at(described.said, member);
    if (!isObject(schema)) continue;
    written.push(join(dirname(out), name));
    writeFileSync(join(dirname(out), name), `${JSON.stringify(schema, null, 2)}\n`);
  }
  writeFileSync(out, commented(described, out, probed?.conclusions ?? []));
  if (typeof probed?.refused === 'string') process.stderr.write(`idem-conformance: Seen: ${probed.refused}\n`);
  process.stdout.write(
    (probed === null ? '' : `Sent ${count(probed.sent, 'request')}, which made ${count(probed.made, 'resource')}.\n`) +
      `Wrote ${[out, ...written].join(', ').replace(/, ([^,]*)$/, ' and $1')}. Read ${written.length > 0 ? 'them' : 'it'}, correct what you know better, then:\n` +
      `  npx idem-conformance --contract ${out.includes('/') ? out : `./${out}`} --target ${connection.targets[0] ?? 'URL'}\n`,
  );
  return 0;
}

/** What flags and answers describe, or a document. */
async function describedBy(options: RunOptions): Promise<Description> {
  if (options.openapi !== undefined) return openApiOf(options);
  const authenticated = (options.credentials?.first ?? '') !== '';
  const description = await complete(options.endpoint ?? {}, authenticated);
  return { ...describing(() => describeGeneric(description, safetyRules)), reading: null };
}

/** `null` where there is nothing to send to. */
async function probeTargets(loaded: LoadedContract, options: RunOptions, nameOf: NameOf): Promise<Probed | null> {
  const connection = connectionOf(options);
  if (connection.targets.length === 0) return null;
  refuseProduction(options, loaded);
  checkSecrets(connection, loaded.contract);
  process.stdout.write(
    `Probing ${connection.targets[0]} with at most ${MOST_PROBES} requests, most of which may create a resource.\n`,
  );
  const named = tokenWords({ connection, contract: loaded.contract, bundled: false, flagged: true, nameOf });
  process.stdout.write(named.map((words) => `${visibleLine(words)}\n`).join(''));
  try {
    return await probe(loaded, connection, nameOf);
  } catch (error) {
    throw error instanceof TokenRefused ? new UsageError(error.message) : error;
  }
}

/** Asks for what the flags leave open, where somebody can answer. */
async function complete(flags: NonNullable<RunOptions['endpoint']>, authenticated: boolean): Promise<GenericOptions> {
  const { endpoint, key } = flags;
  const hasNoBody = flags.bodyType === 'none';
  if (endpoint !== undefined && key !== undefined && (hasNoBody || (flags.body ?? flags.bodySchema) !== undefined))
    return { ...flags, endpoint, key, authenticated };
  if (!process.stdin.isTTY) {
    throw new UsageError(
      "There is no terminal to ask at, so say it with --endpoint 'POST /orders', --key header:NAME and --body FILE.",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const ask = async (question: string, known: string | undefined, otherwise: string) =>
    known ?? ((await terminal.question(`${question} [${otherwise}] `)).trim() || otherwise);
  try {
    return {
      endpoint: await ask('Which endpoint creates something?', flags.endpoint, 'POST /orders'),
      key: await ask('Where is its key?', flags.key, 'header:Idempotency-Key'),
      id: await ask('Where does a success show the id?', flags.id, '/id'),
      body:
        flags.bodySchema === undefined && !hasNoBody
          ? await ask('A JSON file with an example of its body?', flags.body, 'body.json')
          : undefined,
      bodySchema: flags.bodySchema,
      bodyType: flags.bodyType,
      list:
        (await ask("Which list shows what exists? ('none' if there is none)", flags.list, 'none')).replace(
          /^none$/,
          '',
        ) || undefined,
      auth: flags.auth,
      tokenCommand: flags.tokenCommand,
      authenticated,
    };
  } finally {
    terminal.close();
  }
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

/** The file: what the flags said, what the probes saw, and what is left to decide, with comments. */
function commented({ said, loaded: { contract }, reading }: Description, out: string, seen: Conclusion[]): string {
  const { nonce } = contract.create;
  const { format, pattern } = contract.key;
  const grammar = { ...(format === null ? {} : { format }), ...(pattern === null ? {} : { pattern }) };
  const hasBody = contract.create.body !== 'none';
  const shown = new Set([...safetyRules, ...shownByProbes(seen.flatMap(({ shows = [] }) => shows))]);
  const known: JsonObject = {
    ...said,
    key: { ...(said.key as JsonObject), ...grammar },
    judged: requirements.map(({ id }) => id).filter((id) => shown.has(id)),
    create: { ...(said.create as JsonObject), ...(hasBody ? { requestSchema: SCHEMA_FILE, nonce } : {}) },
  };
  for (const [member, name] of MORE_SCHEMAS) if (isObject(at(said, member))) put(known, parsePointer(member), name);
  for (const { member, value } of seen) put(known, parsePointer(member), value);
  const members: JsonObject = { name: said.name ?? 'my-api', title: contract.title };
  if (said.version !== undefined) members.version = said.version;
  for (const [member, , value] of TO_DECIDE) {
    const own = known[member];
    members[member] = isObject(own) && isObject(value) ? { ...own, ...missing(value, own) } : (own ?? value);
  }
  for (const [member, own] of Object.entries(known)) members[member] ??= own;
  const document = new Document(members);
  document.commentBefore = [
    ` yaml-language-server: $schema=${schemaFor(out)}`,
    ' What one write promises about idempotency. null means: not known, so observed and not judged.',
    ' Members that are left out have their defaults, which the schema above describes.',
    ...sourceLines(reading),
    ...(seen.length === 0
      ? []
      : [' What was seen was seen once, and is a guess: correct it where the documentation says otherwise.']),
  ].join('\n');
  for (const [member, comment] of TO_DECIDE) comments(document, [member], [comment]);
  for (const { member, text, guess } of reading?.used.notes ?? [])
    comments(document, parsePointer(member), [
      ` ${guess ? 'Guessed from the document' : 'From the document'}: ${text}`,
    ]);
  for (const one of seen) comments(document, parsePointer(one.member), commentOf(one));
  return document.toString({ lineWidth: 0 });
}

/** Which write of a document it is, and which others take a key. */
function sourceLines(reading: OpenApiReading | null): string[] {
  if (reading === null) return [];
  const others = [...reading.also, ...reading.others]
    .filter(({ problem }) => problem === null)
    .map(({ endpoint }) => endpoint);
  return [
    ` From an OpenAPI document: ${reading.used.endpoint}. It rarely says what a key promises: correct what you know better.`,
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
    key.commentBefore = [...(key.commentBefore == null ? [] : [key.commentBefore]), ...lines].join('\n');
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
