/** What became of each requirement's requests: repeats that could not be read count against a pass. */

import type { LoadedContract } from '../contracts/load.js';
import { attemptsOf, writeOf } from '../history/plan.js';
import { isUnreadable, type Reading } from '../history/reading.js';
import { codingOf, isUndecoded } from '../history/undecoded.js';
import { looksAtKey } from '../judge/after-unknown.js';
import { type Repeated, repeatsIn } from '../judge/repeats.js';
import type { Requirement } from '../suites/requirement.js';
import type { Made } from './ledger.js';

/** Requests of one requirement that are asked again together. */
const MOST_ASKED = 8;

/** A request whose repeats could not be read. */
export interface OpenRepeat extends Repeated {
  made: Made;
  open: NonNullable<Repeated['open']>;
}

/** How the answers to a requirement's requests are counted. */
type Outcomes = Map<string, Map<string, number>>;

class Kept {
  repeated = 0;
  readonly open = new Set<OpenRepeat>();
  /** A repeat that was refused as the contract permits. */
  permitted: Reading | null = null;
  /** Answers of all its requests. */
  readonly outcomes: Outcomes = new Map();
  /** Whether one of the kind that it needs accepted was; `null` where none was decided. */
  accepted: boolean | null = null;
}

export class Repeats {
  readonly #loaded: LoadedContract;
  readonly #kept = new Map<string, Kept>();
  /** Whether a repeat under a key was answered with a resource, whatever requirement it was sent for. */
  #replays = false;

  constructor(loaded: LoadedContract) {
    this.#loaded = loaded;
  }

  /** Keeps what a plan shows of the requirement that it was made for. */
  remember(made: Made, { needsAccepted }: Pick<Requirement, 'needsAccepted'>): void {
    const { contract } = this.#loaded;
    const kept = this.#of(made.id);
    for (const reading of made.readings) {
      const { operation } = reading.exchange;
      if (operation !== 'get' && operation !== 'cancel') count(kept.outcomes, reading);
    }
    const attempts = attemptsOf(made.plan);
    for (const reading of made.readings) {
      const write = writeOf(attempts[reading.exchange.attempt]);
      if (write === undefined || needsAccepted?.(write, this.#loaded) !== true) continue;
      if (['ok', 'conflict', 'refused'].includes(reading.kind)) kept.accepted = true;
      else if (looksAtKey(reading, contract)) kept.accepted ??= false;
    }
    for (const repeated of repeatsIn(made.plan, made.readings, contract)) {
      kept.repeated += 1;
      this.#replays ||= repeated.replayed && repeated.first.exchange.key !== null;
      kept.permitted ??= repeated.permitted;
      if (repeated.open !== null) kept.open.add({ ...repeated, open: repeated.open, made });
    }
  }

  /** Requests of a requirement that are worth asking again. */
  open(id: string): OpenRepeat[] {
    return [...(this.#kept.get(id)?.open ?? [])].slice(0, MOST_ASKED);
  }

  /** It is not the repeat that is refused, or it could be read in the end. */
  settle(one: OpenRepeat): void {
    this.#kept.get(one.made.id)?.open.delete(one);
  }

  /** Why what could not be read leaves a requirement open: '12 of 29 requests …'; `null` where all could be read. */
  doubt(id: string): string | null {
    const kept = this.#kept.get(id);
    if (kept === undefined || kept.open.size === 0) return null;
    const outcomes: Outcomes = new Map();
    for (const { open } of kept.open) count(outcomes, open.reading);
    return `${kept.open.size} of ${inAll(kept.repeated)} did not end in a resource, also when they were sent again: ${words(outcomes, this.#loaded)}`;
  }

  /** The status by which a repeat was refused where the contract leaves that open; `null` where none was. */
  leftOpen(id: string): number | null {
    if (this.#loaded.contract.replay.kind !== null) return null;
    const outcome = this.#kept.get(id)?.permitted?.exchange.outcome;
    return outcome?.kind === 'answer' ? outcome.status : null;
  }

  /** Whether some repeats of the run were answered with a resource, so that a refusal is not the target's way. */
  get replays(): boolean {
    return this.#replays;
  }

  /** Whether the target refuses every request of the kind that a requirement needs accepted. */
  refusesAll(id: string): boolean {
    return this.#kept.get(id)?.accepted === false;
  }

  /** What a requirement's requests were answered: 'of 24 requests 8 succeeded, 16 were refused (403)'. */
  answers(id: string): { succeeded: number; words: string } {
    const outcomes = this.#kept.get(id)?.outcomes ?? new Map();
    const total = [...outcomes.values()].reduce((sum, list) => sum + sumOf(list), 0);
    const succeeded = sumOf(outcomes.get('succeeded') ?? new Map());
    return { succeeded, words: `of ${inAll(total)} ${words(outcomes, this.#loaded)}` };
  }

  #of(id: string): Kept {
    const kept = this.#kept.get(id) ?? new Kept();
    this.#kept.set(id, kept);
    return kept;
  }
}

function count(outcomes: Outcomes, reading: Reading): void {
  const { outcome } = reading.exchange;
  const way = wayOf(reading);
  const details = outcomes.get(way) ?? new Map<string, number>();
  const detail = outcome.kind === 'answer' ? String(outcome.status) : codingOf(outcome.reason);
  details.set(detail, (details.get(detail) ?? 0) + 1);
  outcomes.set(way, details);
}

function wayOf(reading: Reading): string {
  const { kind, exchange } = reading;
  if (kind === 'ok') return 'succeeded';
  const { outcome } = exchange;
  if (outcome.kind !== 'answer') return isUndecoded(outcome.reason) ? 'undecoded' : 'unanswered';
  if (kind === 'conflict') return 'conflict';
  if (kind !== 'unknown') return 'refused';
  return isUnreadable(reading) ? 'unreadable' : 'failed';
}

/** '8 succeeded, 16 were refused (400, 429)'. */
function words(outcomes: Outcomes, { contract }: LoadedContract): string {
  const said: Record<string, (be: string, statuses: string) => string> = {
    succeeded: () => 'succeeded',
    conflict: (be, statuses) => `${be} refused as a conflict (${statuses})`,
    refused: (be, statuses) => `${be} refused (${statuses})`,
    unreadable: (be, statuses) => `${be} answered without an id at ${contract.create.id} (${statuses})`,
    failed: (_, statuses) => `failed (${statuses})`,
    undecoded: (be, codings) => `${be} answered with a body that could not be decoded (Content-Encoding ${codings})`,
    unanswered: () => 'got no answer',
  };
  const parts = Object.entries(said).flatMap(([way, say]) => {
    const details = outcomes.get(way);
    if (details === undefined) return [];
    const times = sumOf(details);
    return [`${times} ${say(times === 1 ? 'was' : 'were', [...details.keys()].sort().join(', '))}`];
  });
  return parts.join(', ');
}

function inAll(requests: number): string {
  return `${requests} request${requests === 1 ? '' : 's'}`;
}

function sumOf(details: Map<string, number>): number {
  return [...details.values()].reduce((sum, n) => sum + n, 0);
}
