/** `idem-conformance explain [CONTRACT]`: says in words what a contract promises and which requirements apply. */
import { basename } from 'node:path';
import type { Contract, Refusal } from '../contracts/contract.js';
import { placeOf } from '../contracts/key.js';
import { loadContract } from '../contracts/load.js';
import { isNotPromised } from '../run/levels.js';
import { chapters } from '../suites/index.js';
import type { Requirement } from '../suites/requirement.js';

export function explainContract(nameOrFile: string): string {
  const { contract } = loadContract(nameOrFile);
  return `${[...promises(contract), '', LEGEND, '', ...applying(contract)].join('\n')}\n`;
}

const LEGEND = '✓ judged, ◇ observed, ○ ruled out by this contract';

function promises(contract: Contract): string[] {
  const { key, create, replay, conflict, errors, inFlight, retention, limits, effects } = contract;
  const seenBy = (effects.list ?? effects.counter)?.path;
  const length = [
    key.minLength === null ? '' : `at least ${key.minLength}`,
    key.maxLength === null ? '' : `at most ${key.maxLength}`,
  ];
  const bounds = length.filter((part) => part !== '').join(' and ');
  const scope = { credential: 'the credential', account: 'the whole account' };
  const compared = {
    bytes: 'the exact bytes are equal',
    value: 'the JSON values are equal',
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
    unsaid: 'of a meaning that is not said',
  }[key.operations ?? 'unsaid'];
  const policies = { wait: 'waits', refuse: 'is refused', either: 'waits or is refused' };
  return [
    `${contract.title} (contract ${contract.name}, version ${contract.version})`,
    '',
    `The write      ${create.method} ${contract.basePath}${create.path}, answered ${create.success.join(', ')}; the id is at ${create.id}.`,
    `The key        ${placeOf(key)}, ${key.required ? 'required' : 'optional'}; ${bounds === '' ? 'no length is documented' : `${bounds} characters`}.`,
    `Without a key  ${key.required ? 'a write is refused' : key.keyless === null ? 'not said what equal writes come to' : `equal writes are ${key.keyless}`}.`,
    `Whose it is    ${contract.scope === null ? 'not said' : `keys belong to ${scope[contract.scope]}`}; at other endpoints a key is ${operations}.`,
    `Same body      ${contract.fingerprint === null ? 'not said when bodies are the same: observed' : compared[contract.fingerprint]}.`,
    `Ignored        ${contract.ignored === null ? 'not said what of a repeat is, besides its body' : contract.ignored.map((one) => ignored[one]).join(', ') || 'nothing besides other headers'}.`,
    `Stored         ${contract.stored === null ? 'not said which outcomes are' : `${contract.stored.join(', ') || 'nothing'}`}.`,
    `A replay       is answered ${replay.kind === null ? 'in a way that is not said' : `${replays[replay.kind]} (${replay.statuses.join(', ')})`}; ${create.immutable.join(', ') || 'nothing'} may not change.`,
    `Its headers    ${headersOf(replay)}.`,
    `Another body   ${conflict === null ? 'no refusal is described' : `is refused: ${refusal(conflict)}`}.`,
    `In flight      ${inFlight === null ? 'not said' : `a duplicate ${policies[inFlight.policy]}${inFlight.policy === 'wait' ? '' : ` (${refusal(inFlight)})`}, and has a final answer within ${contract.finalWithin} s`}.`,
    `Errors         ${errors.schema === null ? 'of no described form' : `all satisfy ${typeof errors.schema === 'string' ? basename(errors.schema) : "the contract's JSON Schema"}`}.`,
    `Remembered     ${retention.atLeast === null ? 'for a time that is not said' : `for at least ${retention.atLeast} s`}.`,
    `Effects        ${seenBy === undefined ? 'cannot be seen but in replies' : `are counted by GET ${contract.basePath}${seenBy}, within ${contract.visibleWithin} s`}.`,
    `Limits         ${limits.perMinute ?? 'no known number of'} requests per minute, ${limits.unfinished ?? 'no known number of'} unfinished resources.`,
  ];
}

function headersOf({ headers }: Contract['replay']): string {
  if (headers === null) return 'not said';
  const { equal, fresh } = headers;
  return `${equal.join(', ') || 'none'} as in the first answer; ${fresh.join(', ') || 'none'} of its own; others are free`;
}

function refusal({ statuses, code }: Refusal): string {
  if (code === null) return statuses.join(' or ');
  return `${statuses.join(' or ')} with ${code.pointer} ${code.not === true ? 'other than' : '='} ${code.values.join(' or ')}`;
}

function applying(contract: Contract): string[] {
  return chapters.flatMap(({ name, requirements }) => {
    const lines = requirements.map(
      (one) =>
        `  ${mark(one, contract)} ${one.id.padEnd(13)} ${(contract.levels[one.id] ?? one.level).padEnd(8)} ${one.title}`,
    );
    return [name, ...lines, ''];
  });
}

/** ✓ judged, ◇ observed, ○ ruled out by the contract. */
function mark(requirement: Requirement, contract: Contract): string {
  if ((requirement.skip?.(contract) ?? null) !== null) return '○';
  return isNotPromised(requirement, contract) ? '◇' : '✓';
}
