/**
 * Frozen sets of requirements: which ids decide, at which level. A set is never edited; a change of the catalogue adds
 * one.
 */
import type { Level } from './requirement.js';

/** Of the catalogue, `YYYY-MM`; changes with every change of a requirement's meaning. */
export const CATALOGUE_VERSION = '2027-01';

interface Frozen {
  MUST: readonly string[];
  SHOULD: readonly string[];
}

const SET_2026_12: Frozen = {
  MUST: [
    'CREATE-1',
    'CREATE-2',
    'CREATE-3',
    'CREATE-4',
    'CREATE-5',
    'KEY-1',
    'KEY-2',
    'KEY-3',
    'KEY-5',
    'REPLAY-1',
    'REPLAY-2',
    'REPLAY-3',
    'REPLAY-4',
    'REPLAY-5',
    'REPLAY-6',
    'REPLAY-7',
    'REPLAY-8',
    'REPLAY-11',
    'CONFLICT-1',
    'CONFLICT-2',
    'CONFLICT-3',
    'CONFLICT-4',
    'CONFLICT-5',
    'CONFLICT-6',
    'CONFLICT-7',
    'CONFLICT-11',
    'SCOPE-1',
    'SCOPE-2',
    'SCOPE-3',
    'SCOPE-4',
    'SCOPE-5',
    'STORM-1',
    'STORM-2',
    'STORM-3',
    'STORM-4',
    'STORM-5',
    'STORM-6',
    'STORM-7',
    'STORM-9',
    'STORM-10',
    'LOST-1',
    'LOST-2',
    'LOST-3',
    'LOST-4',
    'LOST-5',
    'LOST-6',
    'LOST-7',
    'RETENTION-1',
    'RETENTION-2',
    'RETENTION-3',
    'REJECT-1',
    'REJECT-2',
    'REJECT-4',
    'ENVELOPE-1',
    'HEADER-2',
    'UPLOAD-1',
    'UPLOAD-2',
    'WEBHOOK-1',
    'WEBHOOK-2',
    'WEBHOOK-3',
    'WEBHOOK-5',
    'SCENARIO-1',
    'SCENARIO-2',
    'SCENARIO-3',
    'SCENARIO-4',
    'SCENARIO-6',
    'SCENARIO-7',
    'SCENARIO-8',
  ],
  SHOULD: [
    'KEY-4',
    'REPLAY-9',
    'CONFLICT-8',
    'CONFLICT-9',
    'REJECT-3',
    'HEADER-1',
    'ENDPOINT-1',
    'UPLOAD-3',
    'WEBHOOK-4',
    'SCENARIO-5',
  ],
};

/** Besides: required keys, markers and headers of replays, duplicates in flight, unknown outcomes, lost writes, a server that holds up, batches. */
const SET_2027_01: Frozen = {
  MUST: [
    ...SET_2026_12.MUST,
    'KEY-7',
    'REPLAY-12',
    'REPLAY-13',
    'REPLAY-14',
    'REPLAY-15',
    'SCOPE-6',
    'LOST-8',
    'LOST-9',
    'LOST-10',
    'LOST-11',
    'SERVER-1',
    'SERVER-2',
    'BATCH-1',
    'BATCH-2',
  ],
  SHOULD: [...SET_2026_12.SHOULD, 'STORM-11'],
};

const FROZEN: Readonly<Record<string, Frozen>> = { '2026-12': SET_2026_12, '2027-01': SET_2027_01 };

/** Which requirements decide, and at which level. */
type RequirementSet = Map<string, Level>;

/** Versions of the frozen sets, oldest first. */
export function requirementSets(): string[] {
  return Object.keys(FROZEN).sort();
}

/** A frozen set by its version. Throws where there is none. */
export function requirementSet(version: string): RequirementSet {
  const set = FROZEN[version];
  if (set === undefined) {
    throw new Error(`there is no set of requirements ${version}. There are: ${requirementSets().join(', ')}.`);
  }
  return new Map([...set.MUST.map((id) => [id, 'MUST'] as const), ...set.SHOULD.map((id) => [id, 'SHOULD'] as const)]);
}
