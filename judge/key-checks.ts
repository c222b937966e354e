/** KEY-4 and KEY-5: keys that are no strings, and blank ones. */
import type { Plan } from '../history/plan.js';
import { attemptsOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { answerWords, keyWords, name } from './words.js';

/** How a target takes a blank key; `joined` and `both` are wrong. */
export type BlankWay = 'a key' | 'no key' | 'refused' | 'joined' | 'both' | 'undecided';

export function checkKeys(plan: Plan, readings: Reading[]): Finding[] {
  const attempts = attemptsOf(plan);
  const noStrings = readings.flatMap((reading, index): Finding[] => {
    const use = attempts[reading.exchange.attempt]?.key;
    if (use?.kind !== 'literal' || typeof use.value === 'string') return [];
    // Only what is taken for a key can conflict.
    if (reading.kind !== 'ok' && reading.kind !== 'conflict') return [];
    return [
      {
        id: 'KEY-4',
        summary: 'A key that is no string was accepted.',
        argument: [
          `${name(reading)} carried the key ${JSON.stringify(use.value)} and was answered ${answerWords(reading)}.`,
        ],
        expected: `${name(reading)}: a refusal by validation`,
        observed: answerWords(reading),
        proof: [index],
      },
    ];
  });
  return [...noStrings, ...joinedByBlank(readings), ...takenBothWays(readings)];
}

function joinedByBlank(readings: Reading[]): Finding[] {
  return [...blankKeys(readings)].flatMap(([key, list]): Finding[] => {
    if (wayOf(list) !== 'joined') return [];
    const [a, b] = joinedPair(list) as [Reading, Reading];
    return [
      {
        id: 'KEY-5',
        summary: 'A blank key joined different bodies.',
        argument: [
          `${name(a)} and ${name(b)} carried ${keyWords(a)} and different bodies.`,
          `Both were answered with ${a.id}. The blank key ${JSON.stringify(key)} must be a key, or no key, or refused.`,
        ],
        expected: `${name(b)}: a conflict, a resource of its own, or a refusal`,
        observed: answerWords(b),
        proof: [readings.indexOf(a), readings.indexOf(b)],
      },
    ];
  });
}

/** One blank key is a key in one request, and none in another. */
function takenBothWays(readings: Reading[]): Finding[] {
  return [...blankKeys(readings)].flatMap(([key, list]): Finding[] => {
    if (wayOf(list) !== 'both') return [];
    const oks = list.filter((x) => x.kind === 'ok');
    const known = oks.find((a, n) => oks.some((b, m) => m < n && b.id === a.id)) ?? list.find(isConflict);
    const made = [...new Map(oks.map((x) => [x.id, x])).values()].slice(0, 2);
    const proof = list.filter((x) => x === known || made.includes(x));
    return [
      {
        id: 'KEY-5',
        summary: 'A blank key is taken for a key in one request and for no key in another.',
        argument: [
          `${proof.map((x) => `${name(x)} was answered ${answerWords(x)}`).join(', ')}.`,
          `Were ${JSON.stringify(key)} a key, there would be one resource; were it no key, nothing would be joined or refused.`,
        ],
        expected: 'one way, each time',
        observed: proof.map(answerWords).join(', '),
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
    if (operation !== 'create' || typeof key !== 'string' || key.trim() !== '') continue;
    found.set(key, [...(found.get(key) ?? []), reading]);
  }
  return found;
}

/** Which way one blank key goes in one history. A key may have been bound before this run. */
export function wayOf(list: Reading[]): BlankWay {
  if (joinedPair(list) !== null) return 'joined';
  const oks = list.filter((x) => x.kind === 'ok');
  if (oks.length === 0) {
    if (list.every((x) => x.kind === 'none')) return 'refused';
    return list.every(isConflict) ? 'a key' : 'undecided';
  }
  const repeated = oks.some((a) => oks.some((b) => a !== b && a.id === b.id));
  const taken = repeated || list.some(isConflict);
  if (taken && new Set(oks.map((x) => x.id)).size > 1) return 'both';
  if (taken) return 'a key';
  return oks.length > 1 ? 'no key' : 'undecided';
}

function joinedPair(list: Reading[]): [Reading, Reading] | null {
  for (const a of list) {
    const b = list.find((x) => x.kind === 'ok' && a.kind === 'ok' && x.id === a.id && x.value !== a.value);
    if (b !== undefined) return [a, b];
  }
  return null;
}
