/** What is known of a requirement at the end of a run, and why. */
import { SETTLED_MS } from '../generators/plans.js';
import { sentencesOf } from '../judge/sentences/index.js';
import { kindOf } from '../results/fingerprint.js';
import type { Because, Status } from '../results/results.js';
import type { Stop } from '../results/verdict.js';
import { requirementById } from '../suites/index.js';
import type { Prerequisite, Requirement } from '../suites/requirement.js';
import type { Engine } from './engine.js';
import { type Case, type Found, isFleeting, type Ledger } from './ledger.js';
import { isDoubted, isNoticed, isOpen, levelOf } from './levels.js';
import type { Settings } from './options.js';
import { reasonOf } from './reasons.js';
import { hasObserver, leftOutBy, skipped } from './skip.js';

/** What a run has come to. */
export interface Outcome {
  settings: Settings;
  engine: Engine;
  ledger: Ledger;
  stop: Stop | null;
}

export interface Decided {
  status: Status;
  because: Because | null;
  reason: string;
}

/** What is known of it, before it is put in words. */
interface Open {
  status: Status;
  because: Because;
  detail: string;
}

/** The first that applies: left out, not promised (then noticed or observed), follows from another one, violated, not looked at, not exercised, kept. */
export function statusOf(requirement: Requirement, found: Found[], outcome: Outcome): Decided {
  const open =
    leftOut(requirement, outcome) ??
    notPromised(requirement, found, outcome) ??
    violated(requirement, found, outcome) ??
    notLookedAt(requirement, outcome) ??
    notExercised(requirement, outcome);
  if (open !== null) {
    const { status, because, detail } = open;
    return { status, because, reason: reasonOf(because, detail, outcome.settings.front.nameOf) };
  }
  const status = levelOf(requirement, outcome.settings) === 'OBSERVE' ? 'observed' : 'passed';
  return { status, because: null, reason: '' };
}

function decided(status: Status, code: string, detail = '', by: string | null = null): Open {
  return { status, because: { code, by }, detail };
}

function leftOut({ id }: Requirement, { settings }: Outcome): Open | null {
  const why = leftOutBy(settings, id);
  return why === null ? null : decided('skipped', why.code, why.reason);
}

function notPromised(requirement: Requirement, found: Found[], { settings, engine, ledger }: Outcome): Open | null {
  if (!isOpen(requirement, settings)) return null;
  if (found.length === 0 && skipped(requirement, settings) === null && isUnsettled(requirement, engine))
    return uncounted(settings) ?? refusedUnseen(engine);
  if (!ledger.evidence.has(requirement.id) && found.length === 0) return null;
  const broken = byCertainty(found).find((one) => one.original.finding.warns !== true);
  if (broken === undefined) return decided('observed', 'not-promised');
  const summary = summaryOf(broken.original, settings);
  if (!isNoticed(requirement, settings) || repeats(requirement, found, ledger) !== null)
    return decided('observed', 'not-promised-seen', summary);
  return isFleeting(broken) ? fleeting('noticed', broken, settings) : decided('noticed', 'noticed', summary);
}

function violated(requirement: Requirement, found: Found[], { settings, ledger }: Outcome): Open | null {
  // What does not apply is not held up by another one.
  const ruledOut = skipped(requirement, settings);
  if (found.length === 0 && ruledOut !== null && ruledOut.code !== 'not-chosen') return null;
  const level = levelOf(requirement, settings);
  for (const { on, why } of standsOn(requirement, 'any')) {
    // A violated SHOULD warns: it leaves no MUST undecided.
    const counts = (id: string) => level !== 'MUST' || levelOf(requirementById(id), settings) === 'MUST';
    const shown = on.find((id) => ledger.isBroken(id) && counts(id));
    if (shown !== undefined) return decided('blocked', 'shows-another', why, shown);
  }
  const standing = found.filter((one) => !isFleeting(one));
  const repeated = repeats(requirement, standing, ledger);
  if (repeated !== null) return decided('blocked', 'same-rule', repeated.why, repeated.by);
  const broken = standing.find((one) => one.original.finding.warns !== true);
  if (broken !== undefined && level === 'MUST') {
    return decided('failed', 'violated', summaryOf(broken.original, settings));
  }
  const [first] = byCertainty(found);
  if (first === undefined || level === 'OBSERVE') return null;
  if (isFleeting(first)) return fleeting('inconclusive', first, settings);
  return decided('warned', 'violated', summaryOf(first.original, settings));
}

/** Those that stand before those that are fleeting. */
function byCertainty(found: Found[]): Found[] {
  return [...found].sort((a, b) => Number(isFleeting(a)) - Number(isFleeting(b)));
}

/** What was met, and never again when it was sent again. */
function fleeting(status: Status, { original, seen }: Found, settings: Settings): Open {
  const times = seen === 1 ? 'seen once, not reproduced' : `seen ${seen} times, never reproduced`;
  return decided(status, 'not-reproduced', `${times}: ${summaryOf(original, settings)}`);
}

function notLookedAt(requirement: Requirement, { settings, engine, ledger }: Outcome): Open | null {
  const error = ledger.errors.get(requirement.id);
  if (error !== undefined) return decided('error', 'suite-error', error);
  const why = skipped(requirement, settings);
  if (why !== null) return decided('skipped', why.code, why.reason);
  const without = uncounted(settings);
  const isNameless = requirement.apart === true && settings.contract.contract.create.id === null;
  const byEffects = isNameless ? true : requirement.byEffects;
  if (byEffects === true && without !== null) return without;
  const counts = byEffects !== undefined && without === null;
  if (counts && engine.blind !== null) {
    return decided('inconclusive', 'effects-unseen', engine.blind);
  }
  if (isUnsettled(requirement, engine)) return without ?? refusedUnseen(engine);
  if (requirement.stuckKeys === true && engine.stuck.undecided !== null) {
    const most = `the run waits ${settings.maxWaitMs / 1000} s at most`;
    return decided('inconclusive', 'wait-too-long', `${engine.stuck.undecided}; ${most}`);
  }
  if ((requirement.lostWrites === true || (isNameless && counts)) && engine.lost.undecided !== null) {
    return decided('inconclusive', 'lost-unseen', engine.lost.undecided);
  }
  if (counts && engine.account.ambiguous > 0) {
    const nameless = settings.contract.contract.create.nonce === null;
    return decided(
      'inconclusive',
      nameless ? 'effects-nameless' : 'effects-ambiguous',
      String(engine.account.ambiguous),
    );
  }
  if (counts && engine.narrowing.unattributed > 0) {
    return decided('inconclusive', 'effects-unattributed', String(engine.narrowing.unattributed));
  }
  return null;
}

/** Why effects are not counted at all, by the user's word or for want of anything that shows them; `null` where they are. */
function uncounted(settings: Settings): Open | null {
  if (settings.noEffects === true) return decided('skipped', 'no-effects');
  return hasObserver(settings) ? null : decided('skipped', 'no-observer');
}

/** Whether keys are refused since an unknown outcome, and their effects could not be seen. */
function isUnsettled({ afterUnknown }: Requirement, engine: Engine): boolean {
  return afterUnknown === true && engine.afterUnknown.undecided > 0;
}

function refusedUnseen({ afterUnknown }: Engine): Open {
  return decided('inconclusive', 'refused-effect-unseen', String(afterUnknown.undecided));
}

/** Exercised, but some of its requests could not be read: what they hide is not known. */
function doubted(requirement: Requirement, { settings, engine, ledger }: Outcome): Open | null {
  const doubt = engine.repeats.doubt(requirement.id);
  if (doubt === null || !isDoubted(requirement, settings)) return null;
  return followsFrom(standsOn(requirement, 'not-exercised'), ledger) ?? decided('inconclusive', 'unread', doubt);
}

function followsFrom(list: Prerequisite[], ledger: Ledger): Open | null {
  for (const { on, why } of list) {
    const first = on.find((one) => ledger.isBroken(one));
    if (first !== undefined) return decided('blocked', 'not-exercised', why, first);
  }
  return null;
}

function notExercised(requirement: Requirement, outcome: Outcome): Open | null {
  const { engine, ledger, stop } = outcome;
  const { id, needs = [], recall } = requirement;
  const { plans, exercised } = ledger.evidence.get(id) ?? { plans: 0, exercised: 0 };
  if (exercised > 0) return doubted(requirement, outcome);
  if (needs.includes('receiver') && engine.uncalled !== null) {
    return decided('skipped', 'receiver-refused', engine.uncalled);
  }
  // What only warns blocks nothing that was exercised; it may still be why nothing was.
  const blocked = followsFrom([...standsOn(requirement, 'not-exercised'), ...standsOn(requirement, 'any')], ledger);
  if (blocked !== null) return blocked;
  if (stop !== null) return decided('inconclusive', 'stopped', stop.message.split('\n')[0]);
  if (engine.repeats.refusesAll(id)) return decided('skipped', 'kind-refused', engine.repeats.answers(id).words);
  if (recall?.afterKeys !== undefined) return decided('inconclusive', 'too-few-keys', String(recall.afterKeys));
  if (needs.includes('receiver')) {
    return decided('inconclusive', 'no-delivery', engine.client.receiver?.url);
  }
  const leftOpen = engine.repeats.leftOpen(id);
  if (leftOpen !== null) {
    if (!engine.repeats.replays) return decided('skipped', 'all-repeats-refused', String(leftOpen));
    return decided('inconclusive', 'repeats-refused', String(leftOpen));
  }
  const { succeeded, words } = engine.repeats.answers(id);
  const { unshared } = engine.client;
  const seen = unshared === null ? words : `${words}; ${unshared}, so no two requests overlapped`;
  return decided('inconclusive', succeeded === 0 ? 'no-success' : 'not-shown', plans === 0 ? '' : seen);
}

function standsOn({ standsOn: list = [] }: Requirement, when: Prerequisite['when']): Prerequisite[] {
  return list.filter((one) => one.when === when);
}

/** What a requirement only repeats: it fails in the same way as one that it stands on does in its own plan. */
function repeats(requirement: Requirement, found: Found[], ledger: Ledger): { by: string; why: string } | null {
  const kinds = new Set(found.map((one) => kindOf(one.original.finding)));
  for (const { on, why } of standsOn(requirement, 'same-rule')) {
    for (const by of on) {
      // Only its own plan, without a long pause, shows that it fails without what makes the dependents particular.
      const own = (ledger.findings.get(by) ?? []).find(
        (one) => one.made.id === by && !isPaused(one.smallest) && !isFleeting(one),
      );
      if (own !== undefined && kinds.size === 1 && kinds.has(kindOf(own.original.finding))) return { by, why };
    }
  }
  return null;
}

/** Whether the proof needs a pause, during which a resource may end or a record be forgotten. */
function isPaused({ history }: Case): boolean {
  return history.plan.steps.some((step) => step.do === 'wait' && step.ms > SETTLED_MS);
}

function summaryOf({ finding, history, readings }: Case, { contract }: Settings): string {
  return sentencesOf(finding, { plan: history.plan, readings }, contract.contract).summary;
}
