/** The exit code and the closing sentence, from what results tell. */
import type { RequirementRecord, Results } from './results.js';
import { fails, isUnchecked, isUnmet, knownAs, violates } from './tally.js';

/** Why a run ended before its last round. */
export type Stop =
  | { kind: 'obstacle'; exitCode: 2 | 3; message: string }
  | { kind: 'stopped'; message: string }
  | { kind: 'error'; message: string };

/** What decides. */
export type Decision = Pick<
  Results,
  'requirements' | 'decides' | 'required' | 'strict' | 'baseline' | 'catalogue' | 'frozen'
>;

/** What stays on the target. */
type Left = Pick<Results, 'left' | 'unresolved'>;

/** If several apply, the first of 1, 4, 3, 0 is used; what stopped the run before it began decides alone. */
export function exitCodeOf(decision: Decision, stop: Stop | null): Results['exitCode'] {
  if (stop?.kind === 'obstacle') return stop.exitCode;
  const { baseline, requirements } = decision;
  if (requirements.some((one) => fails(one, decision))) return 1;
  if (baseline.some(({ state }) => state === 'fixed' || state === 'expired')) return 1;
  const deciding = requirements.filter(({ id }) => decision.decides.includes(id));
  if (stop?.kind === 'error' || deciding.some(({ status }) => status === 'error')) return 4;
  const open = deciding.some((one) => one.level === 'MUST' && isOpen(one, decision));
  if (stop !== null || open || deciding.every(({ status }) => isUnchecked(status))) return 3;
  return 0;
}

/** Undecided, unless that follows from a known failure, or from a SHOULD that only warns. */
function isOpen({ status, because, operation }: RequirementRecord, { baseline, requirements }: Decision): boolean {
  if (status !== 'blocked') return status === 'inconclusive';
  const by = requirements.find((one) => one.id === because?.by && one.operation === operation);
  if (by === undefined) return true;
  return knownAs(by, { baseline }) === undefined && by.status !== 'warned';
}

/** How the sentence begins where nothing is violated. */
const START: Record<Results['exitCode'], string> = {
  0: 'Conforms',
  1: 'Fails, though it conforms',
  2: 'Undecided: conforms so far',
  3: 'Undecided: conforms so far',
  4: 'Undecided: conforms so far',
};

/** 'Conforms in 16 of 55 MUSTs; 39 not checked: …'. */
export function verdictOf(decision: Decision & Left, stop: Stop | null, exitCode: Results['exitCode']): string {
  const left = leftWords(decision);
  if (stop?.kind === 'obstacle')
    return `Nothing was judged. ${stop.message}${left === null ? '' : ` ${left.charAt(0).toUpperCase()}${left.slice(1)}.`}`;
  const { requirements, decides, baseline } = decision;
  const set = new Set(decision.frozen);
  const musts = requirements.filter(({ id, level }) => level === 'MUST' && set.has(id));
  const broken = requirements.filter(({ status }) => status === 'failed');
  const failed = requirements.filter((one) => violates(one, decision));
  const besides = broken.filter(({ id }) => !decides.includes(id));
  const passed = musts.filter(({ status }) => status === 'passed');
  const open = musts.filter(({ status }) => status !== 'passed' && status !== 'failed' && status !== 'warned');
  const warned = requirements.filter((one) => one.status === 'warned' && !failed.includes(one));
  const entries = (state: Results['baseline'][number]['state']) => baseline.filter((one) => one.state === state);
  const { size } = new Set(requirements.map(({ operation }) => operation));
  const ids = (list: { operation?: string; id: string }[]) =>
    list.map(({ operation, id }) => (size > 1 && operation !== undefined ? `${operation} ${id}` : id)).join(', ');
  const of = size > 1 ? ` of ${size} operations` : '';
  const parts = [
    failed.length > 0
      ? `Does not conform: ${ids(failed)} violated; ${passed.length} of ${musts.length} MUSTs${of} hold`
      : `${START[exitCode]} in ${passed.length} of ${musts.length} MUSTs${of}`,
  ];
  if (besides.length > 0) parts.push(`violated besides what was chosen: ${ids(besides)}`);
  if (warned.length > 0) parts.push(`warnings: ${ids(warned)}`);
  const noticed = requirements.filter(({ status }) => status === 'noticed');
  if (noticed.length > 0) parts.push(`seen, not promised: ${ids(noticed)}`);
  const fleeting = requirements.filter(
    ({ status, because }) => status === 'inconclusive' && because?.code === 'not-reproduced',
  );
  if (fleeting.length > 0) parts.push(`seen once, not reproduced: ${ids(fleeting)}`);
  if (entries('known').length > 0) parts.push(`known failures: ${ids(entries('known'))}`);
  if (entries('fixed').length > 0) parts.push(`in the baseline, but violated no more: ${ids(entries('fixed'))}`);
  if (entries('expired').length > 0) parts.push(`past their date in the baseline: ${ids(entries('expired'))}`);
  if (open.length > 0) parts.push(`${open.length} not checked: ${openWords(open, musts)}`);
  const uncounted = requirements.find(
    ({ because }) => because?.code === 'no-effects' || because?.code === 'no-observer',
  );
  if (uncounted !== undefined) parts.push(uncounted.reason);
  const unmet = requirements.filter((one) => isUnmet(one, decision));
  if (unmet.length > 0) parts.push(`required but not decided: ${ids(unmet)}`);
  if (stop !== null) parts.push(stop.kind === 'error' ? 'the suite itself failed' : `stopped: ${stop.message}`);
  if (left !== null) parts.push(left);
  // What stopped the run may be sentences of its own.
  return `${parts.map((part) => part.replace(/\.$/, '')).join('; ')}.`;
}

/** What is, and what may be, left on the target, for the end of a sentence; `null` where nothing is. */
export function leftWords({ left: { length } = [], unresolved = 0 }: Left): string | null {
  const parts = [];
  if (length > 0) parts.push(`${length} ${length === 1 ? 'resource is' : 'resources are'} left on the target`);
  if (unresolved > 0) {
    const requests = unresolved === 1 ? '1 request without an answer' : `${unresolved} requests without an answer`;
    parts.push(`what ${requests} made may be left on the target`);
  }
  return parts.length === 0 ? null : parts.join('; ');
}

/** What is open of each operation; what is open of all of them alike is said once. */
function openWords(open: RequirementRecord[], musts: RequirementRecord[]): string {
  const operations = [...new Set(musts.map(({ operation }) => operation))];
  const each = operations.map((name) => {
    const ofOperation = ({ operation }: RequirementRecord) => operation === name;
    return openOfOne(open.filter(ofOperation), musts.filter(ofOperation));
  });
  if (new Set(each).size <= 1) return each[0] ?? '';
  return each.flatMap((words, n) => (words === '' ? [] : [`${operations[n]} ${words}`])).join('; ');
}

/** A whole chapter by its name, a larger part of one by name and number, a smaller by its ids. */
function openOfOne(open: RequirementRecord[], musts: RequirementRecord[]): string {
  const chapters = [...new Set(open.map(({ chapter }) => chapter))];
  return chapters
    .flatMap((name) => {
      const own = open.filter(({ chapter }) => chapter === name).map(({ id }) => id);
      const all = musts.filter(({ chapter }) => chapter === name).length;
      if (own.length <= 2) return own;
      return own.length === all ? [name] : [`${name} (${own.length} of ${all})`];
    })
    .join(', ');
}
