/** Writes cases down as results do: plans in words, exchanges with what was expected of them. */
import { beginningOf } from '../client/mask.js';
import type { Contract, OtherEndpoint } from '../contracts/contract.js';
import { unfolded } from '../contracts/padding.js';
import { at } from '../contracts/pointer.js';
import { type Exchange, nameOf, type SetUpExchange } from '../history/history.js';
import {
  type Attempt,
  attemptsOf,
  type Body,
  type CreateAttempt,
  type KeyUse,
  type Manner,
  type Plan,
} from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { RECEIVER_TOKEN } from '../history/text.js';
import { expectations } from '../judge/sentences/index.js';
import { micro } from '../results/latencies.js';
import type { CaseRecord, ExchangeRecord, SetUpRecord } from '../results/results.js';
import type { Case } from './ledger.js';

export function caseRecord(one: Case, contract: Contract): CaseRecord {
  const { plan, received, setUp } = one.history;
  const proof = new Set(one.finding.proof);
  return {
    plan,
    steps: stepsInWords(severalTargets(one.readings) ? plan : withoutTargets(plan), contract),
    attempts: attemptsOf(plan).length,
    ...(setUp === undefined ? {} : { setUp: setUp.map(setUpRecord) }),
    exchanges: exchangeRecords(plan, one.readings, contract, proof),
    effects: one.effects.map((id) => ({
      id,
      named: one.readings.filter((x) => x.id === id).map((x) => nameOf(x.exchange)),
    })),
    deliveries: (received?.deliveries ?? []).map(({ at, event, type, resource, answered }) => ({
      atMs: micro(at),
      event,
      type,
      resource,
      answered,
    })),
  };
}

function setUpRecord({ step, credential, request, outcome, saved }: SetUpExchange): SetUpRecord {
  const { method, url, headers, body } = request;
  const status = outcome.kind === 'answer' ? outcome.status : null;
  return { step, credential, request: { method, url, headers, body }, status, saved };
}

function exchangeRecords(plan: Plan, readings: Reading[], contract: Contract, proof: Set<number>): ExchangeRecord[] {
  const expected = expectations(plan, readings, contract);
  const seen = new Set<string>();
  return readings.map((reading, index) => {
    const { exchange } = reading;
    const { outcome } = exchange;
    const word = outcomeWord(reading, seen);
    if (reading.id !== null) seen.add(reading.id);
    return {
      name: nameOf(exchange),
      attempt: exchange.attempt,
      time: exchange.time,
      retry: exchange.retry,
      operation: exchange.operation,
      target: exchange.target,
      step: exchange.step,
      outcome: word,
      proof: proof.has(index),
      sentMs: micro(exchange.sent),
      doneMs: exchange.done === null ? null : micro(exchange.done),
      key: exchange.key ?? null,
      credential: exchange.credential,
      request: { base64: null, ...exchange.request },
      answer:
        outcome.kind === 'answer'
          ? {
              status: outcome.status,
              headers: outcome.headers,
              ...kept(outcome.body),
              ...(outcome.truncated === true ? { truncated: true } : {}),
            }
          : null,
      silence: outcome.kind === 'answer' ? null : outcome.reason,
      resource: reading.id,
      expected: expected[index] as string,
      ...batchRecord(exchange),
    };
  });
}

function batchRecord({ batch }: Exchange): Pick<ExchangeRecord, 'batch'> {
  if (batch === undefined) return {};
  const { item, result, request, answer, isSecond } = batch;
  return {
    batch: {
      ...{ item, result, request, isSecond },
      answer: answer === null ? null : { status: answer.status, ...kept(answer.body) },
    },
  };
}

/** Characters of an answer's body that results keep: a storm has many, and a reader looks at the beginning. */
const MOST_KEPT = 16_384;

function kept(body: string): { body: string; truncated: boolean } {
  return { body: beginningOf(body, MOST_KEPT), truncated: body.length > MOST_KEPT };
}

function outcomeWord(reading: Reading, seen: Set<string>): string {
  if (reading.exchange.operation === 'get' || reading.exchange.operation === 'cancel') return 'read';
  if (reading.kind === 'ok') return seen.has(reading.id as string) ? 'replayed' : 'created';
  return { conflict: 'conflict', refused: 'refused', none: 'refused', inflight: 'in flight', unknown: 'unknown' }[
    reading.kind
  ];
}

function severalTargets(readings: Reading[]): boolean {
  return new Set(readings.map(({ exchange }) => exchange.target)).size > 1;
}

/** With one target there is nothing to say of it. */
function withoutTargets(plan: Plan): Plan {
  const steps = plan.steps.map((step) =>
    step.do === 'storm' ? { ...step, attempts: step.attempts.map(({ target: _, ...rest }) => rest) } : step,
  );
  return { ...plan, steps };
}

/** One line for each step: 'A to J: POST /orders with key 1 and body 1, 6 times'. */
function stepsInWords(plan: Plan, contract: Contract): string[] {
  let number = 0;
  return plan.steps.map((step) => {
    if (step.do === 'wait') return `wait ${step.ms} ms`;
    if (step.do === 'settle')
      return `wait until the ${contract.resource} of ${letter(step.of)} is finished, at most ${step.within} ms`;
    if (step.do === 'delivery')
      return `wait for the webhook about the ${contract.resource} of ${letter(step.of)}, at most ${step.within} ms`;
    const alike = new Map<string, number[]>();
    for (const attempt of step.attempts) {
      const words = attemptInWords(attempt, contract);
      alike.set(words, [...(alike.get(words) ?? []), number]);
      number += 1;
    }
    const parts = [...alike].map(([words, numbers]) => `${namesInShort(numbers)}: ${words}`);
    return `${parts.join(' | ')}${(step.times ?? 1) > 1 ? `, ${step.times} times` : ''}${step.restartAfterMs === undefined ? '' : `, the backend restarted after ${step.restartAfterMs} ms`}`;
  });
}

/** 'A, C', or 'A to J' for more than three in a row. */
function namesInShort(numbers: number[]): string {
  const [first, last] = [numbers[0] as number, numbers.at(-1) as number];
  const inRow = last - first === numbers.length - 1;
  return numbers.length > 3 && inRow ? `${letter(first)} to ${letter(last)}` : numbers.map(letter).join(', ');
}

function attemptInWords(attempt: Attempt, contract: Contract): string {
  switch (attempt.operation) {
    case 'get':
      return `read the ${contract.resource} of ${letter(attempt.of)}`;
    case 'cancel':
      return `cancel the ${contract.resource} of ${letter(attempt.of)}`;
    case 'upload': {
      const { type, content, ending, name } = attempt.file;
      const bytes = `${type} file ${content + 1}${ending === undefined ? '' : ` with '${ending}' after its end`}`;
      return `${contract.uploads?.method} ${contract.uploads?.path} with ${bytes}, named ${JSON.stringify(name)}`;
    }
    case 'other': {
      const { method, path } = contract.otherEndpoints[attempt.endpoint] as OtherEndpoint;
      return `${method} ${path} with ${keyInWords(attempt.key)} and its body ${attempt.variant + 1}`;
    }
    case 'create':
      return writeInWords(attempt, contract);
  }
}

function writeInWords(attempt: CreateAttempt, contract: Contract): string {
  const { key, body, framing, credential } = attempt;
  const parts = [
    `${contract.create.method} ${contract.create.path} with ${keyInWords(key)}`,
    `body ${body.operation + 1}${sizeWords(body)}${change(body.edit)}${change(body.rewrite)}${body.text === undefined ? '' : ' (raw text)'}`,
  ];
  const extras = [
    ...(credential === 'first'
      ? []
      : [credential === 'none' ? 'without a credential' : `with the ${credential} credential`]),
    ...(attempt.headerKey?.kind === 'slot' ? [`with key ${attempt.headerKey.slot + 1} in Idempotency-Key`] : []),
    ...(attempt.joins === true ? ['in the same batch'] : []),
    ...(attempt.target === undefined ? [] : [`at target ${attempt.target + 1}`]),
    ...(attempt.atFraction === undefined
      ? []
      : [`after ${Math.round(100 * attempt.atFraction)} % of the running time`]),
    ...hangUpWords(attempt),
    ...callbackWords(attempt, contract),
    ...(framing?.chunked ? ['in chunks'] : []),
    ...(framing?.connection === 'new' ? ['on a new connection'] : []),
    ...(framing?.token === 'new' ? ['with a new access token'] : []),
    ...(framing?.headers ?? []).map(([name, value]) => `with ${name}: ${value}`),
  ];
  return [parts.join(' and '), ...extras].join(', ');
}

function keyInWords(key: KeyUse): string {
  switch (key.kind) {
    case 'absent':
      return 'no key';
    case 'null':
      return 'a null key';
    case 'literal':
      return `the key ${JSON.stringify(key.value)}`;
    case 'slot':
      return key.nearMiss === undefined
        ? `key ${key.slot + 1}`
        : `a near miss of key ${key.slot + 1} (${key.nearMiss.name})`;
  }
}

function hangUpWords({ hangUp }: Attempt): string[] {
  if (hangUp === undefined) return [];
  if (hangUp.after === 'share') return [`hung up after ${Math.round(100 * hangUp.share)} % of the body`];
  return [`hung up ${hangUp.ms === 0 ? 'right' : `${Math.round(hangUp.ms)} ms`} after the last byte`];
}

/** How the receiver answers stands at the end of the address that it is called at. */
function callbackWords({ body }: CreateAttempt, { webhooks }: Contract): string[] {
  const url = webhooks === null ? undefined : at(body.value, webhooks.callback);
  if (typeof url !== 'string' || !url.startsWith(RECEIVER_TOKEN)) return [];
  const answers = { ok: 'acknowledges', 'fail-first': 'answers 500 first', slow: 'is slow' }[
    url.split('/').at(-1) as Manner
  ];
  return [`calling back a receiver that ${answers}`];
}

/** The size of a body with padding. */
function sizeWords({ value, text }: Body): string {
  const kept = text ?? JSON.stringify(value);
  const whole = unfolded(kept);
  return whole === kept ? '' : ` of ${Math.round(Buffer.byteLength(whole) / 1024)} kB`;
}

function change(one: { name: string; pointer: string } | undefined): string {
  return one === undefined ? '' : ` (${one.name} at ${one.pointer === '' ? 'the top' : one.pointer})`;
}

function letter(attempt: number): string {
  return nameOf({ attempt, time: 0, retry: 0 });
}
