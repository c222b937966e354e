/** Sums a run up: the status of each requirement, the exit code, the closing sentence. */
import { createRequire } from 'node:module';
import { SETTLED_MS } from '../generators/plans.js';
import type { Exchange } from '../history/history.js';
import { curlScript } from '../reports/curl.js';
import { baselineStates } from '../results/baseline.js';
import { latenciesOf, micro } from '../results/latencies.js';
import type { FindingRecord, RequirementRecord, Results, Status } from '../results/results.js';
import { type Decision, exitCodeOf, type Stop, verdictOf } from '../results/verdict.js';
import { loadCatalogue, type Requirement, requirementSet } from '../suites/catalogue.js';
import { suites } from '../suites/index.js';
import { AT_THE_END } from '../suites/retention.js';
import type { Engine } from './engine.js';
import type { Case, Found, Ledger } from './ledger.js';
import { rerunCommand } from './options/rerun.js';
import type { Settings } from './options.js';
import { caseRecord } from './records.js';
import { skipReason } from './skip.js';

export interface Ended {
  settings: Settings;
  engine: Engine;
  ledger: Ledger;
  startedAt: Date;
  roundsDone: number;
  stop: Stop | null;
  evidence: Exchange[];
}

export function resultsOf(ended: Ended): Results {
  const { settings, engine, startedAt, stop } = ended;
  const { contract } = settings.contract;
  const { chapters } = loadCatalogue();
  const requirements = chapters.flatMap((chapter) =>
    chapter.requirements.map((requirement) => requirementRecord(requirement, chapter.name, ended)),
  );
  const decision: Decision = {
    requirements,
    decides: requirements.map(({ id }) => id).filter((id) => settings.decides.has(id)),
    required: settings.require,
    strict: settings.strict === true,
    baseline: baselineStates(settings.baseline ?? [], requirements, startedAt.toISOString().slice(0, 10)),
    catalogue: settings.requirements,
  };
  const exitCode = exitCodeOf(decision, stop);
  return {
    schema: 'https://idem-conformance.dev/results/1',
    verdict: verdictOf(decision, stop, exitCode),
    exitCode,
    contract: { name: contract.name, version: contract.version, title: contract.title },
    seed: settings.seed,
    profile: settings.profile,
    ...decision,
    shard: settings.shard ?? null,
    fault: settings.fault ?? null,
    rounds: { planned: settings.rounds.length, done: ended.roundsDone },
    targets: settings.targets,
    transport: transportWords(ended),
    requests: { sent: engine.client.pace.sent, budget: settings.maxRequests ?? null },
    effects: {
      created: engine.account.created,
      foreign: engine.account.foreign + engine.account.ambiguous,
      observer: engine.blind ?? `GET ${contract.effects.list?.path}`,
    },
    latencies: latenciesOf(ended.ledger),
    storms: ended.ledger.storms.map((one) => ({ ...one, spreadMs: micro(one.spreadMs) })),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(engine.client.clock()),
    versions: { suite: version(), node: process.version },
    observations: ended.ledger.observations(),
    notes: notes(ended),
    chapters: chapters.map(({ name, title }) => ({ id: name, title })),
  };
}

function requirementRecord(requirement: Requirement, chapter: string, ended: Ended): RequirementRecord {
  const { id, sentence, source } = requirement;
  const level = levelOf(requirement, ended.settings);
  const found = ended.ledger.findings.get(id) ?? [];
  const { status, reason } = statusOf({ ...requirement, level }, found, ended);
  return {
    id,
    chapter,
    level,
    sentence,
    source,
    status,
    reason,
    evidence: ended.ledger.evidence.get(id) ?? { plans: 0, exercised: 0, requests: 0 },
    findings: status === 'blocked' || status === 'observed' ? [] : found.map((one) => findingRecord(one, ended)),
  };
}

/** As the frozen set has it; what the contract does not promise is only observed. */
function levelOf({ id, level }: Requirement, { requirements, contract }: Settings): Requirement['level'] {
  const { judged } = contract.contract;
  if (judged !== undefined && !judged.includes(id)) return 'OBSERVE';
  return requirementSet(requirements).get(id) ?? level;
}

function statusOf(requirement: Requirement, found: Found[], ended: Ended): { status: Status; reason: string } {
  const { id, level } = requirement;
  const { settings, engine, ledger, stop } = ended;
  const broken = found.find((one) => one.original.finding.warns !== true);
  const { judged } = settings.contract.contract;
  if (judged !== undefined && !judged.includes(id)) {
    const seen = broken === undefined ? 'nothing against it was seen' : `seen: ${broken.original.finding.summary}`;
    if (ledger.evidence.has(id) || found.length > 0)
      return { status: 'observed', reason: `not promised by this contract; ${seen}` };
  }
  // A violated SHOULD warns: it leaves no MUST undecided.
  const set = requirementSet(settings.requirements);
  const shown = requirement.illustrates?.find(
    (one) => ledger.findings.has(one) && (level !== 'MUST' || set.get(one) === 'MUST'),
  );
  if (shown !== undefined) return { status: 'blocked', reason: `${shown}, which this illustrates, is violated` };
  const standsOn = prerequisite(id, found, ledger);
  if (standsOn !== null) return { status: 'blocked', reason: `${standsOn} fails already, and this follows from it` };
  if (broken !== undefined && level === 'MUST') return { status: 'failed', reason: broken.original.finding.summary };
  if (found.length > 0 && level !== 'OBSERVE') {
    return { status: 'warned', reason: (found[0] as Found).original.finding.summary };
  }
  const error = ledger.errors.get(id);
  if (error !== undefined) return { status: 'error', reason: error };
  const suite = [...suites, ...AT_THE_END].find((one) => one.id === id);
  if (suite === undefined) return { status: 'skipped', reason: 'this version makes no plans for it' };
  const skipped = skipReason(suite, settings);
  if (skipped !== null) return { status: 'skipped', reason: skipped };
  if ('byEffects' in suite && engine.blind !== null)
    return { status: 'skipped', reason: `effects cannot be seen: ${engine.blind}` };
  if ('byEffects' in suite && engine.account.ambiguous > 0) {
    const reason = `${engine.account.ambiguous} resources appeared that nobody can attribute; with nobody else on the target, use --exclusive`;
    return { status: 'inconclusive', reason };
  }
  const evidence = ledger.evidence.get(id);
  if ('receiver' in suite && engine.uncalled !== null && (evidence?.exercised ?? 0) === 0) {
    return { status: 'skipped', reason: engine.uncalled };
  }
  const noConflict = ['CONFLICT-1', 'CONFLICT-3', 'REPLAY-1'].find((one) => ledger.findings.has(one));
  const needsConflict = id.startsWith('CONFLICT-') || id === 'STORM-4';
  if ((evidence?.exercised ?? 0) === 0 && needsConflict && noConflict !== undefined) {
    return { status: 'blocked', reason: `${noConflict} fails: no conflict was ever seen` };
  }
  if ((evidence?.exercised ?? 0) === 0 && id.startsWith('LOST-') && ledger.findings.has('LOST-4')) {
    return { status: 'blocked', reason: 'LOST-4 fails: keys stay in flight' };
  }
  if ((evidence?.exercised ?? 0) === 0 && id === 'REPLAY-8' && ledger.findings.has('REPLAY-11')) {
    return {
      status: 'blocked',
      reason: 'REPLAY-11 fails: without reading a resource nobody can tell when it is finished',
    };
  }
  if ((evidence?.exercised ?? 0) === 0) {
    return { status: 'inconclusive', reason: stop?.message.split('\n')[0] ?? nothingMet(id, engine) };
  }
  return { status: level === 'OBSERVE' ? 'observed' : 'passed', reason: '' };
}

function nothingMet(id: string, { client }: Engine): string {
  if (id === 'RETENTION-2') return 'the run used fewer than a thousand keys';
  const webhook = id.startsWith('WEBHOOK-') && id !== 'WEBHOOK-5';
  return webhook ? `no webhook came to ${client.receiver?.url}` : 'every plan met only refusals or silence';
}

/**
 * Requirements that say 'and it holds for …' of another one: where that one fails in the same way they follow from it
 * and would only repeat it.
 */
const STANDS_ON: Record<string, string[]> = {
  'REPLAY-1': ['CREATE-5', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'REPLAY-7', 'REPLAY-8', 'HEADER-2'],
};

function prerequisite(id: string, found: Found[], ledger: Ledger): string | null {
  const summaries = new Set(found.map((one) => one.original.finding.summary));
  for (const [first, dependents] of Object.entries(STANDS_ON)) {
    // Only its own plan, without a long pause, shows that it fails without what makes the dependents particular.
    const own = (ledger.findings.get(first) ?? []).find((one) => one.made.id === first && !isPaused(one.smallest));
    const same = own !== undefined && summaries.has(own.original.finding.summary) && summaries.size === 1;
    if (dependents.includes(id) && same) return first;
  }
  return null;
}

/** Whether the proof needs a pause, during which a resource may end or a record be forgotten. */
function isPaused({ history }: Case): boolean {
  return history.plan.steps.some((step) => step.do === 'wait' && step.ms > SETTLED_MS);
}

function findingRecord(found: Found, { settings }: Ended): FindingRecord {
  const { finding } = found.smallest;
  const smallest = caseRecord(found.smallest, settings.contract.contract);
  return {
    summary: finding.summary,
    argument: finding.argument,
    expected: finding.expected,
    observed: finding.observed,
    foundBy: found.made.id,
    round: found.made.round,
    seed: found.made.seed,
    path: found.made.path,
    plan: found.smallest.history.plan,
    smallest,
    original: caseRecord(found.original, settings.contract.contract),
    confirmed: found.confirmed,
    commands: {
      rerun: rerunCommand(settings, { ids: [found.made.id, finding.id], seed: found.made.seed }),
      curl: curlScript(smallest),
    },
  };
}

/** The protocol, and what its storms achieved. */
function transportWords({ engine, ledger: { storms } }: Ended): string {
  const protocol = engine.client.transport === 'h2' ? 'HTTP/2' : 'HTTP/1.1';
  if (storms.length === 0) return protocol;
  const spreads = storms.map((one) => one.spreadMs).sort((a, b) => a - b);
  const overlapping = storms.filter((one) => one.together > 1).length;
  const widest = Math.max(...storms.map((one) => one.width));
  const median = spreads[Math.floor(spreads.length / 2)] as number;
  const within = median < 0.1 ? `${Math.ceil(median * 1000)} µs` : `${median.toFixed(2)} ms`;
  return `${protocol}; ${storms.length} storms up to ${widest} wide, released within ${within} (median), ${overlapping} overlapped`;
}

function notes({ settings, engine, stop, evidence }: Ended): string[] {
  const { contract } = settings.contract;
  const list: string[] = [];
  if (stop !== null) list.push(stop.message);
  for (const { request, outcome } of stop?.kind === 'obstacle' ? evidence : []) {
    const came = outcome.kind === 'answer' ? `${outcome.status} ${outcome.body.slice(0, 2000)}` : outcome.reason;
    list.push(`Sent ${request.method} ${request.url} ${request.body} — came back: ${came}`);
  }
  if (engine.account.foreign > 0)
    list.push(`${engine.account.foreign} resources of somebody else appeared; they were left out of account.`);
  if (!settings.loopback && contract.cancel === null && engine.account.created > 0) {
    list.push(
      `${engine.account.created} resources were left on the target: the contract does not say how to cancel them.`,
    );
  }
  return list;
}

function version(): string {
  return (createRequire(import.meta.url)('idem-conformance/package.json') as { version: string }).version;
}
