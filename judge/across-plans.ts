/** Promises that no single plan can show: one way for each kind of blank key and rewrite, request ids that are new. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { blankKeys, wayOf } from './key-checks.js';
import { decisionOf } from './observations.js';
import { answerWords, keyWords, name } from './words.js';

export class Across {
  readonly #contract: Contract;
  /** The way first seen, by what it is a way of. */
  readonly #ways = new Map<string, string>();
  readonly #requestIds = new Set<string>();

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  /** What a history breaks, given all before it; `decided` are the readings in which the target decided. */
  add(plan: Plan, readings: Reading[], decided: Reading[]): Finding[] {
    return [...this.#blank(readings, decided), ...this.#rewrites(plan, readings, decided), ...this.#ids(readings)];
  }

  /** KEY-5: one way for each blank key. */
  #blank(readings: Reading[], decided: Reading[]): Finding[] {
    return [...blankKeys(decided)].flatMap(([key, list]): Finding[] => {
      const way = wayOf(list);
      const before = this.#remember(`blank ${key}`, ['joined', 'both', 'undecided'].includes(way) ? null : way);
      // The key may hold a body of an earlier round: then this is a conflict in another form, which CONFLICT-1 judges.
      if (before === null || (before === 'a key' && way === 'refused')) return [];
      return [
        {
          id: 'KEY-5',
          summary: 'A blank key is taken one way at one time and another way at another.',
          argument: [
            `The key ${JSON.stringify(key)} was ${before} before.`,
            `Here it is ${way}: ${list.map((x) => `${name(x)} was answered ${answerWords(x)}`).join(', ')}.`,
          ],
          expected: `${before}, each time`,
          observed: way,
          proof: list.map((x) => readings.indexOf(x)),
        },
      ];
    });
  }

  /** CONFLICT-7: a kind of rewrite at a place is decided alike. Bytes differ from plan to plan, so this only warns. */
  #rewrites(plan: Plan, readings: Reading[], decided: Reading[]): Finding[] {
    const attempts = attemptsOf(plan);
    return decided.flatMap((reading): Finding[] => {
      const rewrite = attempts[reading.exchange.attempt]?.body?.rewrite;
      const decision = decisionOf(reading);
      if (rewrite === undefined || decision === 'unknown') return [];
      const kind = `${rewrite.name} at ${rewrite.pointer || 'the top'}`;
      const before = this.#remember(`rewrite ${kind}`, decision);
      if (before === null) return [];
      return [
        {
          id: 'CONFLICT-7',
          summary: 'The same kind of rewrite is decided in two ways.',
          argument: [
            `${name(reading)} carried ${keyWords(reading)} and the first body rewritten: ${kind}. It was answered ${answerWords(reading)}.`,
            `With other bodies the same rewrite ${before} before.`,
          ],
          expected: before,
          observed: decision,
          proof: [readings.indexOf(reading)],
          warns: true,
        },
      ];
    });
  }

  /** CONFLICT-9: a request id is new in every answer. */
  #ids(readings: Reading[]): Finding[] {
    const header = this.#contract.errors.requestId?.header.toLowerCase();
    if (header === undefined) return [];
    return readings.flatMap((reading, index): Finding[] => {
      const { outcome } = reading.exchange;
      const id = outcome.kind === 'answer' ? outcome.headers[header] : undefined;
      if (id === undefined || !this.#requestIds.has(id)) {
        if (id !== undefined) this.#requestIds.add(id);
        return [];
      }
      return [
        {
          id: 'CONFLICT-9',
          summary: 'A request id stands in two answers.',
          argument: [`${name(reading)} was answered with the request id ${id}, which an earlier answer had carried.`],
          expected: 'a request id that is new',
          observed: id,
          proof: [index],
        },
      ];
    });
  }

  /** The way seen before when it was another one, otherwise `null`. */
  #remember(subject: string, way: string | null): string | null {
    if (way === null) return null;
    const before = this.#ways.get(subject);
    if (before === undefined) this.#ways.set(subject, way);
    return before === undefined || before === way ? null : before;
  }
}
