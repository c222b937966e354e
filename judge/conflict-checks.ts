/** CONFLICT-1, -2, -8, -9: what the answer to another body under a held key must be. */
import type { LoadedContract } from '../contracts/load.js';
import { at } from '../contracts/pointer.js';
import { isRefusal, parseJson } from '../contracts/refusals.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { holderOf } from './registers.js';
import { answerWords, excerpt, keyWords, name } from './words.js';

export function checkConflicts(readings: Reading[], loaded: LoadedContract): Finding[] {
  return readings.flatMap((reading, index) => [
    ...anotherBody(reading, index, readings, loaded),
    ...requestId(reading, index, loaded),
    ...repeatedRequestId(reading, index, readings, loaded),
  ]);
}

function anotherBody(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract, schemas }: LoadedContract,
): Finding[] {
  const { exchange, kind } = reading;
  const { outcome } = exchange;
  const holder = holderOf(reading, readings);
  if (contract.conflict === null || contract.fingerprint === 'none' || outcome.kind !== 'answer') return [];
  if (holder === undefined || holder.value === reading.value || exchange.operation !== 'create') return [];
  const proof = [readings.indexOf(holder), index];
  const held = `${name(holder)} held ${keyWords(holder)} and was answered ${answerWords(holder)}.`;
  const came = `${name(reading)} carried the same key with another body and was answered ${answerWords(reading)}.`;
  const expected = `${name(reading)}: ${contract.conflict.statuses.join(' or ')}, ${contract.conflict.code?.values.join(' or ') ?? 'a conflict'}`;
  const report = (id: string, summary: string, why: string, observed: string): Finding => ({
    id,
    summary,
    argument: [held, came, why],
    expected,
    observed,
    proof,
  });
  const found: Finding[] = [];
  const front = [contract.errors.authentication, contract.errors.rateLimited];
  const refused = kind === 'none' && !front.some((one) => isRefusal(one, outcome.status, reading.json));
  const valid = readings.find((x) => x !== reading && x.kind === 'ok' && x.value === reading.value);
  if (refused && valid !== undefined) {
    proof.push(readings.indexOf(valid));
    found.push(
      report(
        'CONFLICT-1',
        'Another body under the same key was refused, but not with the contract’s conflict.',
        `The body is valid: ${name(valid)} carried it under ${keyWords(valid)} and was answered ${answerWords(valid)}.`,
        answerWords(reading),
      ),
    );
  }
  const isConflict = kind === 'conflict' || (refused && contract.conflict.statuses.includes(outcome.status));
  if (!isConflict) return found;
  if (schemas.error !== null && !(reading.json !== undefined && schemas.error(reading.json))) {
    const problems = (schemas.error.errors ?? []).map(
      ({ instancePath, message }) => `${instancePath || 'the answer'} ${message}`,
    );
    const why = reading.json === undefined ? 'That is not JSON.' : `${problems.slice(0, 5).join('; ')}.`;
    found.push(report('CONFLICT-2', 'A conflict comes without the error envelope.', why, excerpt(outcome.body)));
  }
  const shown = shownOf(holder, reading, outcome.body);
  if (shown !== null) {
    found.push(
      report(
        'CONFLICT-8',
        'A conflict shows something of the first request’s body.',
        `It holds ${JSON.stringify(shown)}, which only ${name(holder)} had sent.`,
        excerpt(outcome.body),
      ),
    );
  }
  return found;
}

/** A text of eight characters or more that stands in the holder's body, in the answer, and not in the refused body. */
function shownOf(holder: Reading, refused: Reading, answer: string): string | null {
  const sent = parseJson(holder.exchange.request.body);
  for (const value of textsIn(sent)) {
    if (value.length < 8 || value === holder.exchange.key) continue;
    if (answer.includes(JSON.stringify(value).slice(1, -1)) && !refused.exchange.request.body.includes(value))
      return excerpt(value);
  }
  return null;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** CONFLICT-9: a request id is new in every answer. Beyond one history that is known only to the whole run. */
function repeatedRequestId(
  reading: Reading,
  index: number,
  readings: Reading[],
  { contract }: LoadedContract,
): Finding[] {
  const header = contract.errors.requestId?.header.toLowerCase() ?? '';
  const idOf = ({ exchange: { outcome } }: Reading) =>
    outcome.kind === 'answer' ? outcome.headers[header] : undefined;
  const id = idOf(reading);
  const before = id === undefined ? -1 : readings.findIndex((x) => idOf(x) === id);
  if (before < 0 || before >= index) return [];
  return [
    {
      id: 'CONFLICT-9',
      summary: 'A request id stands in two answers.',
      argument: [
        `${name(readings[before] as Reading)} and ${name(reading)} were answered with the request id ${id}.`,
        'Nobody can tell by it which of the two is meant.',
      ],
      expected: 'a request id that is new',
      observed: id ?? '',
      proof: [before, index],
    },
  ];
}

/** CONFLICT-9: the error's request id equals the response header's. */
function requestId(reading: Reading, index: number, { contract }: LoadedContract): Finding[] {
  const { requestId: rule } = contract.errors;
  const { outcome } = reading.exchange;
  if (rule === null || outcome.kind !== 'answer' || outcome.status < 400 || reading.json === undefined) return [];
  const inside = at(reading.json, rule.pointer);
  const header = outcome.headers[rule.header.toLowerCase()];
  if (typeof inside !== 'string' || inside === header) return [];
  return [
    {
      id: 'CONFLICT-9',
      summary: 'The request id in the error is not that of the header.',
      argument: [
        `${name(reading)} was answered ${outcome.status} with ${rule.pointer} ${JSON.stringify(inside)}.`,
        header === undefined
          ? `There is no header ${rule.header}.`
          : `The header ${rule.header} says ${JSON.stringify(header)}.`,
      ],
      expected: `${rule.header}: ${inside}`,
      observed: header ?? 'no header',
      proof: [index],
    },
  ];
}
