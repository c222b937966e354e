/** What all reports count in the same way. */
import type {
  BaselineRecord,
  ChapterRecord,
  FindingRecord,
  Level,
  RequirementRecord,
  Results,
  Status,
} from './results.js';

/** All statuses, the most urgent first. */
export const statuses: readonly Status[] = [
  'failed',
  'error',
  'warned',
  'noticed',
  'blocked',
  'inconclusive',
  'skipped',
  'observed',
  'passed',
];

export const levels: readonly Level[] = ['MUST', 'SHOULD', 'OBSERVE'];

/** A sign besides the colour, so that nothing depends on colour alone. */
export const signOf: Readonly<Record<Status, string>> = {
  passed: '✓',
  failed: '✗',
  warned: '!',
  error: '!',
  skipped: '○',
  blocked: '○',
  inconclusive: '○',
  noticed: '◆',
  observed: '◇',
};

export type Counts = Record<Status, number>;

export interface Chapter extends ChapterRecord {
  requirements: RequirementRecord[];
  counts: Counts;
}

export interface Finding {
  requirement: RequirementRecord;
  finding: FindingRecord;
  /** Counted from 1 within the requirement. */
  number: number;
}

/** Requirements that share a reason for not being checked. */
export interface Unchecked {
  status: Status;
  reason: string;
  ids: string[];
  /** The one that they are of; the first, where they are of all. */
  operation: string;
}

/** What the exit code means, in two words and as a status for sign and colour. */
export function outcomeOf(results: Results): { words: string; status: Status } {
  const outcomes: Record<Results['exitCode'], { words: string; status: Status }> = {
    0: { words: 'Conforms', status: 'passed' },
    1: { words: 'Does not conform', status: 'failed' },
    2: { words: 'Not run', status: 'error' },
    3: { words: 'Inconclusive', status: 'inconclusive' },
    4: { words: 'Error in the suite', status: 'error' },
  };
  return outcomes[results.exitCode];
}

export function countByStatus(requirements: readonly RequirementRecord[]): Counts {
  const counts = Object.fromEntries(statuses.map((status) => [status, 0])) as Counts;
  for (const { status } of requirements) counts[status] += 1;
  return counts;
}

/** Nothing was decided: neither kept nor violated. */
export function isUnchecked(status: Status): boolean {
  return status === 'skipped' || status === 'blocked' || status === 'inconclusive' || status === 'error';
}

/** How many of the counted were not decided. */
export function uncheckedIn(counts: Counts): number {
  return counts.skipped + counts.blocked + counts.inconclusive + counts.error;
}

/** The chapters that have requirements, in the order of the catalogue. */
export function chaptersOf(results: Results): Chapter[] {
  const titles = new Map(results.chapters.map(({ id, title }) => [id, title]));
  const ids = new Set([...titles.keys(), ...results.requirements.map((requirement) => requirement.chapter)]);
  return [...ids].flatMap((id) => {
    const requirements = results.requirements.filter((requirement) => requirement.chapter === id);
    if (requirements.length === 0) return [];
    return [{ id, title: titles.get(id) ?? '', requirements, counts: countByStatus(requirements) }];
  });
}

/** Every finding: MUSTs first, what is only noticed and what never failed again last, otherwise in the order of the catalogue. */
export function findingsOf(results: Results): Finding[] {
  const all = results.requirements.flatMap((requirement) =>
    requirement.findings.map((finding, index) => ({ requirement, finding, number: index + 1 })),
  );
  const isLuck = ({ finding: { confirmed } }: Finding) => confirmed.of > 0 && confirmed.failed === 0;
  return all.sort(
    (a, b) =>
      levels.indexOf(a.requirement.level) - levels.indexOf(b.requirement.level) ||
      Number(isLuck(a)) - Number(isLuck(b)),
  );
}

/** Whether it is only noticed: it was seen, and neither flags nor contract nor user promise anything else. */
export function isNoticed({ requirement: { status } }: Pick<Finding, 'requirement'>): boolean {
  return status === 'noticed';
}

/** What was not checked, grouped by the reason; by the operation, too, where it is not the same for all of them. */
export function uncheckedOf({ requirements, operations }: Results): Unchecked[] {
  const reasons = new Map<string, RequirementRecord[]>();
  for (const one of requirements.filter(({ status }) => isUnchecked(status))) {
    const name = `${one.status} ${one.reason}`;
    reasons.set(name, [...(reasons.get(name) ?? []), one]);
  }
  const nameAt = (n: number) => operations[n]?.name ?? '';
  const groups = [...reasons.values()].flatMap((list): Unchecked[] => {
    const [{ status, reason }] = list as [RequirementRecord];
    const each = operations.map(({ name }) => list.filter(({ operation }) => operation === name).map(({ id }) => id));
    const [first = []] = each;
    if (new Set(each.map(String)).size <= 1) return [{ status, reason, ids: first, operation: nameAt(0) }];
    return each.flatMap((ids, n) =>
      ids.length === 0 ? [] : [{ status, reason: `${nameAt(n)}: ${reason}`, ids, operation: nameAt(n) }],
    );
  });
  return groups.sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status));
}

/** What decides whether a requirement makes the run fail. */
export type Rules = Pick<Results, 'decides' | 'required' | 'strict' | 'baseline'>;

/** Whether this requirement makes the run fail: it is violated, or was required and is not decided. */
export function fails(requirement: RequirementRecord, rules: Rules): boolean {
  return violates(requirement, rules) || isUnmet(requirement, rules);
}

/** Whether its violation counts: it decides, and is no known failure. */
export function violates(requirement: RequirementRecord, { decides, strict, baseline }: Rules): boolean {
  const { id, status, operation } = requirement;
  const counts = status === 'failed' || (strict && status === 'warned');
  return counts && decides.includes(id) && knownAs({ id, operation }, { baseline }) === undefined;
}

/** Whether it had to be decided, and was not. */
export function isUnmet({ id, status }: RequirementRecord, { required }: Rules): boolean {
  return required.includes(id) && isUnchecked(status);
}

/** The entry of the baseline that keeps a violation of this requirement from counting. */
export function knownAs(
  { id, operation }: Pick<RequirementRecord, 'id' | 'operation'>,
  { baseline }: Pick<Results, 'baseline'>,
): BaselineRecord | undefined {
  return baseline.find(
    (one) => one.state === 'known' && one.id === id && (one.operation === undefined || one.operation === operation),
  );
}
