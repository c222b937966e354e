/** Repeats, other bodies and pairs: how they are answered, and what tells the refusals apart. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import { isObject } from '../../contracts/json.js';
import type { Shown } from '../../suites/shown-by-probes.js';
import {
  areApart,
  type Conclusion,
  eachOnce,
  isOk,
  isRefused,
  isSame,
  linesOf,
  type Probe,
  type Sent,
  statusOf,
} from './conclusion.js';
import { guessCode, pointerTo } from './leaves.js';

/** Refusals of one kind. */
interface Refusals {
  statuses: number[];
  /** Their bodies. */
  bodies: Json[];
  probes: Probe[];
}

interface Groups {
  firsts: Probe[];
  repeats: Probe[];
  others: Probe[];
  /** Of the pair: one that was refused while the other was answered, and repeated well afterwards. */
  inFlight: Refusals | null;
  /** Both of the pair were answered with one resource while they overlapped. */
  isJoined: boolean;
  /** Both, and their repeat. */
  pair: Probe[];
}

/** Of `create.success`, `replay`, `conflict`, `fingerprint` and `inFlight`. */
export function concludeRepeats(lone: Probe, sent: Sent): Conclusion[] {
  const groups = groupsOf(lone, sent);
  const repeat = repeatsOf(groups);
  const other = othersOf(groups, repeat);
  const conflict = refusalMember(other.refusals, [groups.inFlight, repeat.refusals]);
  const inFlight = refusalMember(groups.inFlight, [other.refusals, repeat.refusals]);
  // Without a difference that can be seen, a refusal of either kind would be taken for the other.
  const isBlurred = conflict !== null && inFlight !== null && conflict.code === null && meet(conflict, inFlight);
  const unseen = conflict !== null && conflict.code === null && inFlight === null && !groups.isJoined;
  return [
    successOf(groups),
    ...replayOf(groups, repeat, isBlurred || unseen),
    // A write without a body has no other one.
    ...(sent.oneOther === undefined ? [] : [conflictOf(groups, other, conflict), fingerprintOf(groups, other, sent)]),
    inFlightOf(groups, isBlurred ? null : inFlight, isBlurred),
  ];
}

function groupsOf(lone: Probe, sent: Sent): Groups {
  const of = (...names: (keyof Sent)[]) => names.flatMap((name) => sent[name] ?? []);
  const firsts = [lone, ...of('one', 'two')];
  const [both, [after]] = [of('pair'), of('pairAfter')];
  const [a, b] = both;
  const winner = both.find(isOk);
  const isSettled = winner !== undefined && after !== undefined && isSame(winner, after);
  return {
    firsts,
    repeats: of('oneAgain', 'twoAgain'),
    others: of('oneOther', 'twoOther'),
    inFlight: refusalsOf(isSettled ? both.filter(isRefused) : []),
    isJoined: a !== undefined && b !== undefined && isSame(a, b) && overlap(a, b),
    pair: [...both, ...of('pairAfter')],
  };
}

function overlap({ reading: { exchange: a } }: Probe, { reading: { exchange: b } }: Probe): boolean {
  return a.done !== null && b.done !== null && a.sent < b.done && b.sent < a.done;
}

function refusalsOf(probes: Probe[]): Refusals | null {
  if (probes.length === 0) return null;
  return {
    statuses: eachOnce(probes.map(statusOf)),
    bodies: probes.map(({ reading }) => reading.json ?? null),
    probes,
  };
}

function successOf({ firsts }: Groups): Conclusion {
  const ok = firsts.filter(isOk);
  return {
    member: '/create/success',
    value: eachOnce(ok.map(statusOf)),
    says: 'These are the statuses that first calls were answered.',
    lines: linesOf(...ok.slice(0, 2)),
  };
}

interface Repeats {
  kind: 'success' | 'refusal' | null;
  statuses: number[];
  refusals: Refusals | null;
  /** Where a refusal names the first resource. */
  pointer: string | null;
}

function repeatsOf({ firsts, repeats }: Groups): Repeats {
  const [, ...own] = firsts;
  const statuses = eachOnce(repeats.map(statusOf));
  const all = (fits: (repeat: Probe, first: Probe) => boolean) =>
    repeats.length > 0 && repeats.every((one, n) => own[n] !== undefined && fits(one, own[n]));
  if (all(isSame)) return { kind: 'success', statuses, refusals: null, pointer: null };
  if (!all((repeat, first) => isOk(first) && isRefused(repeat)))
    return { kind: null, statuses, refusals: null, pointer: null };
  const pointers = repeats.map(({ reading }, n) => pointerTo(reading.json, own[n]?.reading.id ?? ''));
  const [pointer = null] = pointers;
  const isOne = pointer !== null && pointers.every((one) => one === pointer);
  return { kind: 'refusal', statuses, refusals: refusalsOf(repeats), pointer: isOne ? pointer : null };
}

function replayOf({ firsts, repeats }: Groups, repeat: Repeats, mayHide: boolean): Conclusion[] {
  const { kind, statuses, pointer } = repeat;
  const [, one] = firsts;
  const lines = linesOf(one, ...repeats.slice(0, 1));
  const member = '/replay';
  if (kind === null) {
    const second = repeats.find((probe, n) => firsts[n + 1] !== undefined && areApart(probe, firsts[n + 1] as Probe));
    const says =
      second === undefined
        ? 'The answers to repeats differ, so nothing follows from them.'
        : 'A repeat was answered with ANOTHER id: a second resource.';
    return [{ member, says, lines: linesOf(one, second ?? repeats[0]) }];
  }
  if (kind === 'refusal') {
    const names = pointer === null ? ' without the id of the first resource' : ', with the id of the first resource';
    return [{ member, value: { kind, statuses, pointer }, says: `Repeats were refused${names}.`, lines }];
  }
  const marker = markerOf(firsts, repeats);
  const known: JsonObject = { statuses, marker };
  const says = `Repeats were answered with the first resource${marker === null ? '' : `, marked by the header ${marker.header}`}.`;
  const marked: Shown[] = marker === null ? [] : ['marker'];
  if (!mayHide) return [{ member, value: { kind, ...known }, says, lines, shows: ['replay', ...marked] }];
  const open = 'The kind is left open: a duplicate in flight may be refused in the same way as another body.';
  return [{ member, value: { kind: null, ...known }, says: `${says} ${open}`, lines, shows: marked }];
}

/** A header that every repeat had, and no first answer. */
function markerOf(firsts: Probe[], repeats: Probe[]): { header: string; value: string | null } | null {
  const [sample, ...more] = repeats.map(headersOf);
  const were = firsts.map(headersOf);
  const found = Object.entries(sample ?? {}).find(
    ([name]) => more.every((one) => name in one) && were.every((one) => !(name in one)),
  );
  if (found === undefined) return null;
  const [header, value] = found;
  return { header, value: more.every((one) => one[header] === value) ? value : null };
}

function headersOf({ reading: { exchange } }: Probe): Record<string, string> {
  return exchange.outcome.kind === 'answer' ? exchange.outcome.headers : {};
}

interface Others {
  /** Refusals of another body, where they are not those of every repeat. */
  refusals: Refusals | null;
  /** Another body was taken for the first one. */
  ignored: boolean;
}

function othersOf({ firsts, others }: Groups, repeat: Repeats): Others {
  const own = firsts.slice(1);
  const all = (fits: (other: Probe, first: Probe) => boolean) =>
    others.length > 1 && others.every((one, n) => own[n] !== undefined && fits(one, own[n]));
  // The other body is valid: under a key of its own it was accepted.
  const areValid = own.length > 1 && own.every(isOk);
  if (all(isSame)) return { refusals: null, ignored: true };
  if (!areValid || !all((one) => isRefused(one))) return { refusals: null, ignored: false };
  if (repeat.kind === 'refusal') {
    const { pointer } = repeat;
    if (pointer !== null && all((one, first) => pointerTo(one.reading.json, first.reading.id ?? '') === pointer))
      return { refusals: null, ignored: true };
    const refusals = refusalsOf(others) as Refusals;
    const member = refusalMember(refusals, [repeat.refusals]);
    const isSaid = member !== null && (member.code !== null || !meet(member, repeat));
    return { refusals: isSaid ? refusals : null, ignored: false };
  }
  return { refusals: refusalsOf(others), ignored: false };
}

type RefusalMember = { statuses: number[]; code: { pointer: string; values: string[] } | null };

function meet(one: { statuses: number[] }, other: { statuses: number[] }): boolean {
  return one.statuses.some((status) => other.statuses.includes(status));
}

/** The refusal as a contract describes it: by its code where one can be read, by its words where nothing else tells it apart. */
function refusalMember(own: Refusals | null, others: (Refusals | null)[]): RefusalMember | null {
  if (own === null) return null;
  const rivals = others.filter((one) => one !== null).filter((one) => meet(one, own));
  const bodies = rivals.flatMap((one) => one.bodies);
  const isReadable = own.bodies.every((one) => isObject(one));
  const code = isReadable ? (guessCode(own.bodies, bodies, false) ?? guessCode(own.bodies, bodies, true)) : null;
  const isNeeded = rivals.length > 0 || (code !== null && /^\S+$/.test(code.values[0] as string));
  return { statuses: own.statuses, code: isNeeded ? code : null };
}

function conflictOf({ firsts, others }: Groups, other: Others, member: RefusalMember | null): Conclusion {
  const lines = linesOf(firsts[1], ...others.slice(0, 1));
  if (member !== null)
    return {
      member: '/conflict',
      value: member,
      says: 'Another body under a used key was refused.',
      lines,
      shows: ['conflict'],
    };
  const [first, changed] = [firsts[1], others[0]];
  const made = first !== undefined && changed !== undefined && areApart(first, changed);
  const says = other.ignored
    ? 'Another body under a used key was answered as the first one: nothing is refused.'
    : made
      ? 'Another body under a used key made a resource of its OWN.'
      : 'How another body under a used key was answered does not say whether it is a conflict.';
  return { member: '/conflict', says, lines };
}

/** Whether bodies are compared at all, and if so, as bytes or as values. */
function fingerprintOf({ firsts, others }: Groups, other: Others, sent: Sent): Conclusion {
  const [, first] = firsts;
  const [spelled, spaced] = [sent.spelled?.[0], sent.spaced?.[0]];
  const member = '/fingerprint';
  if (other.ignored)
    return {
      member,
      value: 'none',
      says: 'Another body was taken for the first one.',
      lines: linesOf(first, others[0]),
    };
  const lines = linesOf(first, spelled, spaced);
  if (first === undefined || other.refusals === null || spelled === undefined || spaced === undefined)
    return { member, says: 'Nothing shows how bodies are compared.', lines };
  const isConflict = (one: Probe) => isRefused(one) && other.refusals?.statuses.includes(statusOf(one) ?? 0) === true;
  if (isSame(first, spelled) && isSame(first, spaced))
    return { member, value: 'value', says: 'The same value in other bytes was taken for the same body.', lines };
  if (isConflict(spelled) && isConflict(spaced))
    return { member, value: 'bytes', says: 'The same value in other bytes was refused like another body.', lines };
  return { member, says: 'Some other spellings are the same body and some are not.', lines };
}

function inFlightOf({ pair }: Groups, member: RefusalMember | null, isBlurred: boolean): Conclusion {
  const lines = linesOf(...pair);
  if (member !== null) {
    const says = 'One of two requests at the same time was refused, and answered with the resource afterwards.';
    return { member: '/inFlight', value: { policy: 'refuse', ...member }, says, lines };
  }
  const says = isBlurred
    ? 'A duplicate in flight was refused in the same way as another body, so that nothing tells the two apart.'
    : 'None of a pair was refused: either duplicates wait, or the first one was quicker.';
  return { member: '/inFlight', says, lines };
}
