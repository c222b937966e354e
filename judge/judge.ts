/**
 * The judge: decides in one linear pass whether what was answered can be explained by registers that are
 * written once and replayed or refused afterwards. The rules, and their numbers, are those of `docs/judge.md`.
 *
 * It is a second writing of the model, made for concurrency; a property in the tests holds it to a search
 * over all orders through the model.
 */

import {
  earlier,
  type JudgeRules,
  type Listener,
  type Observed,
  type Rule,
  type Verdict,
  type Violation,
} from './observed.js';
import { Overlaps } from './overlap.js';
import { Survey } from './survey.js';

export interface Surveyed {
  registers: number;
  /** Registers with more than one exchange. */
  repeated: number;
}

/** Judges exchanges in any order. Iterates more than once: `exchanges` must give the same again. */
export function judge(exchanges: Iterable<Observed>, rules: JudgeRules): Verdict {
  const verdict: Verdict = { violations: [], givenUp: [] };
  judgeEach(exchanges, rules, {
    violation: (one) => verdict.violations.push(one),
    givenUp: (register) => verdict.givenUp.push(register),
  });
  return verdict;
}

/**
 * As `judge`, for histories that memory does not hold: it keeps a constant summary of each register, reads again
 * what that does not settle, and holds no more than `atOnce` exchanges (or those of one register).
 */
export function judgeEach<T extends Observed>(
  exchanges: Iterable<T>,
  rules: JudgeRules,
  listener: Listener<T>,
  atOnce = Number.POSITIVE_INFINITY,
): Surveyed {
  const survey = new Survey<T>();
  for (const x of exchanges) survey.add(x);
  const groups = survey.decide(rules.retentionMs, atOnce, listener);
  let { shared } = survey;
  if (groups.length === 0 && shared.size > 0) groups.push(new Set());
  for (const group of groups) {
    const closer = new Map<string, T[]>();
    const sharing = new Map<string, Map<string, T>>();
    for (const x of exchanges) {
      if (group.has(x.register)) keep(closer, x);
      if (x.kind === 'ok' && x.id !== null && shared.has(x.id)) keepEarliest(sharing, x.id, x);
    }
    // Ids are looked at once, in the first of these readings.
    shared = new Set();
    for (const firsts of sharing.values()) {
      const list = [...firsts.values()];
      report(list, { violations: sharedId(list), givenUp: [] }, listener);
    }
    for (const list of closer.values()) {
      const verdict: Verdict = { violations: [], givenUp: [] };
      judgeRegister(list, rules, verdict);
      report(list, verdict, listener);
    }
  }
  return { registers: survey.registers, repeated: survey.repeated() };
}

function report<T extends Observed>(list: T[], { violations, givenUp }: Verdict, listener: Listener<T>): void {
  for (const register of givenUp) listener.givenUp(register);
  if (violations.length === 0) return;
  const wanted = new Set(violations.flatMap(({ proof }) => proof));
  const witnesses = new Map<number, T>();
  for (const x of list) if (wanted.has(x.ref)) witnesses.set(x.ref, x);
  for (const one of violations) {
    listener.violation(
      one,
      one.proof.map((ref) => witnesses.get(ref) as T),
    );
  }
}

/** Rules 1, 3 to 8 and 11 on the exchanges of one register. */
function judgeRegister(all: Observed[], rules: JudgeRules, verdict: Verdict): void {
  const oks = bySent(all.filter((x) => x.kind === 'ok'));
  const twoIds = secondId(oks, rules.retentionMs);
  if (twoIds !== null) verdict.violations.push(violation('two-ids', twoIds));
  const lives = twoIds === null ? livesOf(oks, rules.retentionMs) : [];
  // A success that names nothing may be of any life of the key: it may have written the register, and no more is known.
  const known = new Set(lives.flat());
  const list =
    twoIds !== null
      ? all
      : all.map((x): Observed => (x.kind === 'ok' && !known.has(x) ? { ...x, kind: 'unknown' } : x));
  for (const [first, ...later] of lives) {
    const other = later.find((x) => x.value !== first?.value);
    if (other !== undefined) verdict.violations.push(violation('two-values', [first as Observed, other]));
  }
  const oneValue = lives.filter((life) => life.every((x) => x.value === life[0]?.value));
  if (lives.length <= 1 && oneValue.length === lives.length && twoIds === null) {
    judgeConflicts(list, oneValue[0] ?? [], rules.retentionMs, verdict);
  } else if (lives.length > 1) {
    judgeConflictsOfLives(list, oneValue, verdict);
  }
  judgeInFlight(list, rules.graceMs, verdict);
}

/** Rules 4 to 7: whether conflicts and refused repeats can be explained, if need be by a claim given up or a refused winner. */
function judgeConflicts(list: Observed[], oks: Observed[], retentionMs: number, verdict: Verdict): void {
  const refusals = bySent(list.filter(provesWinner));
  if (refusals.length === 0) return;
  const unknown = list.filter((x) => x.kind === 'unknown');
  if (unexplained(oks, refusals, unknown) === null) return;
  const mayClaim = claimable(oks, retentionMs);
  const claims = new Overlaps(
    list
      .filter((x) => (x.kind === 'none' || x.kind === 'unknown') && mayClaim(x))
      .map((x) => ({ sent: x.sent, done: x.done, group: x.value })),
  );
  // A refused repeat compares nothing, so that a claim of any value explains it.
  const claimed = (x: Observed) => claims.has(x.kind === 'conflict' ? x.value : null, x.sent, x.done);
  const firm = refusals.filter((x) => !mayClaim(x) || !claimed(x));
  const left = unexplained(oks, firm, unknown);
  if (left === null) {
    verdict.givenUp.push(refusals[0]?.register as string);
    return;
  }
  const refused = list.filter((x) => x.kind === 'none');
  if (left.rule !== 'conflict-for-winner' && unexplained(oks, firm, [...unknown, ...refused]) === null) {
    const winner = bySent(refused).find((x) =>
      firm.every((y) => y.kind !== 'conflict' || y.bytes !== x.bytes),
    ) as Observed;
    verdict.violations.push(violation('refused-request-bound', [winner, firm[0] as Observed]));
    return;
  }
  verdict.violations.push(left);
}

/** Whether a claim can be under way during an exchange: not between the first success, which binds the key, and its end. */
function claimable(oks: Observed[], retentionMs: number): (x: Observed) => boolean {
  const bound = oks.reduce((least, x) => Math.min(least, x.done), Number.POSITIVE_INFINITY);
  const forgotten = oks.reduce((least, x) => Math.min(least, x.sent), Number.POSITIVE_INFINITY) + retentionMs;
  return (x) => x.sent <= bound || (Number.isFinite(forgotten) && x.done >= forgotten);
}

/** Conflicts and refused repeats: some request before them has written the register. */
function provesWinner({ kind }: Observed): boolean {
  return kind === 'conflict' || kind === 'refused';
}

/** Rule 11: when a key lived more than once, a conflict or refused repeat is legal if one of its lives explains it. */
function judgeConflictsOfLives(list: Observed[], lives: Observed[][], verdict: Verdict): void {
  const unknown = list.filter((x) => x.kind === 'unknown');
  for (const x of bySent(list.filter(provesWinner))) {
    const left = [[], ...lives].map((life) => unexplained(life, [x], unknown));
    if (left.every((one) => one !== null)) verdict.violations.push(left[0] as Violation);
  }
}

/** Rules 4 and 5: `null` when an order explains successes, conflicts and refused repeats together. */
function unexplained(oks: Observed[], refusals: Observed[], candidates: Observed[]): Violation | null {
  if (refusals.length === 0) return null;
  const conflicts = refusals.filter((x) => x.kind === 'conflict');
  const refusedBytes = new Map<string, Observed>();
  for (const x of conflicts) if (!refusedBytes.has(x.bytes)) refusedBytes.set(x.bytes, x);
  for (const x of oks) {
    const clash = refusedBytes.get(x.bytes);
    if (clash !== undefined) return violation('conflict-for-winner', [x, clash]);
  }
  const value = oks[0]?.value;
  const earliestAnswer = [...oks, ...refusals].reduce((a, b) => (b.done < a.done ? b : a));
  for (const x of [...oks, ...candidates]) {
    const eligible = !refusedBytes.has(x.bytes) && (value === undefined || x.value === value);
    if (eligible && x.sent <= earliestAnswer.done) return null;
  }
  const [first = refusals[0] as Observed] = conflicts;
  const rule = first.kind === 'conflict' ? 'conflict-without-competitor' : 'repeat-refused-without-first';
  return violation(rule, [first, ...oks.slice(0, 1)]);
}

/**
 * Rule 8: a refusal 'in flight' needs another request that may have been running. Refusals may refuse each other
 * while they overlap; only what did run lingers for the time of grace, or a refusal that never ends would be legal.
 */
function judgeInFlight(list: Observed[], graceMs: number, verdict: Verdict): void {
  const refusals = list.filter((x) => x.kind === 'inflight');
  if (refusals.length === 0) return;
  const others = new Overlaps(
    list.map((x) => ({ sent: x.sent, done: x.kind === 'inflight' ? x.done : x.done + graceMs, group: x })),
  );
  const alone = bySent(refusals).find((x) => !others.has(x, x.sent, x.done));
  if (alone !== undefined) {
    const before = bySent(list.filter((x) => x.kind === 'ok' && x.done < alone.sent)).slice(0, 1);
    verdict.violations.push(violation('in-flight-without-competitor', [alone, ...before]));
  }
}

/** Rules 1 and 11: two exchanges with ids that retention does not excuse, or `null`. */
function secondId(oks: Observed[], retentionMs: number): [Observed, Observed] | null {
  const list = epochs(oks);
  for (const [index, epoch] of list.entries()) {
    const next = list[index + 1];
    if (next === undefined) break;
    const first = epoch[0] as Observed;
    const created = next.reduce((a, b) => (b.done < a.done ? b : a));
    if (!Number.isFinite(retentionMs) || created.done < first.sent + retentionMs) return [first, next[0] as Observed];
    const late = epoch.find((x) => x.sent > created.done);
    if (late !== undefined) return [next[0] as Observed, late];
  }
  return null;
}

/** The successes of a register, one list for each id, in the order in which the ids appeared. */
function epochs(oks: Observed[]): Observed[][] {
  const byId = new Map<string, Observed[]>();
  for (const x of oks) if (x.id !== null) push(byId, x.id, x);
  return [...byId.values()];
}

/**
 * The same, with the successes that name nothing: those of a key that cannot have been forgotten meanwhile belong to its
 * one life; of any other they are left out.
 */
function livesOf(oks: Observed[], retentionMs: number): Observed[][] {
  const lives = epochs(oks);
  const [first] = oks;
  if (lives.length > 1 || first === undefined) return lives;
  const own = oks.filter((x) => x.id !== null || x.done < first.sent + retentionMs);
  return own.length === 0 ? [] : [own];
}

/** Rule 2: one violation for each further register that answered an id; `firsts` are the earliest of each. */
function sharedId(firsts: Observed[]): Violation[] {
  const [first, ...others] = bySent(firsts);
  return others.map((x) => ({ ...violation('shared-id', [first as Observed, x]), register: x.register }));
}

function violation(rule: Rule, witnesses: Observed[]): Violation {
  return {
    rule,
    register: (witnesses[0] as Observed).register,
    proof: bySent(witnesses).map((x) => x.ref),
  };
}

function bySent(list: Observed[]): Observed[] {
  return [...list].sort((a, b) => a.sent - b.sent || a.ref - b.ref);
}

/** Keeps an exchange under its register. */
function keep<T extends Observed>(lists: Map<string, T[]>, x: T): void {
  const list = lists.get(x.register);
  if (list === undefined) {
    lists.set(x.register, [x]);
    return;
  }
  // Equal texts are held once: read from a file, each exchange would come with its own.
  const first = list[0] as T;
  x.register = first.register;
  if (x.bytes === first.bytes) x.bytes = first.bytes;
  if (x.value === first.value) x.value = first.value;
  if (x.id === first.id) x.id = first.id;
  list.push(x);
}

function keepEarliest<T extends Observed>(sharing: Map<string, Map<string, T>>, id: string, x: T): void {
  const firsts = sharing.get(id) ?? new Map<string, T>();
  const known = firsts.get(x.register);
  if (known === undefined || earlier(x, known)) firsts.set(x.register, x);
  sharing.set(id, firsts);
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
