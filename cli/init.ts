/** `idem-conformance init`: writes a contract file for any API, from flags or a few questions, with what probes saw. */
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Document, isMap, isScalar } from 'yaml';
import { describeGeneric, type GenericOptions } from '../contracts/generic.js';
import type { LoadedContract } from '../contracts/load.js';
import { newAjv } from '../contracts/schemas.js';
import { connectionOf, describing, type RunOptions, UsageError } from '../run/options.js';
import { probe } from '../run/probe.js';
import type { Given } from './options.js';

/**
 * @param out the file to write
 * @returns exit code 0. Throws `UsageError` and `ContractError`.
 */
export async function initContract(out: string, { options }: Given): Promise<number> {
  const schemaFile = join(dirname(out), 'request.schema.json');
  const connection = connectionOf(options);
  for (const file of [out, schemaFile]) {
    if (existsSync(file))
      throw new UsageError(`${file} is there already: move it away, or name another folder with --out FOLDER/FILE.`);
  }
  if (!statSync(dirname(out), { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`--out ${out}: there is no folder ${dirname(out)}. Make it, or choose another.`);
  const description = await complete(options.endpoint ?? {}, (connection.credentials.first ?? '') !== '');
  const { contract, requestSchema } = describing(() => describeGeneric(description));
  const loaded: LoadedContract = {
    contract,
    file: out,
    schemas: { request: newAjv({ strict: false }).compile(requestSchema), requestSchema, resource: null, error: null },
  };
  const seen = connection.targets.length === 0 ? {} : await probe(loaded, connection);
  writeFileSync(schemaFile, `${JSON.stringify(requestSchema, null, 2)}\n`);
  writeFileSync(out, commented(loaded, seen));
  if (seen.authentication !== undefined) process.stderr.write(`idem-conformance:${seen.authentication}\n`);
  process.stdout.write(
    `Wrote ${out} and ${schemaFile}. Read them, correct what you know better, then:\n` +
      `  npx idem-conformance --contract ${out.includes('/') ? out : `./${out}`} --target ${connection.targets[0] ?? 'URL'}\n`,
  );
  return 0;
}

/** Asks for what the flags leave open, where somebody can answer. */
async function complete(flags: NonNullable<RunOptions['endpoint']>, authenticated: boolean): Promise<GenericOptions> {
  const { endpoint, key } = flags;
  if (endpoint !== undefined && key !== undefined && (flags.body ?? flags.bodySchema) !== undefined)
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
        flags.bodySchema === undefined
          ? await ask('A JSON file with an example of its body?', flags.body, 'body.json')
          : undefined,
      bodySchema: flags.bodySchema,
      list:
        (await ask("Which list shows what exists? ('none' if there is none)", flags.list, 'none')).replace(
          /^none$/,
          '',
        ) || undefined,
      authenticated,
    };
  } finally {
    terminal.close();
  }
}

/** What to do with each member, for somebody who has never seen a contract. */
const COMMENTS: Record<string, string> = {
  judged: ' Only these are judged, all others are observed. Leave the member out once the rest of this file is true.',
  basePath: ' Prefix of every path, e.g. /v1.',
  productionHosts: ' Hosts that are refused without --allow-production.',
  authentication: ' Sent with every request; the credential comes from IDEM_API_KEY. null: none.',
  key: ' Where the key travels, and which keys are legal. null: not documented.',
  scope: ' credential, account, or null: not documented.',
  fingerprint: ' When two bodies are the same: bytes, value, none (never compared), or null: not documented.',
  create: ' The write under test. The request schema says which bodies are valid: make it as rich as the API.',
  replay: ' How a repeat is answered: success, refusal (then pointer names the id), or null: not documented.',
  conflict:
    ' How another body under a known key is refused: {statuses: [409], code: {pointer: /error/code, values: [...]}}.',
  errors: ' What errors look like; a JSON Schema file opens the requirements about error bodies.',
  inFlight: ' How a duplicate is answered while the first is running.',
  finalWithin: ' Seconds within which asking again must end in a final answer.',
  visibleWithin: ' Seconds within which an effect shows in the list.',
  retention: ' Seconds for which a key is remembered at least.',
  limits: ' Requests a minute, and resources that may be unfinished at the same time.',
  effects: ' The list that shows what exists, so that effects are counted and not inferred. Newest first.',
  get: ' How one resource is read: {path: "/orders/{id}"}.',
  cancel: ' How one is cancelled, so that nothing is left behind.',
  status: ' Where a resource says how far it is, and which values are final.',
};

function commented({ contract }: LoadedContract, seen: Record<string, string>): string {
  const document = new Document({ ...contract, name: 'my-api' });
  document.commentBefore =
    ' What one endpoint promises about idempotency. null means: not known, so observed and not judged.';
  if (!isMap(document.contents)) return String(document);
  for (const { key } of document.contents.items) {
    if (!isScalar(key)) continue;
    const lines = [COMMENTS[String(key.value)], seen[String(key.value)]].filter((line) => line !== undefined);
    if (lines.length > 0) key.commentBefore = lines.join('\n');
  }
  return document.toString({ lineWidth: 0 });
}
