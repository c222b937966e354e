/** Names a violation of the judge: which requirement it breaks, by how its requests are related, and why. */
import type { Contract } from '../contracts/contract.js';
import { attemptsOf, type KeyUse, keyUseOf, type Plan, writeOf } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { ownBefore, sameRegister } from '../history/register.js';
import { batchId } from './batches.js';
import type { Finding } from './finding.js';
import { framedId } from './framing.js';
import { isAfterStorm, isStormy, lostId } from './lost.js';
import type { Rule, Violation } from './observed.js';
import { gapMs, overlapped } from './times.js';
import { hadOtherTokens } from './tokens.js';

/** A repeat sent sooner than this after the answer is 'at once' (REPLAY-5). */
const AT_ONCE_MS = 110;

/** Everything an attribution looks at. */
interface Case {
  plan: Plan;
  readings: Reading[];
  /** The proof, by time sent. */
  witnesses: Reading[];
  /** Whether another body under a key is another request. */
  compares: boolean;
}

/** What an attribution finds. */
type Attributed = Pick<Finding, 'id' | 'rule' | 'data'>;

/** Where no conflict is documented, another body under a key has requirements of its own, whatever else was going on. */
export function attribute(
  violation: Violation,
  plan: Plan,
  readings: Reading[],
  { conflict, fingerprint, key, authentication }: Pick<Contract, 'conflict' | 'fingerprint' | 'key' | 'authentication'>,
): Finding {
  const witnesses = violation.proof.map((ref) => readings[ref] as Reading);
  const compares = fingerprint !== 'none';
  const of = { plan, readings, witnesses, compares };
  const attributed = attributedTo(violation, of);
  const [a, b] = witnesses;
  const leftOpen = compares && conflict === null;
  if (leftOpen && a !== undefined && b !== undefined && a.value !== b.value && a.register === b.register) {
    const id = { 'two-values': 'CONFLICT-3', 'two-ids': 'CONFLICT-1' }[violation.rule as string];
    if (id !== undefined) return { ...attributed, id, proof: violation.proof };
  }
  const ofBatch = a !== undefined && b !== undefined && a.register === b.register ? batchId(a, b, readings) : null;
  const id = otherTokens(of, authentication) ?? ofBatch ?? besides(of, key.operations === 'shared') ?? attributed.id;
  return { ...attributed, id, proof: violation.proof };
}

/** One client's requests with the same key and body, and another access token. */
function otherTokens({ witnesses }: Case, authentication: Contract['authentication']): string | null {
  const [a, b] = witnesses;
  if (a === undefined || b === undefined || a.register !== b.register || a.value !== b.value) return null;
  return hadOtherTokens(a, b, authentication) ? 'SCOPE-6' : null;
}

/** What else a request carried than key and body, or where else its key was sent, names the requirement first. */
function besides({ readings, witnesses }: Case, sharesOperations: boolean): string | null {
  const headed = witnesses.filter((x) => x.exchange.headerKey !== undefined);
  if (headed.length > 0) return headed.some((x) => typeof x.exchange.key === 'string') ? 'HEADER-2' : 'HEADER-1';
  const elsewhere = readings.some(
    ({ exchange: other }) =>
      other.operation === 'other' &&
      typeof other.key === 'string' &&
      witnesses.every(({ exchange }) => exchange.key === other.key && exchange.sent > other.sent),
  );
  return elsewhere && !sharesOperations ? 'SCOPE-5' : null;
}

function attributedTo(violation: Violation, of: Case): Attributed {
  const [a, b] = of.witnesses as [Reading, Reading];
  const data = of.witnesses.length > 1 ? roles(of, { first: a, second: b }) : {};
  switch (violation.rule) {
    case 'two-ids':
      return twoIds(a, b, of);
    case 'shared-id':
      return sharedId(a, b, of);
    case 'two-values':
      return {
        id: anotherBody(a, b, of),
        rule: a.id === null ? 'another-body-accepted' : 'another-body-replayed',
        data,
      };
    case 'conflict-for-winner':
      return { id: conflictForWinner(a, b, of), rule: 'conflict-for-winner', data };
    case 'conflict-without-competitor':
    case 'repeat-refused-without-first':
      return conflictAlone(of, violation.rule);
    case 'refused-request-bound': {
      const cut = a.exchange.outcome.kind !== 'answer';
      return {
        id: cut ? 'LOST-2' : 'REJECT-3',
        rule: cut ? 'incomplete-request-bound' : 'refused-request-bound',
        data,
      };
    }
    case 'in-flight-without-competitor':
      return inFlightAlone(of);
  }
}

/** Requests by what they are in a finding, as indexes in the history. */
function roles({ readings }: Case, named: Record<string, Reading>): Record<string, number> {
  return Object.fromEntries(Object.entries(named).map(([role, reading]) => [role, readings.indexOf(reading)]));
}

function twoIds(a: Reading, b: Reading, of: Case): Attributed {
  const repeats = repeatsBefore(a, b, of.readings);
  return {
    id: secondResource(a, b, repeats, of),
    rule: a.value === b.value ? 'second-resource' : 'second-resource-for-another-body',
    data: { ...roles(of, { first: a, second: b }), repeats },
  };
}

/** How many repeats of `a` were answered with its resource before `b` was sent. */
export function repeatsBefore(a: Reading, b: Reading, readings: Reading[]): number {
  return readings.filter(
    (x) => sameRegister(x, a) && x.kind === 'ok' && x.id === a.id && x.exchange.sent < b.exchange.sent,
  ).length;
}

/** The requirement that a second resource under one key breaks: the most particular difference names it. */
export function secondResource(a: Reading, b: Reading, repeats: number, of: Case): string {
  const attempts = attemptsOf(of.plan);
  const afterStorm = isAfterStorm(b, of.readings);
  if (of.compares && a.value !== b.value) {
    return overlapped(a, b) ? 'STORM-4' : (lostId(a, of.readings, b) ?? (afterStorm ? 'STORM-4' : 'CONFLICT-1'));
  }
  const recalled = writeOf(attempts[b.exchange.attempt])?.recalled;
  if (recalled !== undefined) return recalled;
  const elsewhere = a.exchange.target !== b.exchange.target;
  if (elsewhere && overlapped(a, b)) return 'STORM-7';
  if (restarted(a, b, of)) return 'LOST-5';
  const late = [a, b].some((x) => attempts[x.exchange.attempt]?.atFraction !== undefined);
  if (overlapped(a, b)) return late ? 'STORM-9' : 'STORM-1';
  if (of.compares && a.bytes !== b.bytes) return 'CONFLICT-7';
  const lost = lostId(a, of.readings, b);
  if (lost !== null) return lost;
  if (afterStorm && elsewhere) return 'STORM-7';
  if (afterStorm) return becameTerminal(a, b, of) ? 'REPLAY-8' : 'STORM-6';
  if (elsewhere) return 'REPLAY-6';
  const gap = gapMs(a, b);
  if (freedByConflict(a, b, of)) return 'CONFLICT-6';
  if (repeats === 0 && gap !== null && gap < AT_ONCE_MS) return 'REPLAY-5';
  const [first, second] = [a, b].map((x) => attempts[x.exchange.attempt]?.framing?.connection);
  if (first !== second) return 'REPLAY-6';
  const framed = framedId(of.plan, a, b);
  if (framed !== null) return framed;
  if (becameTerminal(a, b, of)) return 'REPLAY-8';
  if (repeats > 0) return 'REPLAY-4';
  return otherKeysBetween(a, b, of) ? 'CREATE-5' : 'REPLAY-1';
}

function sharedId(a: Reading, b: Reading, of: Case): Attributed {
  // The request that had a resource of its own is the one answered wrongly.
  const [astray, maker] = ownBefore(b, of.readings) === undefined ? [a, b] : [b, a];
  const own = ownBefore(astray, of.readings);
  // At the same time, neither was there first: what the keys did to each other is the cause.
  if (own !== undefined && !overlapped(own, astray)) {
    const { id } = twoIds(own, astray, of);
    return { id, rule: 'resource-of-another-request', data: roles(of, { own, astray, maker }) };
  }
  return {
    id: joined(a, b, of),
    rule: 'unrelated-requests-joined',
    data: roles(of, { first: a, second: b, ...(own === undefined ? {} : { own }) }),
  };
}

/** The requirement that two requests break which were joined though nothing relates them. */
export function joined(a: Reading, b: Reading, of: Pick<Case, 'plan' | 'readings' | 'witnesses'>): string {
  if (wasRefusedElsewhere(b, of)) return 'CONFLICT-11';
  if (a.exchange.credential !== b.exchange.credential) return 'SCOPE-1';
  const uses = [a, b].map((x) => keyUseOf(attemptsOf(of.plan)[x.exchange.attempt]));
  if (uses.some((use) => use?.kind === 'null')) return 'CREATE-2';
  if (uses.some((use) => use?.kind === 'absent')) return overlapped(a, b) ? 'STORM-10' : 'CREATE-1';
  if (uses.some((use) => use?.kind === 'slot' && use.nearMiss !== undefined)) return 'KEY-2';
  return overlapped(a, b) ? 'STORM-5' : 'CREATE-3';
}

function conflictAlone(of: Case, rule: Rule): Attributed {
  const [first] = of.witnesses as [Reading];
  const refused = of.witnesses.find((x) => x.kind !== 'ok') ?? first;
  const use = keyUseOf(attemptsOf(of.plan)[refused.exchange.attempt]);
  const related = of.readings.find((x) => x !== refused && x.kind === 'ok' && x.exchange.sent < refused.exchange.sent);
  return {
    id: wasRefusedElsewhere(refused, of)
      ? 'CONFLICT-11'
      : (lostId(refused, of.readings, refused) ?? conflictWithoutCompetitor(refused, related, use)),
    rule,
    data: roles(of, { refused, ...(related === undefined ? {} : { related }) }),
  };
}

function conflictWithoutCompetitor(refused: Reading, related: Reading | undefined, use: KeyUse | undefined): string {
  if (use?.kind === 'null') return 'CREATE-2';
  if (use?.kind === 'absent') return 'CREATE-1';
  if (related !== undefined && related.exchange.credential !== refused.exchange.credential) return 'SCOPE-2';
  if (use?.kind === 'slot' && use.nearMiss !== undefined) return 'KEY-2';
  return related === undefined || related.exchange.key === refused.exchange.key ? 'CONFLICT-1' : 'CREATE-3';
}

function inFlightAlone(of: Case): Attributed {
  const refused = of.witnesses.find((x) => x.kind === 'inflight') as Reading;
  const holder = of.witnesses.find((x) => x !== refused);
  const other = holder !== undefined && holder.bytes !== refused.bytes;
  return {
    id: other ? 'CONFLICT-1' : holder !== undefined && !isStormy(refused, of.readings) ? 'REPLAY-1' : 'STORM-3',
    rule: other ? 'another-body-in-flight' : 'in-flight-without-competitor',
    data: roles(of, { refused, ...(holder === undefined ? {} : { holder }) }),
  };
}

function anotherBody(a: Reading, b: Reading, of: Case): string {
  if (overlapped(a, b)) return 'STORM-4';
  const lost = lostId(a, of.readings, b);
  if (lost !== null) return lost;
  const refusedBefore = of.readings.some(
    (x) => sameRegister(x, b) && x.kind === 'conflict' && x.value === b.value && x.exchange.sent < b.exchange.sent,
  );
  if (refusedBefore) return 'CONFLICT-6';
  const edit =
    writeOf(attemptsOf(of.plan)[b.exchange.attempt])?.body.edit ??
    writeOf(attemptsOf(of.plan)[a.exchange.attempt])?.body.edit;
  return edit?.reorders === true ? 'CONFLICT-4' : 'CONFLICT-3';
}

function conflictForWinner(a: Reading, b: Reading, of: Case): string {
  const recalled = writeOf(attemptsOf(of.plan)[b.exchange.attempt])?.recalled;
  if (recalled !== undefined) return recalled;
  if (overlapped(a, b)) return 'STORM-3';
  const lost = lostId(a, of.readings, b);
  if (lost !== null) return lost;
  // The same bytes again, but not those that made the resource.
  if ([a, b].every((x) => writeOf(attemptsOf(of.plan)[x.exchange.attempt])?.body.rewrite !== undefined))
    return 'CONFLICT-7';
  const [success, refused] = a.kind === 'ok' ? [a, b] : [b, a];
  // Values are compared, by the contract, and these are equal.
  if (of.compares && success.exchange.request.body !== refused.exchange.request.body) return 'CONFLICT-7';
  const framed = framedId(of.plan, a, b);
  if (framed !== null) return framed;
  const conflicts = of.readings.filter((x) => sameRegister(x, a) && x.kind === 'conflict' && x.value !== success.value);
  if (conflicts.some((x) => x.exchange.sent < refused.exchange.sent)) return 'CONFLICT-6';
  return isAfterStorm(refused, of.readings) ? 'STORM-6' : 'REPLAY-1';
}

/** Whether the same body was refused as a conflict before, under another key of the same credential. */
function wasRefusedElsewhere(reading: Reading, { readings }: Pick<Case, 'readings'>): boolean {
  return readings.some(
    (x) =>
      x.kind === 'conflict' &&
      x.value === reading.value &&
      x.exchange.key !== reading.exchange.key &&
      x.exchange.credential === reading.exchange.credential &&
      x.exchange.sent < reading.exchange.sent,
  );
}

/** Whether a conflict is the last that was answered under the key before it made a second resource. */
function freedByConflict(a: Reading, b: Reading, { readings }: Case): boolean {
  const last = readings.findLast((x) => sameRegister(x, b) && x.exchange.sent < b.exchange.sent);
  return last !== undefined && last.kind === 'conflict' && last.exchange.sent > a.exchange.sent;
}

/** Whether the backend was restarted after the first was sent and before the second. */
function restarted(a: Reading, b: Reading, { plan }: Case): boolean {
  const between = plan.steps.slice(a.exchange.step, b.exchange.step);
  return between.some((step) => step.do === 'storm' && step.restartAfterMs !== undefined);
}

/** Whether a settling step or a cancellation of a's resource lies between the two. */
function becameTerminal(a: Reading, b: Reading, of: Case): boolean {
  const between = of.plan.steps.slice(a.exchange.step, b.exchange.step);
  return between.some(
    (step) => step.do === 'settle' || (step.do === 'storm' && step.attempts.some((one) => one.operation === 'cancel')),
  );
}

/** Whether requests with other keys were sent between the two. */
function otherKeysBetween(a: Reading, b: Reading, of: Case): boolean {
  return of.readings.some(
    ({ exchange }) =>
      typeof exchange.key === 'string' &&
      exchange.key !== a.exchange.key &&
      exchange.sent > a.exchange.sent &&
      exchange.sent < b.exchange.sent,
  );
}
