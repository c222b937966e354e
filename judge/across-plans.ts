/** Promises that no single plan can show: one way for each kind of blank key and rewrite, request ids that are new. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, type Plan, writeOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { blankKeys, wayOf } from './key-checks.js';
import { decisionOf } from './observations.js';

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
      const way = wayOf(list, this.#contract);
      const before = this.#remember(`blank ${key}`, ['joined', 'both', 'undecided'].includes(way) ? null : way);
      // The key may hold a body of an earlier round: then this is a conflict in another form, which CONFLICT-1 judges.
      if (before === null || (before === 'a key' && way === 'refused')) return [];
      return [
        {
          id: 'KEY-5',
          rule: 'blank-key-changes-way',
          data: { key, before, way, requests: list.map((x) => readings.indexOf(x)) },
          proof: list.map((x) => readings.indexOf(x)),
        },
      ];
    });
  }

  /** CONFLICT-7: a kind of rewrite at a place is decided alike. Bytes differ from plan to plan, so this only warns. */
  #rewrites(plan: Plan, readings: Reading[], decided: Reading[]): Finding[] {
    const attempts = attemptsOf(plan);
    return decided.flatMap((reading): Finding[] => {
      const rewrite = writeOf(attempts[reading.exchange.attempt])?.body.rewrite;
      const decision = decisionOf(reading);
      if (rewrite === undefined || decision === 'unknown') return [];
      const kind = `${rewrite.name} at ${rewrite.pointer || 'the top'}`;
      const before = this.#remember(`rewrite ${kind}`, decision);
      if (before === null) return [];
      return [
        {
          id: 'CONFLICT-7',
          rule: 'rewrite-decided-two-ways',
          data: { rewrite: kind, before, decision, answered: readings.indexOf(reading) },
          proof: [readings.indexOf(reading)],
          warns: true,
        },
      ];
    });
  }

  /** CONFLICT-9: a request id is new in every answer, unless the contract says that replays repeat it. */
  #ids(readings: Reading[]): Finding[] {
    const header = this.#contract.errors.requestId?.header.toLowerCase();
    const repeats = this.#contract.replay.headers?.equal.some((name) => name.toLowerCase() === header) ?? false;
    if (header === undefined || repeats) return [];
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
          rule: 'request-id-repeated',
          data: { answered: index, requestId: id },
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

/** What several runs of one target observed, as far as it matters here. */
interface Seen {
  id: string;
  subject: string;
  seen: { value: string; count: number }[];
}

/** KEY-5: one way for each blank key, in all shards of a run together. `null` where they agree. */
export function blankKeysOfShards(observations: Seen[]): Finding | null {
  const decided = ({ seen }: Seen) => seen.filter(({ value }) => value !== 'undecided');
  const split = observations.find((one) => one.id === 'KEY-5' && decided(one).length > 1);
  if (split === undefined) return null;
  return {
    id: 'KEY-5',
    rule: 'blank-key-differs-between-shards',
    data: { key: split.subject, seen: split.seen.map(({ value, count }) => ({ value, count })) },
    proof: [],
  };
}
