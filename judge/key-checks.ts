/** KEY-4 and KEY-5: keys that are not strings, and blank ones. */
import type { Contract } from '../contracts/contract.js';
import { isMissing } from '../contracts/key.js';
import type { Plan } from '../history/plan.js';
import { attemptsOf, keyUseOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank } from '../history/register.js';
import type { Finding } from './finding.js';

/** How a target takes a blank key; `joined` and `both` are wrong. */
export type BlankWay = 'a key' | 'no key' | 'refused' | 'joined' | 'both' | 'undecided';

export function checkKeys(plan: Plan, readings: Reading[], contract: Contract): Finding[] {
  const attempts = attemptsOf(plan);
  const noStrings = readings.flatMap((reading, index): Finding[] => {
    const use = keyUseOf(attempts[reading.exchange.attempt]);
    if (use?.kind !== 'literal' || typeof use.value === 'string') return [];
    // Only what is taken for a key can conflict.
    if (reading.kind !== 'ok' && reading.kind !== 'conflict') return [];
    return [
      {
        id: 'KEY-4',
        rule: 'key-not-a-string-accepted',
        data: { answered: index, key: use.value },
        proof: [index],
      },
    ];
  });
  return [
    ...noStrings,
    ...joinedByBlank(readings, contract),
    ...joinedByMissing(readings, contract),
    ...takenBothWays(readings, contract),
  ];
}

function joinedByBlank(readings: Reading[], contract: Contract): Finding[] {
  return [...blankKeys(readings)].flatMap(([key, list]): Finding[] => {
    if (wayOf(list, contract) !== 'joined') return [];
    const [a, b] = joinedPair(list) as [Reading, Reading];
    return [
      {
        id: 'KEY-5',
        rule: 'blank-key-joins-bodies',
        data: { key, first: readings.indexOf(a), second: readings.indexOf(b) },
        proof: [readings.indexOf(a), readings.indexOf(b)],
      },
    ];
  });
}

/** CREATE-1: equal requests whose key has no value are equal requests without a key. */
function joinedByMissing(readings: Reading[], { key: rule }: Contract): Finding[] {
  if (rule.required || rule.keyless === 'joined') return [];
  return [...blankKeys(readings)].flatMap(([key, list]): Finding[] => {
    if (!isMissing(rule, key)) return [];
    const oks = list.filter(({ kind }) => kind === 'ok');
    const equal = (a: Reading, b: Reading) => a.id !== null && a.id === b.id && a.value === b.value;
    const second = oks.find((b, n) => oks.slice(0, n).some((a) => equal(a, b)));
    if (second === undefined) return [];
    const first = oks.find((a) => equal(a, second)) as Reading;
    const [a, b] = [readings.indexOf(first), readings.indexOf(second)];
    return [{ id: 'CREATE-1', rule: 'missing-key-is-a-key', data: { first: a, second: b }, proof: [a, b] }];
  });
}

/** One blank key is a key in one request, and none in another. */
function takenBothWays(readings: Reading[], contract: Contract): Finding[] {
  return [...blankKeys(readings)].flatMap(([key, list]): Finding[] => {
    if (wayOf(list, contract) !== 'both') return [];
    const oks = list.filter((x) => x.kind === 'ok');
    const known = oks.find((a, n) => oks.some((b, m) => m < n && b.id === a.id)) ?? list.find(isConflict);
    const made = [...new Map(oks.map((x) => [x.id, x])).values()].slice(0, 2);
    const proof = list.filter((x) => x === known || made.includes(x));
    return [
      {
        id: 'KEY-5',
        rule: 'blank-key-used-two-ways',
        data: { key, requests: proof.map((x) => readings.indexOf(x)) },
        proof: proof.map((x) => readings.indexOf(x)),
      },
    ];
  });
}

function isConflict({ kind }: Reading): boolean {
  return kind === 'conflict';
}

/** Requests with blank keys, by key. */
export function blankKeys(readings: Reading[]): Map<string, Reading[]> {
  const found = new Map<string, Reading[]>();
  for (const reading of readings) {
    const { key, operation } = reading.exchange;
    if (operation !== 'create' || typeof key !== 'string' || !isBlank(key)) continue;
    found.set(key, [...(found.get(key) ?? []), reading]);
  }
  return found;
}

/** Which way one blank key goes in one history. A key may have been bound before this run. */
export function wayOf(list: Reading[], { fingerprint, key }: Pick<Contract, 'fingerprint' | 'key'>): BlankWay {
  // Where bodies are not compared, every key joins them.
  if (fingerprint !== 'none' && joinedPair(list) !== null) return 'joined';
  const oks = list.filter((x) => x.kind === 'ok');
  if (oks.length === 0) {
    if (list.every((x) => x.kind === 'none')) return 'refused';
    return list.every(isConflict) ? 'a key' : 'undecided';
  }
  // Answers that name nothing show no more than a conflict does.
  if (oks.every(({ id }) => id === null)) return list.some(isConflict) ? 'a key' : 'undecided';
  // Where equal requests without a key may be joined, a key that is ignored looks so.
  if (key.keyless !== 'separate' && joinsEqualAlone(list)) return 'no key';
  const repeated = oks.some((a) => oks.some((b) => a !== b && a.id === b.id));
  const taken = repeated || list.some(isConflict);
  if (taken && new Set(oks.map((x) => x.id)).size > 1) return 'both';
  if (taken) return 'a key';
  return oks.length > 1 ? 'no key' : 'undecided';
}

/** Whether each of several bodies was accepted and has one resource of its own, whatever is sent beside it. */
function joinsEqualAlone(list: Reading[]): boolean {
  if (list.some(({ kind }) => kind !== 'ok')) return false;
  const values = new Set(list.map(({ value }) => value));
  const pairs = new Set(list.map(({ value, id }) => `${value}\n${id}`));
  return values.size > 1 && pairs.size === values.size;
}

function joinedPair(list: Reading[]): [Reading, Reading] | null {
  for (const a of list) {
    const b = list.find(
      (x) => x.kind === 'ok' && a.kind === 'ok' && a.id !== null && x.id === a.id && x.value !== a.value,
    );
    if (b !== undefined) return [a, b];
  }
  return null;
}
