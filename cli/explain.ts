/** `idem-conformance explain`: says in words what a contract promises and which requirements apply, or what one is about. */

import { basename } from 'node:path';
import { isTyped } from '../contracts/codec.js';
import { isSavedValue } from '../contracts/companions.js';
import type { Companion, Contract, Refusal } from '../contracts/contract.js';
import { idPlaceWords } from '../contracts/ids.js';
import { isSeparable, placeOf } from '../contracts/key.js';
import { grammarWords, isFreeForm } from '../contracts/key-grammar.js';
import { loadContract, loadOperations } from '../contracts/load.js';
import { toldWords } from '../contracts/refusals.js';
import type { SetUpStep } from '../contracts/set-up.js';
import { isNotPromised } from '../run/levels.js';
import { UsageError } from '../run/options/usage.js';
import { chapters, requirements } from '../suites/index.js';
import type { Requirement } from '../suites/requirement.js';
import { statementOf } from '../suites/statement.js';

/** An id of a requirement, or of a chapter: contracts have small letters, and files an ending. */
const REQUIREMENT_ID = /^[A-Z]+(-\d+)?$/;

/** What to explain: a contract by name or file, a requirement or chapter by its id, or, where nothing is named, all of them. */
export function explained(what: string | undefined, contract: string | undefined): string {
  if (what !== undefined && REQUIREMENT_ID.test(what)) return explainRequirements(what, contract);
  if (what !== undefined && contract !== undefined && what !== contract)
    throw new UsageError(`${what} and --contract ${contract} name two contracts: give one of them.`);
  const named = what ?? contract;
  return named === undefined ? catalogueText() : explainContract(named);
}

/** What requirements say, with the noun of a contract; without one they are about resources. */
function explainRequirements(id: string, nameOrFile: string | undefined): string {
  const contract = nameOrFile === undefined ? null : loadContract(nameOrFile).contract;
  const chosen = requirements.filter((one) => one.id === id || one.id.startsWith(`${id}-`));
  if (chosen.length === 0)
    throw new UsageError(`There is no requirement ${id}. All are listed by idem-conformance explain.`);
  const blocks = chosen.map((one) => {
    const { level, title, sources } = one;
    const ruledOut = contract === null ? null : (one.skip?.(contract) ?? null);
    return [
      `${one.id} ${contract?.levels[one.id] ?? level}  ${title}`,
      statementOf(one, contract?.resource ?? 'resource'),
      ...(ruledOut === null ? [] : [`Ruled out by this contract: ${ruledOut}.`]),
      ...sources.map(({ name, url }) => `  ${name}: ${url}`),
    ].join('\n');
  });
  return `${blocks.join('\n\n')}\n`;
}

/** All requirements by their titles, which name no API. */
function catalogueText(): string {
  const lines = chapters.flatMap(({ name, title, requirements: own }) => [
    `${name}: ${title}`,
    ...own.map((one) => `  ${one.id.padEnd(13)} ${one.level.padEnd(8)} ${one.title}`),
    '',
  ]);
  const advice =
    'What one is about: explain ID. What an API promises, and which of these apply to it: explain CONTRACT.';
  return `${[...lines, advice].join('\n')}\n`;
}

/** What a contract promises, and which requirements apply. */
export function explainContract(nameOrFile: string): string {
  const contracts = loadOperations(nameOrFile).map(({ contract }) => contract);
  const names = contracts.map(({ create }) => create.name);
  const each = contracts.flatMap((contract, n) => [
    ...(contracts.length > 1 ? [`Operation      ${names[n]}`] : []),
    ...promises(contract),
    '',
  ]);
  const legend = contracts.length > 1 ? `${LEGEND}; a sign for each operation: ${names.join(', ')}` : LEGEND;
  return `${[...each, legend, '', ...applying(contracts)].join('\n')}\n`;
}

const LEGEND = '✓ judged, ◇ observed, ○ ruled out by this contract';

function promises(contract: Contract): string[] {
  const { key, create, replay, accepted, conflict, errors, inFlight, retention, limits, effects } = contract;
  const seenBy = (effects.list ?? effects.counter)?.path;
  const length = [
    key.minLength === null ? '' : `at least ${key.minLength}`,
    key.maxLength === null ? '' : `at most ${key.maxLength}`,
  ];
  const bounds = length.filter((part) => part !== '').join(' and ');
  const scope = { credential: 'the credential', account: 'the whole account' };
  const compared = {
    bytes: 'the exact bytes are equal',
    value: `the ${isTyped(contract) ? 'JSON values' : 'members of the form'} are equal`,
    none: 'always: bodies are not compared',
  };
  const replays = { success: 'with the first resource', refusal: 'with a refusal that names the first resource' };
  const ignored = {
    query: 'the query string',
    contentTypeParameters: 'parameters of the Content-Type',
    headerCase: 'the case of header names',
  };
  const operations = {
    none: 'nothing',
    separate: 'another one',
    shared: 'the same',
    unsaid: 'not described',
  }[key.operations ?? 'unsaid'];
  const policies = { wait: 'waits', refuse: 'is refused', either: 'waits or is refused' };
  return [
    `${contract.title} (contract ${contract.name}, version ${contract.version})`,
    '',
    `The write      ${create.method} ${contract.basePath}${create.path}, answered ${create.success.join(', ')}; ${create.id === null ? 'it shows no id, so that repeats are compared by status and body' : `the id is ${idPlaceWords(create.id)}`}.`,
    ...bodyLine(create),
    ...batchLine(contract),
    ...contract.setup.map((step) => `Set-up         ${setUpWords(step)}.`),
    `The key        ${placeOf(key)}, ${key.required ? 'required' : 'optional'}; ${bounds === '' ? 'no length is documented' : `${bounds} characters`}${isFreeForm(key) ? '' : `; a key ${grammarWords(key)}`}.`,
    ...(contract.companions.length === 0
      ? []
      : [`With a key     goes ${contract.companions.map(companionWords).join('; ')}.`]),
    `Without a key  ${!isSeparable(key) ? 'there is no such write' : key.required ? 'a write is refused' : key.keyless === null ? 'not said what equal writes come to' : `equal writes are ${key.keyless}`}.`,
    `The credential ${credentialWords(contract)}.`,
    ...(contract.sign === null
      ? []
      : [`Signed         every request, by a program that is run here: the module ${contract.sign}.`]),
    `Whose it is    ${contract.scope === null ? 'not said' : `keys belong to ${scope[contract.scope]}`}; at other endpoints a key is ${operations}.`,
    `Same body      ${create.body === 'none' ? 'always: there is none' : contract.fingerprint === null ? 'not said when bodies are the same: observed' : compared[contract.fingerprint]}.`,
    `Ignored        ${contract.ignored === null ? 'not said what of a repeat is, besides its body' : contract.ignored.map((one) => ignored[one]).join(', ') || 'nothing besides other headers'}.`,
    `Stored         ${contract.stored === null ? 'not said which outcomes are' : `${contract.stored.join(', ') || 'nothing'}`}.`,
    `A replay       is answered ${replay.kind === null ? 'in a way that is not said' : `${replays[replay.kind]} (${replay.kind === 'refusal' ? refusal(replay) : replay.statuses.join(', ')})`}; ${create.immutable.map((one) => one || 'the whole body').join(', ') || 'nothing'} may not change.`,
    `Its headers    ${headersOf(replay)}.`,
    ...(accepted === null
      ? []
      : [
          `Accepted       by ${accepted.statuses.join(' or ')}: ${accepted.url.header ?? accepted.url.pointer} leads to ${accepted.status}, in the end ${[...accepted.done, ...accepted.failed].join(' or ')}.`,
        ]),
    `Another body   ${conflict === null ? 'no refusal is described' : `is refused: ${refusal(conflict)}`}.`,
    `In flight      ${inFlight === null ? 'not said' : `a duplicate ${policies[inFlight.policy]}${inFlight.policy === 'wait' ? '' : ` (${refusal(inFlight)})`}, and has a final answer within ${contract.finalWithin} s`}.`,
    `Errors         ${errors.schema === null ? 'of no described form' : `all satisfy ${typeof errors.schema === 'string' ? basename(errors.schema) : "the contract's JSON Schema"}`}.`,
    `Remembered     ${retention.atLeast === null ? 'for a time that is not said' : `for at least ${retention.atLeast} s`}.`,
    `Effects        ${seenBy === undefined ? 'cannot be seen but in replies' : `are counted by GET ${contract.basePath}${seenBy}${effects.perWrite === 1 ? '' : `, ${effects.perWrite} for each write`}, within ${contract.visibleWithin} s`}.`,
    `Limits         ${limits.perMinute ?? 'no known number of'} requests per minute, ${limits.unfinished ?? 'no known number of'} unfinished resources.`,
  ];
}

const KINDS: Record<Companion['value'], string> = {
  'http-date': 'a date as in HTTP headers',
  'iso-date': 'a date by ISO 8601',
  'unix-seconds': 'seconds since 1970',
  uuid: 'a UUID',
  text: 'a string',
  signature: 'the signature of the request',
};

/** 'POST /orders for each key (order): saves order at /id; at the end DELETE /orders/{order}'. */
function setUpWords(step: SetUpStep): string {
  const { method, path, headers, body, bodyType, success, save, cleanUp } = step;
  const each = {
    run: 'once for each credential',
    plan: 'once for each plan and credential',
    operation: 'once for each key of a credential, and for each write without a key',
  };
  const saved = Object.entries(save).map(([name, place]) => `{${name}} ${idPlaceWords(place)}`);
  const named = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  return [
    `${step.name === null ? '' : `${step.name}: `}${method} ${path} ${each[step.each]}`,
    ...(named.length === 0 ? [] : [`with ${named.join(', ')}`]),
    ...(body === null
      ? []
      : [
          `with ${bodyType === 'form' ? 'the form of ' : bodyType === 'json' ? 'the JSON ' : ''}${JSON.stringify(body)}`,
        ]),
    ...(success === null ? [] : [`answered ${success.join(' or ')}`]),
    saved.length === 0 ? 'of whose answer nothing is used' : `whose answer has ${saved.join(' and ')}`,
    ...(cleanUp === null ? [] : [`taken away at the end by ${cleanUp.method} ${cleanUp.path}`]),
  ].join(', ');
}

/** 'the header Repeatability-First-Sent, a date as in HTTP headers, the same for all requests of one key'. */
function companionWords(companion: Companion): string {
  const { in: place, name, value, repeats } = companion;
  if (isSavedValue(companion))
    return `${placeOf({ in: place, name })}, ${value}, which set-up saves, also without a key`;
  const how = repeats === 'equal' ? 'the same for all requests of one key' : 'new in every request';
  return `${placeOf({ in: place, name })}, ${KINDS[value]}, ${how}`;
}

const ARRAYS = { index: 'a[0]', brackets: 'a[]', repeat: 'a for each element' };

/** Nothing is said of JSON, which most APIs take. */
function bodyLine({ body, arrays, files = {} }: Contract['create']): string[] {
  const named = Object.entries(files).map(([pointer, type]) => `${pointer} (${type})`);
  const words = {
    json: null,
    form: `a form (application/x-www-form-urlencoded), names in arrays as ${ARRAYS[arrays]}`,
    multipart: `multipart/form-data, names in arrays as ${ARRAYS[arrays]}; ${named.length === 0 ? 'no files' : `files: ${named.join(', ')}`}`,
    none: 'none is sent',
  }[body];
  return words === null ? [] : [`The body       ${words}.`];
}

/** What a batch looks like, where a request is more than one write. */
function batchLine({ batch }: Contract): string[] {
  if (batch === null) return [];
  const { items, results, key, status, body, size } = batch;
  const place = (pointer: string, whole: string) => (pointer === '' ? whole : pointer);
  return [
    `A batch        has ${size === 1 ? '1 item' : `${size} items`} at ${place(items, 'the top')} of the request, each with a key of its own, and results at ${place(results, 'the top')} of the answer, ${key === null ? 'in the order of the items' : `each with its key at ${key}`}; a result has ${status === null ? 'the status of the answer' : `its status at ${status}`} and the resource at ${place(body, 'its top')}.`,
  ];
}

/** How requests show who sends them, and what is run or asked for that. */
function credentialWords({ authentication }: Contract): string {
  if (authentication === null) return 'none is sent';
  const { header, prefix, query, scheme, token } = authentication;
  if (scheme === 'certificate') return 'is the client certificate alone';
  const place =
    query !== null
      ? `in the query parameter ${query}`
      : `in the header ${header}${scheme === 'basic' ? ', as Basic' : prefix === '' ? '' : `, after '${prefix.trim()}'`}`;
  if (token === null) return place;
  if (token.url !== null)
    return `${place}, an access token from POST ${token.url}${token.scope === null ? '' : ` for ${token.scope}`}`;
  return `${place}, an access token that a program prints, which is run here: ${token.command}`;
}

function headersOf({ headers }: Contract['replay']): string {
  if (headers === null) return 'not said';
  const { equal, fresh } = headers;
  return `${equal.join(', ') || 'none'} as in the first answer; ${fresh.join(', ') || 'none'} of its own; others are free`;
}

function refusal({ statuses, code, header }: Refusal): string {
  const told = toldWords({ code, header });
  return `${statuses.join(' or ')}${told === '' ? '' : ` with ${told}`}`;
}

function applying(contracts: Contract[]): string[] {
  const [{ levels }] = contracts as [Contract];
  return chapters.flatMap(({ name, requirements }) => {
    const lines = requirements.map((one) => {
      const marks = contracts.map((contract) => mark(one, contract)).join('');
      return `  ${marks} ${one.id.padEnd(13)} ${(levels[one.id] ?? one.level).padEnd(8)} ${one.title}`;
    });
    return [name, ...lines, ''];
  });
}

/** ✓ judged, ◇ observed, ○ ruled out by the contract. */
function mark(requirement: Requirement, contract: Contract): string {
  if ((requirement.skip?.(contract) ?? null) !== null) return '○';
  return isNotPromised(requirement, contract) ? '◇' : '✓';
}
