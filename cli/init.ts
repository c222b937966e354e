/** `idem-conformance init`: writes a contract file for any API, from flags or a few questions, with what probes saw. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { TokenRefused } from '../client/credentials.js';
import { describeGeneric, type GenericOptions } from '../contracts/generic.js';
import { type OpenApiReading, readingLines } from '../contracts/openapi/read.js';
import { visibleLine } from '../reports/visible.js';
import { count } from '../reports/words.js';
import { withDocument } from '../run/openapi.js';
import { statOf } from '../run/options/files.js';
import { type NameOf, UsageError } from '../run/options/usage.js';
import { connectionOf, describing, openApiOf, type RunOptions } from '../run/options.js';
import { MOST_PROBES, type Probed, probe } from '../run/probe.js';
import { refuseProduction } from '../run/production.js';
import { checkSecrets } from '../run/secrets.js';
import { tokenWords } from '../run/tokens.js';
import { safetyRules } from '../suites/index.js';
import { contractText, type DescribedWrite, REQUEST_SCHEMA, schemaFilesOf } from './contract-file.js';
import type { Given } from './options.js';

/** What is written, and where it comes from. */
interface Description {
  writes: DescribedWrite[];
  reading: OpenApiReading | null;
}

/**
 * @param out the file to write
 * @returns exit code 0. Throws `UsageError` and `ContractError`.
 */
export async function initContract(out: string, given: Given): Promise<number> {
  const options = await withDocument(given.options);
  const connection = connectionOf(options);
  // Before any question is asked.
  checkFree(options.openapi === undefined ? [out, join(dirname(out), REQUEST_SCHEMA)] : [out]);
  if (!statOf(dirname(out))?.isDirectory())
    throw new UsageError(`--out ${out}: there is no folder ${dirname(out)}. Make it, or choose another.`);
  const { writes, reading } = await describedBy(options);
  const files = schemaFilesOf(writes);
  const written = files.map(({ name }) => join(dirname(out), name));
  checkFree(written);
  const [{ loaded: first }] = writes as [DescribedWrite];
  if (reading !== null) process.stdout.write(`${readingLines(first.file, reading).map(visibleLine).join('\n')}\n`);
  const probed = await probeTargets(writes, options, given.front.nameOf);
  const seen = writes.map((write, n) => ({ ...write, seen: probed[n]?.conclusions ?? [] }));
  for (const { name, schema } of files) writeFileSync(join(dirname(out), name), `${JSON.stringify(schema, null, 2)}\n`);
  writeFileSync(out, contractText(seen, files, out, reading));
  for (const refused of new Set(probed.flatMap((one) => one.refused ?? [])))
    process.stderr.write(`idem-conformance: Seen: ${refused}\n`);
  const total = (counts: number[]) => counts.reduce((sum, one) => sum + one, 0);
  process.stdout.write(
    (probed.length === 0
      ? ''
      : `Sent ${count(total(probed.map(({ sent }) => sent)), 'request')}, which made ${count(total(probed.map(({ made }) => made)), 'resource')}.\n`) +
      `Wrote ${[out, ...written].join(', ').replace(/, ([^,]*)$/, ' and $1')}. Read ${written.length > 0 ? 'them' : 'it'}, correct what you know better, then:\n` +
      `  npx idem-conformance --contract ${out.includes('/') ? out : `./${out}`} --target ${connection.targets[0] ?? 'URL'}\n`,
  );
  return 0;
}

/** Throws `UsageError` where a file is there that would be written over. */
function checkFree(files: string[]): void {
  for (const file of files)
    if (existsSync(file))
      throw new UsageError(`${file} is there already: move it away, or name another folder with --out FOLDER/FILE.`);
}

/** What flags and answers describe, or a document. */
async function describedBy(options: RunOptions): Promise<Description> {
  if (options.openapi !== undefined) {
    const { operations, reading } = openApiOf(options);
    const notes = [reading.used, ...reading.also].map((write) => write.notes);
    return { writes: operations.map((write, n) => ({ ...write, notes: notes[n] ?? [], seen: [] })), reading };
  }
  const authenticated = (options.credentials?.first ?? '') !== '';
  const description = await complete(options.endpoint ?? {}, authenticated);
  const described = describing(() => describeGeneric(description, safetyRules));
  return { writes: [{ ...described, notes: [], seen: [] }], reading: null };
}

/** What is seen of each write; nothing where there is nothing to send to. */
async function probeTargets(writes: DescribedWrite[], options: RunOptions, nameOf: NameOf): Promise<Probed[]> {
  const connection = connectionOf(options);
  const [{ loaded }] = writes as [DescribedWrite];
  if (connection.targets.length === 0) return [];
  refuseProduction(options, loaded);
  checkSecrets(connection, loaded.contract);
  process.stdout.write(
    `Probing ${connection.targets[0]} with at most ${MOST_PROBES * writes.length} requests, most of which may create a resource.\n`,
  );
  const named = tokenWords({ connection, contract: loaded.contract, bundled: false, flagged: true, nameOf });
  process.stdout.write(named.map((words) => `${visibleLine(words)}\n`).join(''));
  const probed: Probed[] = [];
  try {
    for (const write of writes) probed.push(await probe(write.loaded, connection, nameOf));
  } catch (error) {
    throw error instanceof TokenRefused ? new UsageError(error.message) : error;
  }
  return probed;
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
