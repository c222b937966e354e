/** Answers that name a resource elsewhere than at the contract's pointer: which of them can be read all the same. */
import { type Json, membersOf } from '../contracts/json.js';
import { formatPointer, idAt } from '../contracts/pointer.js';
import { doneAt, isUnreadable, type Reading, readAs } from '../history/reading.js';
import { holderOf, isBlank } from '../history/register.js';
import { Running } from './running.js';

/** Bits by which two ids must differ before one that is met again cannot be there by chance. */
const ENOUGH_BITS = 64;

/** What a run has learned of a target's answers. */
export class Shapes {
  /** Where a repeat has shown the id of its own first request. */
  readonly #pointers = new Set<string>();
  readonly running = new Running();
  #lastId: string | null = null;
  /** The fewest bits by which an id differed from the one before it; `null` before there were two. */
  #bits: number | null = null;

  /** Statuses by which repeats of what was accepted were refused. */
  readonly #refusals = new Set<number>();
  /** Whether a repeat was answered with the resource. */
  #replays = false;

  /** Whether repeats are refused with this status, as far as was seen, and none was answered with its resource. */
  refusesRepeats(status: number): boolean {
    return !this.#replays && this.#refusals.has(status);
  }

  /** Learns how repeats of the same bytes are answered once the first request was. */
  learnRepeats(readings: Reading[]): void {
    const holders = new Map<string, Reading>();
    for (const reading of readings) {
      const { kind, register } = reading;
      const known = holders.get(register ?? '');
      if (kind === 'ok' && register !== null && (known === undefined || doneAt(reading) < doneAt(known)))
        holders.set(register, reading);
    }
    for (const { kind, exchange, id, register, bytes } of readings) {
      // What a blank key comes to says nothing of others: it may count as none, and equal requests without one be joined.
      if (isBlank(exchange.key)) continue;
      const holder = holders.get(register ?? '');
      if (holder === undefined || doneAt(holder) >= exchange.sent) continue;
      if (holder.bytes !== bytes) continue;
      if (kind === 'ok' && id === holder.id) this.#replays = true;
      if (kind === 'refused' && exchange.outcome.kind === 'answer') this.#refusals.add(exchange.outcome.status);
    }
  }

  /** Reads what can be read of successes without an id at the pointer, and learns from those whose id is known. */
  read(readings: Reading[]): Reading[] {
    const ids = new Set(readings.flatMap(({ exchange, id }) => (exchange.operation === 'create' ? (id ?? []) : [])));
    for (const id of ids) this.#compare(id);
    const hidden = readings.filter((x) => x.exchange.operation === 'create' && isUnreadable(x) && x.json !== undefined);
    for (const reading of hidden) {
      const own = holderOf(reading, readings)?.id;
      for (const pointer of placesOf(reading.json, (id) => id === own)) this.#pointers.add(pointer);
    }
    if (hidden.length === 0) return readings;
    return readings.map((reading) => {
      const id = hidden.includes(reading) ? this.#idIn(reading, ids) : undefined;
      return id === undefined ? reading : readAs(reading, { kind: 'ok', id });
    });
  }

  #idIn({ json }: Reading, ids: Set<string>): string | undefined {
    const known = [...this.#pointers].map((pointer) => idAt(json, pointer)).find((id) => id !== null && ids.has(id));
    if (known != null || (this.#bits ?? 0) < ENOUGH_BITS) return known ?? undefined;
    const [place] = placesOf(json, (id) => ids.has(id));
    return place === undefined ? undefined : (idAt(json, place) as string);
  }

  #compare(id: string): void {
    if (id === this.#lastId) return;
    if (this.#lastId !== null)
      this.#bits = Math.min(this.#bits ?? Number.POSITIVE_INFINITY, bitsApart(id, this.#lastId));
    this.#lastId = id;
  }
}

/** Pointers at which an id stands that is looked for, however deep. */
function placesOf(json: Json | undefined, isWanted: (id: string) => boolean): string[] {
  const places: string[] = [];
  const open: { json: Json | undefined; path: string }[] = [{ json, path: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { json, path } = next;
    const id = idAt(json, '');
    if (id !== null && isWanted(id)) places.push(path);
    for (const [name, inner] of membersOf(json)) open.push({ json: inner, path: path + formatPointer([name]) });
  }
  return places;
}

/** The information in the characters by which two ids differ; none is assumed where their lengths do. */
function bitsApart(a: string, b: string): number {
  if (a.length !== b.length) return 0;
  const differing = [...a].flatMap((character, n) => (character === b[n] ? [] : [character, b[n] as string])).join('');
  const alphabet = /^\d*$/.test(differing) ? 10 : /^[\da-f]*$/i.test(differing) ? 16 : 32;
  return (differing.length / 2) * Math.log2(alphabet);
}
