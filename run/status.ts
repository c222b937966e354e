/** What is known of a requirement at the end of a run, and why. */
import { SETTLED_MS } from '../generators/plans.js';
import { sentencesOf } from '../judge/sentences/index.js';
import { kindOf } from '../results/fingerprint.js';
import type { Because, Status } from '../results/results.js';
import type { Stop } from '../results/verdict.js';
import { requirementById } from '../suites/index.js';
import type { Prerequisite, Requirement } from '../suites/requirement.js';
import type { Engine } from './engine.js';
import type { Case, Found, Ledger } from './ledger.js';
import { isDoubted, isNoticed, isOpen, levelOf } from './levels.js';
import type { Settings } from './options.js';
import { reasonOf } from './reasons.js';
import { leftOutBy, skipped } from './skip.js';

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
  if (found.length === 0 && isUnsettled(requirement, engine)) return refusedUnseen(engine);
  if (!ledger.evidence.has(requirement.id) && found.length === 0) return null;
  const broken = found.find((one) => one.original.finding.warns !== true);
  if (broken === undefined) return decided('observed', 'not-promised');
  const summary = summaryOf(broken.original, settings);
  if (!isNoticed(requirement, settings) || repeats(requirement, found, ledger) !== null)
    return decided('observed', 'not-promised-seen', summary);
  return decided('noticed', 'noticed', summary);
}

function violated(requirement: Requirement, found: Found[], { settings, ledger }: Outcome): Open | null {
  const level = levelOf(requirement, settings);
  for (const { on, why } of standsOn(requirement, 'any')) {
    // A violated SHOULD warns: it leaves no MUST undecided.
    const counts = (id: string) => level !== 'MUST' || levelOf(requirementById(id), settings) === 'MUST';
    const shown = on.find((id) => ledger.findings.has(id) && counts(id));
    if (shown !== undefined) return decided('blocked', 'shows-another', why, shown);
  }
  const repeated = repeats(requirement, found, ledger);
  if (repeated !== null) return decided('blocked', 'same-rule', repeated.why, repeated.by);
  const broken = found.find((one) => one.original.finding.warns !== true);
  if (broken !== undefined && level === 'MUST') {
    return decided('failed', 'violated', summaryOf(broken.original, settings));
  }
  const [first] = found;
  if (first === undefined || level === 'OBSERVE') return null;
  return decided('warned', 'violated', summaryOf(first.original, settings));
}

function notLookedAt(requirement: Requirement, { settings, engine, ledger }: Outcome): Open | null {
  const error = ledger.errors.get(requirement.id);
  if (error !== undefined) return decided('error', 'suite-error', error);
  const why = skipped(requirement, settings);
  if (why !== null) return decided('skipped', why.code, why.reason);
  if (requirement.byEffects === true && settings.noEffects === true) return decided('skipped', 'no-effects');
  const counts = requirement.byEffects !== undefined && settings.noEffects !== true;
  if (counts && engine.blind !== null) {
    return decided('inconclusive', 'effects-unseen', engine.blind);
  }
  if (isUnsettled(requirement, engine)) return refusedUnseen(engine);
  if (requirement.lostWrites === true && engine.lost.undecided !== null) {
    return decided('inconclusive', 'lost-unseen', engine.lost.undecided);
  }
  if (counts && engine.account.ambiguous > 0) {
    return decided('inconclusive', 'effects-ambiguous', String(engine.account.ambiguous));
  }
  if (counts && engine.narrowing.unattributed > 0) {
    return decided('inconclusive', 'effects-unattributed', String(engine.narrowing.unattributed));
  }
  return null;
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

function followsFrom(list: Prerequisite[], { findings }: Ledger): Open | null {
  for (const { on, why } of list) {
    const first = on.find((one) => findings.has(one));
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
  if (leftOpen !== null) return decided('inconclusive', 'repeats-refused', String(leftOpen));
  const { succeeded, words } = engine.repeats.answers(id);
  return decided('inconclusive', succeeded === 0 ? 'no-success' : 'not-shown', plans === 0 ? '' : words);
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
      const own = (ledger.findings.get(by) ?? []).find((one) => one.made.id === by && !isPaused(one.smallest));
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
