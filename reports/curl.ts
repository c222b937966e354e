/** A shell script that sends a case again with curl. */

import { MASKED } from '../results/masked.js';
import type { CaseRecord, ExchangeRecord, IdPlaceRecord, Results, SetUpRecord } from '../results/results.js';
import { type Group, groupsOf } from './curl/groups.js';
import { segmentOf, type TakenId, takeLine, takenId, valueAt } from './curl/ids.js';
import { freshKeys, isInUrl, type Keys } from './curl/keys.js';
import { type Piece, printf, word } from './curl/quote.js';
import { type SavedVariable, savedBy, savedInText, savedInUrl } from './curl/saved.js';
import { visibleLine } from './visible.js';
import { count } from './words.js';

export interface CurlVariables {
  /** Names of the environment variables that hold the credentials. */
  first: string;
  second: string;
}

/** What a script has to know of the contract, and the protocol that the run spoke. */
type Target = Pick<Results['contract'], 'id' | 'sign'> & { transport?: string };

export const usualVariables: CurlVariables = { first: 'IDEM_API_KEY', second: 'IDEM_API_KEY_2' };

// curl writes these itself, from the body and the address; not every curl can read what is compressed.
const ownHeaders = new Set(['content-length', 'host', 'connection', 'expect', 'accept-encoding']);
// Shorter pauses are made by starting curl.
const shortestPauseMs = 50;

/**
 * The case as a POSIX shell script: exact bytes, fresh keys, credentials from the environment, storms in parallel.
 *
 * @param target where an answer names its resource, what signs requests, and the protocol that the run spoke
 */
export function curlScript(caseRecord: CaseRecord, target: Target, variables: CurlVariables = usualVariables): string {
  // Items of one batch are one request.
  const isSecond = ({ batch }: ExchangeRecord) => batch?.isSecond === true;
  const groups = groupsOf(caseRecord.exchanges.filter((one) => !isSecond(one)));
  const sorted = groups.flatMap((group) => group.exchanges);
  const keys = freshKeys([...sorted, ...caseRecord.exchanges.filter(isSecond)]);
  const taken = new Map(
    groups.flatMap((group, index) => {
      const earlier = groups.slice(0, index).flatMap(({ exchanges }) => exchanges);
      return group.exchanges.flatMap((exchange) => {
        const id = isTakeable(target.id) && !isInUrl(exchange) ? takenId(exchange, earlier) : null;
        return id === null ? [] : [[exchange, id] as const];
      });
    }),
  );
  const setUp = caseRecord.setUp ?? [];
  const steps = setUp.map((one) => asExchange(one));
  const saving = setUp.map((one, n) => savedBy(one, n + 1, `set-up-${n + 1}`));
  const pointers = typeof target.id === 'string' ? taken.size > 0 : false;
  const headers = typeof target.id === 'string' ? false : taken.size > 0;
  const lines = [
    '#!/bin/sh',
    `# Sends ${count(sorted.length, 'request')} again, with fresh idempotency keys. Needs curl 7.68 or later.`,
    ...(sorted.some(({ request }) => request.url.startsWith('https:'))
      ? ['# Where curl does not know the certificate authority, name its file in CURL_CA_BUNDLE.']
      : []),
    ...(target.sign === undefined
      ? []
      : [
          `# Each request was signed by ${visibleLine(target.sign)}, which this script cannot do: put new signatures in.`,
        ]),
    'set -u',
    ...credentialLines([...steps, ...sorted], variables),
    'dir=$(mktemp -d) || exit 1',
    `trap 'rm -rf "$dir"' EXIT`,
    ...keyLines(keys),
    ...(pointers || saving.some((one) => one.pointers) ? ['', valueAt] : []),
    ...(headers || saving.some((one) => one.headers) ? ['', segmentOf] : []),
  ];
  const saved: SavedVariable[] = [];
  const script = { keys, variables, taken, target, steps: caseRecord.steps, saved };
  for (const [n, exchange] of steps.entries()) {
    lines.push('', ...stepLines(exchange, `set-up-${n + 1}`, script), ...(saving[n]?.lines ?? []));
    saved.push(...(saving[n]?.variables ?? []));
  }
  let sent = 0;
  for (const group of groups) {
    lines.push('', ...groupLines(group, sent, script));
    sent += group.exchanges.length;
  }
  return `${lines.join('\n')}\n`;
}

/** A request of a set-up step as those of the case are. */
function asExchange({ step, credential, request, status }: SetUpRecord): ExchangeRecord {
  return {
    ...{ name: `set-up ${step}`, attempt: 0, time: 0, retry: 0, operation: 'create', target: 0, step: 0, outcome: '' },
    ...{ proof: false, sentMs: 0, doneMs: null, key: null, credential: credential as ExchangeRecord['credential'] },
    request: { base64: null, ...request },
    answer: status === null ? null : { status, headers: {}, body: '', truncated: false },
    ...{ silence: null, resource: null, expected: '' },
  };
}

/** @param file what the files of the step are called */
function stepLines(exchange: ExchangeRecord, file: string, script: Script): string[] {
  const { url } = exchange.request;
  const address = addressOf(exchange, savedInUrl([{ text: url }], script.saved), script.variables);
  return [
    `# ${visibleLine(exchange.name)}`,
    ...(hasBody(exchange) ? [`${bodyCommand(exchange, script)} > "$dir/${file}.body"`] : []),
    `curl ${transfer(exchange, file, address, script)}`,
    `cat "$dir/${file}.answer" 2>/dev/null; echo`,
  ];
}

function credentialLines(exchanges: ExchangeRecord[], variables: CurlVariables): string[] {
  const meant: Record<string, string> = {
    [variables.first]: 'the API key',
    [variables.second]: 'the second API key',
  };
  const used = new Map<string, string>();
  const basic = new Set<string>();
  for (const exchange of exchanges) {
    const inAddress = secretIn(exchange, exchange.request.url, variables)?.variable;
    if (inAddress !== undefined) used.set(inAddress, `${meant[inAddress]}, encoded for an address`);
    for (const [name, value] of exchange.request.headers) {
      const { variable, isBasic = false } = secretIn(exchange, value, variables) ?? {};
      if (variable === undefined) continue;
      const what = meant[variable] ?? `the secret in ${name.replace(/[^\w-]/g, '')}`;
      used.set(variable, isBasic ? `${what}, USER:PASSWORD` : what);
      if (isBasic) basic.add(variable);
    }
  }
  return [
    ...[...used].sort().map(([variable, what]) => `: "\${${variable}:?set it to ${what}}"`),
    ...[...basic].sort().map((name) => `${name}_BASIC=$(printf %s "$${name}" | base64 | tr -d '\\n')`),
  ];
}

/** Where a value holds a secret, and the variable that has it; none for a signature, or a credential that does not exist. */
function secretIn({ credential }: Pick<ExchangeRecord, 'credential'>, value: string, variables: CurlVariables) {
  const match = MASKED.exec(value);
  if (match === null) return null;
  const [mask, kind, hash = ''] = match;
  const ofKey = credential === 'first' || credential === 'second' ? variables[credential] : undefined;
  const given = kind === 'header' ? `IDEM_HEADER_${hash.toUpperCase()}` : ofKey;
  const variable = kind === 'signature' ? undefined : given;
  const before = value.slice(0, match.index);
  const isBasic = variable !== undefined && variable === ofKey && /^basic\s+$/i.test(before);
  const other = kind === 'signature' ? 'a-signature' : 'not-an-api-key';
  return { before, after: isBasic ? '' : value.slice(match.index + mask.length), variable, isBasic, other };
}

function keyLines(keys: Keys): string[] {
  if (keys.lines.length === 0) return [];
  return [
    '',
    '# Keys that were equal are equal; each has new digits in it.',
    'fresh=$(date +%s)$$',
    ...keys.lines.map(({ variable, pieces }) => `${variable}=${word(pieces)}`),
  ];
}

/** What a pattern of JavaScript takes from a header, no tool of every shell does. */
function isTakeable(place: IdPlaceRecord): boolean {
  return typeof place === 'string' || (place !== null && place.pattern === null);
}

interface Script {
  keys: Keys;
  variables: CurlVariables;
  /** The exchanges that ask for a resource which an earlier one made. */
  taken: Map<ExchangeRecord, TakenId>;
  target: Target;
  steps: string[];
  /** What set-up steps have saved so far. */
  saved: SavedVariable[];
}

/** @param before requests of earlier groups */
function groupLines(group: Group, before: number, script: Script): string[] {
  const { keys, steps } = script;
  const names = group.exchanges.map(({ name }) => visibleLine(name)).join(', ');
  const step = steps[group.step];
  const lines = [`# ${names}${step === undefined ? '' : `: ${visibleLine(step)}`}`];
  if (group.pauseMs > shortestPauseMs) lines.push(`sleep ${Number((group.pauseMs / 1000).toFixed(2))}`);
  const transfers: string[] = [];
  for (const [index, exchange] of group.exchanges.entries()) {
    const number = before + index + 1;
    if (hasBody(exchange)) lines.push(`${bodyCommand(exchange, script)} > "$dir/${number}.body"`);
    const taken = script.taken.get(exchange);
    if (taken !== undefined && script.target.id !== null) lines.push(takeLine(taken, script.target.id));
    const url = savedInUrl(taken?.url ?? keys.inUrl(exchange), script.saved);
    transfers.push(transfer(exchange, `${number}`, addressOf(exchange, url, script.variables), script));
  }
  const many = transfers.length > 1;
  const head = many
    ? `curl --parallel --parallel-immediate --parallel-max ${transfers.length} --no-progress-meter`
    : 'curl';
  lines.push(`${head} ${transfers.join(' \\\n  --next ')}`);
  for (const index of group.exchanges.keys()) lines.push(`cat "$dir/${before + index + 1}.answer" 2>/dev/null; echo`);
  return lines;
}

/** What is not text comes as base64, which every POSIX system can turn back (GNU and BSD both know `-d`). */
function bodyCommand(exchange: ExchangeRecord, { keys, saved }: Script): string {
  const { base64 } = exchange.request;
  return base64 === null
    ? printf(savedInText(keys.inBody(exchange), saved))
    : `printf %s ${word([{ text: base64 }])} | base64 -d`;
}

function hasBody({ request }: ExchangeRecord): boolean {
  return request.body !== '' || !/^(GET|HEAD|DELETE|OPTIONS)$/i.test(request.method);
}

function transfer(exchange: ExchangeRecord, number: string, url: Piece[], script: Script): string {
  const { target } = script;
  const showsHead = typeof target.id !== 'string' && script.taken.size > 0;
  const options = [
    `--silent --show-error --globoff --path-as-is${protocol(exchange, target.transport)} --request ${word([{ text: exchange.request.method }])}`,
    ...headerWords(exchange, script).map((header) => `--header ${header}`),
    ...(showsHead || number.startsWith('set-up') ? [`--dump-header "$dir/${number}.head"`] : []),
    ...(hasBody(exchange) ? [`--data-binary @"$dir/${number}.body"`] : []),
    `--output "$dir/${number}.answer" --write-out '${label(exchange.name)}: %{http_code} after %{time_total} s\\n'`,
    `--url ${word(url)}`,
  ];
  return options.join(' \\\n  ');
}

/** The option for the protocol that the run spoke: curl would choose by itself. */
function protocol({ request: { url } }: ExchangeRecord, transport: string | undefined): string {
  if (transport === 'HTTP/1.1') return ' --http1.1';
  if (transport !== 'HTTP/2') return '';
  return url.startsWith('https:') ? ' --http2' : ' --http2-prior-knowledge';
}

/** In `--write-out`, a percent sign and a backslash mean something. */
function label(name: string): string {
  return visibleLine(name).replace(/[%\\']/g, '');
}

function headerWords(exchange: ExchangeRecord, { keys, variables, saved }: Script): string[] {
  const headers = exchange.request.headers.filter(([name]) => !ownHeaders.has(name.toLowerCase()));
  const named = new Set(headers.map(([name]) => name.toLowerCase()));
  const words = headers.map(([name, value]) => {
    // To curl, a name and a semicolon are a header without a value.
    if (value === '') return word([{ text: `${name};` }]);
    return word([{ text: `${name}: ` }, ...savedInText(headerValue(exchange, value, keys, variables), saved)]);
  });
  const added = ['Accept', 'User-Agent', ...(hasBody(exchange) ? ['Content-Type', 'Expect'] : [])];
  // A name and a colon take away what curl would add by itself.
  const removed = added.filter((name) => !named.has(name.toLowerCase())).map((name) => word([{ text: `${name}:` }]));
  return [...words, ...removed];
}

function headerValue(exchange: ExchangeRecord, value: string, keys: Keys, variables: CurlVariables): Piece[] {
  const secret = secretIn(exchange, value, variables);
  if (secret === null) return keys.inHeader(exchange, value);
  return piecesOf(secret);
}

function piecesOf({ before, after, variable, isBasic, other }: NonNullable<ReturnType<typeof secretIn>>): Piece[] {
  if (variable === undefined) return [{ text: before }, { text: other }, { text: after }];
  return [{ text: before }, { variable: isBasic ? `${variable}_BASIC` : variable }, { text: after }];
}

/** The address, and the secret in its query. */
function addressOf(exchange: ExchangeRecord, url: Piece[], variables: CurlVariables): Piece[] {
  return url.flatMap((piece) => {
    const secret = 'text' in piece ? secretIn(exchange, piece.text, variables) : null;
    return secret === null ? [piece] : piecesOf(secret);
  });
}
