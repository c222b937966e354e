/** The exit code and the closing sentence. */
import type { RequirementRecord, Results } from '../reports/results.js';
import type { Settings } from './options.js';

/** Why a run ended before its last round. */
export type Stop =
  | { kind: 'obstacle'; exitCode: 2 | 3; message: string }
  | { kind: 'stopped'; message: string }
  | { kind: 'error'; message: string };

/** 1 goes before 4 before 3 before 0; what stopped the run before it began decides alone. */
export function exitCodeOf(
  requirements: RequirementRecord[],
  settings: Settings,
  stop: Stop | null,
): Results['exitCode'] {
  if (stop?.kind === 'obstacle') return stop.exitCode;
  const deciding = requirements.filter(({ id }) => settings.only === null || settings.only.includes(id));
  const required = requirements.filter(({ id }) => settings.require.includes(id));
  const violated = deciding.some(
    ({ status }) => status === 'failed' || (settings.strict === true && status === 'warned'),
  );
  if (violated || required.some((one) => !decided(one))) return 1;
  if (stop?.kind === 'error' || deciding.some(({ status }) => status === 'error')) return 4;
  const open = deciding.some(
    ({ level, status }) => level === 'MUST' && (status === 'inconclusive' || status === 'blocked'),
  );
  if (stop !== null || open || !deciding.some(decided)) return 3;
  return 0;
}

/** 'Conforms in 16 of 55 MUSTs; 39 not checked: …'. */
export function verdictOf(
  requirements: RequirementRecord[],
  settings: Settings,
  stop: Stop | null,
  exitCode: Results['exitCode'],
): string {
  if (stop?.kind === 'obstacle') return `Nothing was judged. ${stop.message}`;
  const { judged } = settings.contract.contract;
  const musts = requirements.filter(
    ({ id, level }) => level === 'MUST' && (judged === undefined || judged.includes(id)),
  );
  const chosen = ({ id }: RequirementRecord) => settings.only === null || settings.only.includes(id);
  const broken = requirements.filter(({ status }) => status === 'failed');
  const failed = broken.filter(chosen);
  const besides = broken.filter((one) => !chosen(one));
  const passed = musts.filter(({ status }) => status === 'passed');
  const open = musts.filter(({ status }) => status !== 'passed' && status !== 'failed' && status !== 'warned');
  const warned = requirements.filter(({ status }) => status === 'warned');
  const parts = [
    failed.length > 0
      ? `Does not conform: ${failed.map(({ id }) => id).join(', ')} violated; ${passed.length} of ${musts.length} MUSTs hold`
      : `${exitCode === 0 ? 'Conforms' : 'Undecided: conforms so far'} in ${passed.length} of ${musts.length} MUSTs`,
  ];
  if (besides.length > 0) parts.push(`violated besides what was chosen: ${besides.map(({ id }) => id).join(', ')}`);
  if (warned.length > 0) parts.push(`warnings: ${warned.map(({ id }) => id).join(', ')}`);
  if (open.length > 0) parts.push(`${open.length} not checked: ${openWords(open)}`);
  const unmet = requirements.filter((one) => settings.require.includes(one.id) && !decided(one));
  if (unmet.length > 0) parts.push(`required but not decided: ${unmet.map(({ id }) => id).join(', ')}`);
  if (stop !== null) parts.push(stop.kind === 'error' ? 'the suite itself failed' : `stopped: ${stop.message}`);
  return `${parts.join('; ')}.`;
}

/** A whole chapter by its name, a part of one by its ids. */
function openWords(open: RequirementRecord[]): string {
  const chapters = [...new Set(open.map(({ chapter }) => chapter))];
  return chapters
    .flatMap((name) => {
      const ids = open.filter(({ chapter }) => chapter === name).map(({ id }) => id);
      return ids.length > 2 ? [name] : ids;
    })
    .join(', ');
}

function decided({ status }: RequirementRecord): boolean {
  return status === 'passed' || status === 'failed' || status === 'warned' || status === 'observed';
}
