/** Counts effects: which resources exist because of which logical operation (rule 10). */
import type { Contract } from '../contracts/contract.js';
import type { Effect } from '../history/history.js';
import { EVERY_NONCE, NONCE_ANYWHERE } from '../history/nonce.js';
import { type CredentialUse, isRestarted, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { isBlank, ownBefore, sameRegister, scopeOf } from '../history/register.js';
import { repeatsBefore, secondResource } from './attribute.js';
import { batchId, inOneBatch } from './batches.js';
import type { Finding } from './finding.js';
import { framedId } from './framing.js';
import { acknowledgedIn } from './lacking.js';
import { lostId } from './lost.js';
import { Acknowledged } from './lost-writes.js';
import { shows } from './shown.js';
import { overlapped } from './times.js';
import { hadOtherTokens } from './tokens.js';

/** Everything sent for one nonce, or for one key where bodies carry none, and the resources that belong to it. */
interface Work<Source> {
  source: Source;
  readings: Reading[];
  /** Where each reading stands in its history. */
  indexes: number[];
  /** Sent once more at the end of a run, in a history of its own. */
  again: Reading[];
  /** Ids found by something other than the replies, in the order they were met. */
  found: Set<string>;
  reported: boolean;
}

export interface Excess<Source> {
  source: Source;
  finding: Finding;
  /** Ids of the resources that exist. */
  ids: string[];
}

export interface Lacking<Source> {
  source: Source;
  /** One success of each key. */
  acknowledged: Reading[];
  /** Ids of the resources that were found. */
  found: string[];
}

/** What of a contract, and of a run, counting depends on. */
interface AccountRules extends Pick<Contract, 'fingerprint' | 'scope'>, Partial<Pick<Contract, 'authentication'>> {
  exclusive: boolean;
  effects: Pick<Contract['effects'], 'perWrite'>;
}

export class Account<Source extends { plan: Plan; readings: Reading[] }> {
  /** Resources that answers named (rule 13). */
  readonly acknowledged = new Acknowledged<Source>();
  readonly #exclusive: boolean;
  readonly #works = new Map<string, Work<Source>>();
  /** Nonces by the id that they were first answered with, and by account and id. */
  readonly #first = new Map<string, string>();
  readonly #owners = new Map<string, string>();
  readonly #seen = new Set<string>();
  /** Nonces and ids of what stood beside the items of batches. */
  readonly #beside = new Set<string>();
  /** Numbers keyless requests without a nonce. */
  #requests = 0;
  created = 0;
  /** Resources of another client, recognised by their nonce member. */
  foreign = 0;
  /** Resources that cannot be attributed: effects are then undecided. */
  ambiguous = 0;

  /** Resources of what was sent, as lists showed them, with the credential that sees them. */
  readonly shown = new Map<string, CredentialUse>();
  readonly #contract: Pick<Contract, 'fingerprint' | 'scope'> & Partial<Pick<Contract, 'authentication'>>;
  readonly #perWrite: number;

  constructor({ exclusive, effects, ...contract }: AccountRules) {
    this.#exclusive = exclusive;
    this.#perWrite = effects.perWrite;
    this.#contract = contract;
  }

  /**
   * Remembers what was sent; `readings` are all of one history. Gives a finding for each answer that names a
   * resource of another plan's operation.
   */
  add(source: Source, readings: Reading[]): Finding[] {
    const joined: Finding[] = [];
    this.acknowledged.add(source, readings);
    for (const [index, reading] of readings.entries()) {
      if (reading.exchange.operation !== 'create') continue;
      for (const one of besideOf(reading)) this.#beside.add(one);
      const nonce = nonceOf(reading) ?? reading.register ?? `request ${this.#requests++}`;
      let work = this.#works.get(nonce);
      if (work === undefined) {
        work = { source, readings: [], indexes: [], again: [], found: new Set(), reported: false };
        this.#works.set(nonce, work);
      }
      work.readings.push(reading);
      work.indexes.push(index);
      if (reading.id === null) continue;
      // Where bodies are not compared, a blank key that is used as one joins them in all plans.
      if (this.#contract.fingerprint === 'none' && isBlank(reading.exchange.key)) continue;
      const owned = `${scopeOf(reading.exchange.credential, this.#contract)} ${reading.id}`;
      const before = this.#owners.get(owned) ?? this.#first.get(reading.id);
      const owner = this.#works.get(before ?? '');
      if (!this.#first.has(reading.id)) this.#first.set(reading.id, nonce);
      if (owner === undefined || this.#isOwnNumber(reading, owner.readings)) this.#owners.set(owned, nonce);
      else if (owner.source !== source && nonce !== before)
        joined.push(joinedAcrossPlans(reading, index, readings, owner.readings));
    }
    return joined;
  }

  /** Remembers what was sent once more for operations that are known: without a key, each may make a resource. */
  addAgain(readings: Reading[]): void {
    for (const reading of readings) {
      const work = this.#works.get(nonceOf(reading) ?? reading.register ?? '');
      if (reading.exchange.operation === 'create') work?.again.push(reading);
      for (const one of besideOf(reading)) this.#beside.add(one);
    }
  }

  /** Whether only other accounts have the id, and theirs may be other resources: each may count for itself. */
  #isOwnNumber(reading: Reading, owners: Reading[]): boolean {
    const own = scopeOf(reading.exchange.credential, this.#contract);
    const named = owners.filter(({ id }) => id === reading.id);
    return named.every(
      (x) => scopeOf(x.exchange.credential, this.#contract) !== own && shows(reading, x) !== 'certain',
    );
  }

  /**
   * Resources of a request's work that no answer names; `null` where they may belong to another request of it: there are
   * fewer than requests of which nobody knows whether they made one.
   */
  unnamedOf(reading: Reading): string[] | null {
    const work = this.#works.get(nonceOf(reading) ?? reading.register ?? '');
    if (work === undefined) return null;
    const named = new Set(work.readings.map(({ id }) => id));
    const nameless = new Set(work.readings.flatMap((x) => (x.kind === 'ok' && x.id === null ? [x.register] : [])));
    const others = [...work.found].filter((id) => !named.has(id));
    // One write makes as many, and its answer names one of them or none.
    const beside = (this.#perWrite - 1) * (work.found.size - others.length) + this.#perWrite * nameless.size;
    const unnamed = others.slice(beside);
    const open = work.readings.filter((x) => x.kind === 'unknown' && x.register !== reading.register);
    const keyless = open.filter(({ register }) => register === null).length;
    const unknown = (keyless + new Set(open.flatMap(({ register }) => register ?? [])).size) * this.#perWrite;
    return unknown > 0 && unnamed.length > 0 && unnamed.length <= unknown ? null : unnamed;
  }

  /** Whether something was found that its request, or another one of its operation, made. */
  isSeen(reading: Reading): boolean {
    return (this.#works.get(nonceOf(reading) ?? reading.register ?? '')?.found.size ?? 0) > 0;
  }

  /** Operations of plans with fewer resources than were acknowledged under different keys: where answers name none. */
  lacking(contract: Pick<Contract, 'key'>): Lacking<Source>[] {
    return [...this.#works.values()].flatMap(({ source, readings, found }) => {
      const acknowledged = acknowledgedIn(readings, contract);
      const isOfPlan = source.plan.steps.length > 0 && acknowledged.every((one) => source.readings.includes(one));
      return isOfPlan && acknowledged.length > found.size ? [{ source, acknowledged, found: [...found] }] : [];
    });
  }

  /** Attributes resources, and reports operations that have more of them than they may. */
  count(effects: Effect[]): Excess<Source>[] {
    const touched = new Set<Work<Source>>();
    for (const { id, nonce, readable, credential } of effects) {
      // Accounts that count for themselves have one id for two resources, which echo two nonces.
      const name = nonce === null ? id : `${id} ${nonce}`;
      if (this.#seen.has(name)) continue;
      this.#seen.add(id).add(name);
      // What it echoes says best which request made it: an answer can name another one's.
      const owner = this.#owners.get(`${scopeOf(credential, this.#contract)} ${id}`) ?? this.#first.get(id);
      const work = this.#works.get(nonce ?? '') ?? this.#works.get(owner ?? '');
      if (work !== undefined) {
        work.found.add(id);
        this.shown.set(id, credential);
        touched.add(work);
        this.created += 1;
      } else if (this.#beside.has(nonce ?? id)) {
        this.shown.set(id, credential);
        this.created += 1;
      } else if (readable && !this.#exclusive) this.foreign += 1;
      else this.ambiguous += 1;
    }
    const isCancelled = (id: string) => this.acknowledged.isCancelled(id);
    const { authentication, fingerprint } = this.#contract;
    const about = { perWrite: this.#perWrite, authentication, compares: fingerprint !== 'none' };
    return [...touched].flatMap((work) => excess(work, isCancelled, about));
  }
}

/** The nonce of a request's body; a malformed one still carries it. */
export function nonceOf(reading: Reading): string | null {
  return NONCE_ANYWHERE.exec(reading.exchange.request.body)?.[0] ?? null;
}

/** What tells resources that were made beside an item of a batch: the nonces that were sent, and the ids that came back. */
function besideOf({ exchange: { batch } }: Reading): string[] {
  return batch === undefined ? [] : [...batch.beside, ...(batch.request.match(EVERY_NONCE) ?? [])];
}

/** What decides how many effects are too many, and which requirement they break. */
interface ExcessRules {
  authentication: Contract['authentication'] | undefined;
  perWrite: number;
  compares: boolean;
}

/** Too many effects count at once. What was cancelled after it was acknowledged counts, though lists may hide it. */
function excess<Source extends { plan: Plan; readings: Reading[]; id?: string }>(
  work: Work<Source>,
  isCancelled: (id: string) => boolean,
  { perWrite, authentication, compares }: ExcessRules,
): Excess<Source>[] {
  const all = [...work.readings, ...work.again];
  const allowed = perWrite * mostEffects(all);
  const acknowledged = all.filter((x) => x.kind === 'ok');
  const cancelled = acknowledged.flatMap(({ id }) => (id !== null && isCancelled(id) ? [id] : []));
  const ids = [...new Set([...work.found, ...cancelled])];
  if (work.reported || ids.length <= allowed) return [];
  work.reported = true;
  const extra = ids.filter((id) => !acknowledged.some((x) => x.id === id));
  const { source } = work;
  // Whatever else was sent, a restart is what lost the key.
  const counted = isRestarted(source.plan)
    ? 'LOST-5'
    : (brokenInBatch(work.readings, source.readings) ?? broken(work.readings, source.plan, authentication));
  // With ids, the answers themselves would show it.
  const shown = nameless(work.readings) === null ? [] : namelessId(work.readings, source, compares);
  return [...new Set([counted, ...shown])].map((id) => ({
    source,
    ids,
    finding: {
      id,
      rule: 'too-many-resources',
      data: { requests: work.indexes, resources: ids, unnamed: extra, allowed },
      proof: proofOf(work, extra),
    },
  }));
}

/** The earliest two successes of one register that name nothing: which of its requests made a second resource is not known. */
function nameless(readings: Reading[]): [Reading, Reading] | null {
  const unnamed = readings.filter(({ kind, id }) => kind === 'ok' && id === null);
  for (const a of unnamed) {
    const others = unnamed.filter((x) => sameRegister(x, a));
    const b = others.find(({ value }) => value !== a.value) ?? others[0];
    if (b !== undefined) return a.exchange.sent <= b.exchange.sent ? [a, b] : [b, a];
  }
  return null;
}

/** The requirement that the second resource breaks: its plan's own, where some repeat would break that, else that of the first repeat. */
function namelessId(
  readings: Reading[],
  { plan, readings: all, id }: { plan: Plan; readings: Reading[]; id?: string },
  compares: boolean,
): string[] {
  const oks = readings.filter(({ kind }) => kind === 'ok');
  const ids = oks.flatMap((a, n) =>
    oks.slice(n + 1).flatMap((b) => {
      if (!sameRegister(a, b)) return [];
      const of = { plan, readings: all, witnesses: [a, b], compares };
      return [batchId(a, b, all) ?? secondResource(a, b, repeatsBefore(a, b, readings), of)];
    }),
  );
  const isRefused = readings.some(({ kind }) => kind === 'conflict');
  return [...ids.filter((one) => one === id), ...(isRefused ? [] : ids)].slice(0, 1);
}

/** One request for each resource where all were acknowledged; all of them where some answer hides its resource. */
function proofOf<Source>({ readings, indexes, found }: Work<Source>, extra: string[]): number[] {
  if (extra.length > 0) return indexes;
  return [...found].map((id) => indexes[readings.findIndex((x) => x.id === id)] as number).sort((a, b) => a - b);
}

/** Operations of different plans share neither key nor body, so nothing excuses a shared resource. */
function joinedAcrossPlans(reading: Reading, index: number, readings: Reading[], owners: Reading[]): Finding {
  return {
    id: joinedId(reading, readings, owners),
    rule: 'joined-with-another-plan',
    data: { answered: index },
    proof: [index],
  };
}

function joinedId(reading: Reading, readings: Reading[], owners: Reading[]): string {
  if (owners.every((x) => x.exchange.credential !== reading.exchange.credential)) return 'SCOPE-3';
  // The request that had a resource of its own is the one answered wrongly.
  const before = owners.find((x) => x.id === reading.id);
  if (ownBefore(reading, readings) ?? (before && ownBefore(before, owners))) return 'REPLAY-1';
  const together = before !== undefined && overlapped(before, reading);
  // Blank keys are the same in all plans.
  if (isBlank(reading.exchange.key)) return 'KEY-5';
  if (reading.exchange.key === null) return together ? 'STORM-10' : 'CREATE-1';
  return together ? 'STORM-5' : 'CREATE-3';
}

/** The most effects that a nonce's requests may have: one for each register and each keyless request. */
function mostEffects(readings: Reading[]): number {
  const registers = new Set<string>();
  let keyless = 0;
  for (const { exchange, kind, register } of readings) {
    if (kind === 'none' || kind === 'inflight') continue;
    if (register !== null && !isBlank(exchange.key)) registers.add(register);
    else keyless += 1;
  }
  return registers.size + keyless;
}

/** The requirement on batches that too many effects break; `null` where no two attempts were items of one. */
function brokenInBatch(readings: Reading[], all: Reading[]): string | null {
  const pair = twoIds(readings);
  if (pair !== null) return batchId(...pair, all);
  const shared = readings.filter(({ exchange }) => exchange.batch?.shared === true);
  const twin = shared.find((a) => shared.some((b) => inOneBatch(a, b) && sameRegister(a, b)));
  if (twin !== undefined) return 'BATCH-1';
  return shared.flatMap((a) => readings.flatMap((b) => (a === b ? [] : (batchId(a, b, all) ?? []))))[0] ?? null;
}

/** The requirement that too many effects break, by what was sent. */
export function broken(readings: Reading[], plan: Plan, authentication: Contract['authentication'] = null): string {
  const cut = readings.some((x) => x.kind === 'none' && x.exchange.outcome.kind !== 'answer');
  if (readings.every((x) => x.kind === 'none')) return cut ? 'LOST-2' : 'REJECT-2';
  // A register that was answered two ids says most; without one, the extra resource was never acknowledged.
  const isRefused = readings.some((x) => x.kind === 'conflict');
  // Where one was refused as a conflict, that one has made it rather than a repeat.
  const pair = twoIds(readings) ?? (isRefused ? null : nameless(readings));
  if (pair !== null) {
    const [a, b] = pair;
    if (pair.some(({ exchange }) => exchange.headerKey !== undefined)) return 'HEADER-2';
    if (a.value === b.value && hadOtherTokens(a, b, authentication)) return 'SCOPE-6';
    if (overlapped(a, b)) return 'STORM-2';
    const lost = lostId(a, readings, b);
    if (lost !== null) return lost;
    if (a.value !== b.value) return 'CONFLICT-5';
    if (framedId(plan, a, b) === 'REPLAY-15') return 'REPLAY-15';
    return a.bytes === b.bytes ? 'REPLAY-3' : 'CONFLICT-7';
  }
  const [lost] = readings.flatMap((x) => lostId(x, readings) ?? []);
  const together = readings.some((a, n) => readings.slice(n + 1).some((b) => sameRegister(a, b) && overlapped(a, b)));
  if (together && !(lost === 'LOST-3' && winnerMayBeLost(readings))) return 'STORM-2';
  if (lost !== undefined) return lost;
  return isRefused ? 'CONFLICT-5' : 'REPLAY-3';
}

/** Whether nothing that was released with a lost request was acknowledged: then the lost one may have made the extra resource. */
function winnerMayBeLost(readings: Reading[]): boolean {
  const lost = readings.filter(({ kind, exchange }) => kind !== 'ok' && exchange.outcome.kind !== 'answer');
  return lost.every((one) =>
    readings.every(
      (x) => x.kind !== 'ok' || !sameRegister(x, one) || x.exchange.step !== one.exchange.step || x.exchange.retry > 0,
    ),
  );
}

/** Two requests of one register that were answered different ids. */
function twoIds(readings: Reading[]): [Reading, Reading] | null {
  for (const a of readings) {
    const b = readings.find((x) => sameRegister(x, a) && x.kind === 'ok' && a.kind === 'ok' && x.id !== a.id);
    if (b !== undefined) return [a, b];
  }
  return null;
}
