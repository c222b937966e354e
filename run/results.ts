/** Sums a run up: the status of each requirement, the exit code, the closing sentence. */

import { createRequire } from 'node:module';
import { DEFAULT_CONTRACT } from '../contracts/load.js';
import { SETTLED_MS } from '../generators/plans.js';
import type { Exchange } from '../history/history.js';
import { curlScript } from '../reports/curl.js';
import { baselineStates } from '../results/baseline.js';
import { latenciesOf, micro } from '../results/latencies.js';
import type { FindingRecord, RequirementRecord, Results, Status } from '../results/results.js';
import { type Decision, exitCodeOf, type Stop, verdictOf } from '../results/verdict.js';
import { chapters, requirementSet } from '../suites/index.js';
import type { Prerequisite, Requirement } from '../suites/requirement.js';
import type { Engine } from './engine.js';
import type { Case, Found, Ledger } from './ledger.js';
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
  const { id } = requirement;
  const level = levelOf(requirement, ended.settings);
  const found = ended.ledger.findings.get(id) ?? [];
  const { status, reason } = statusOf({ ...requirement, level }, found, ended);
  return {
    id,
    chapter,
    level,
    sentence: requirement.statement.replaceAll('{resource}', 'resource'),
    source: requirement.sources.map(({ name }) => name).join('; '),
    status,
    reason,
    evidence: ended.ledger.evidence.get(id) ?? { plans: 0, exercised: 0, requests: 0 },
    findings: status === 'blocked' || status === 'observed' ? [] : found.map((one) => findingRecord(one, ended)),
  };
}

/** As the frozen set has it; what the contract does not promise is only observed. */
function levelOf({ id, level }: Requirement, { requirements, contract }: Settings): Requirement['level'] {
  const { judged } = contract.contract;
  if (judged !== null && !judged.includes(id)) return 'OBSERVE';
  return requirementSet(requirements).get(id) ?? level;
}

function statusOf(requirement: Requirement, found: Found[], ended: Ended): { status: Status; reason: string } {
  const { id, level } = requirement;
  const { settings, engine, ledger, stop } = ended;
  const broken = found.find((one) => one.original.finding.warns !== true);
  const { judged } = settings.contract.contract;
  if (judged !== null && !judged.includes(id)) {
    const seen = broken === undefined ? 'nothing against it was seen' : `seen: ${broken.original.finding.summary}`;
    if (ledger.evidence.has(id) || found.length > 0)
      return { status: 'observed', reason: `not promised by this contract; ${seen}` };
  }
  // A violated SHOULD warns: it leaves no MUST undecided.
  const set = requirementSet(settings.requirements);
  const shown = standsOn(requirement, 'any')
    .flatMap(({ on }) => on)
    .find((one) => ledger.findings.has(one) && (level !== 'MUST' || set.get(one) === 'MUST'));
  if (shown !== undefined) return { status: 'blocked', reason: `${shown}, which this illustrates, is violated` };
  const repeats = prerequisite(requirement, found, ledger);
  if (repeats !== null) return { status: 'blocked', reason: `${repeats} fails already, and this follows from it` };
  if (broken !== undefined && level === 'MUST') return { status: 'failed', reason: broken.original.finding.summary };
  if (found.length > 0 && level !== 'OBSERVE') {
    return { status: 'warned', reason: (found[0] as Found).original.finding.summary };
  }
  const error = ledger.errors.get(id);
  if (error !== undefined) return { status: 'error', reason: error };
  const skipped = skipReason(requirement, settings);
  if (skipped !== null) return { status: 'skipped', reason: skipped };
  if (requirement.byEffects === true && engine.blind !== null)
    return { status: 'skipped', reason: `effects cannot be seen: ${engine.blind}` };
  if (requirement.byEffects === true && engine.account.ambiguous > 0) {
    const reason = `${engine.account.ambiguous} resources appeared that nobody can attribute; with nobody else on the target, use --exclusive`;
    return { status: 'inconclusive', reason };
  }
  const evidence = ledger.evidence.get(id);
  if (requirement.needs?.includes('receiver') && engine.uncalled !== null && (evidence?.exercised ?? 0) === 0) {
    return { status: 'skipped', reason: engine.uncalled };
  }
  for (const { on, why } of (evidence?.exercised ?? 0) === 0 ? standsOn(requirement, 'not-exercised') : []) {
    const first = on.find((one) => ledger.findings.has(one));
    if (first !== undefined) return { status: 'blocked', reason: `${first} fails: ${why}` };
  }
  if ((evidence?.exercised ?? 0) === 0) {
    return { status: 'inconclusive', reason: stop?.message.split('\n')[0] ?? nothingMet(requirement, engine) };
  }
  return { status: level === 'OBSERVE' ? 'observed' : 'passed', reason: '' };
}

function nothingMet({ recall, needs }: Requirement, { client }: Engine): string {
  if (recall?.afterKeys !== undefined) return 'the run used fewer than a thousand keys';
  const webhook = needs?.includes('receiver') === true;
  return webhook ? `no webhook came to ${client.receiver?.url}` : 'every plan met only refusals or silence';
}

function standsOn({ standsOn: list = [] }: Requirement, when: Prerequisite['when']): Prerequisite[] {
  return list.filter((one) => one.when === when);
}

/** What a requirement only repeats: it fails in the same way as one that it stands on does in its own plan. */
function prerequisite(requirement: Requirement, found: Found[], ledger: Ledger): string | null {
  const summaries = new Set(found.map((one) => one.original.finding.summary));
  for (const first of standsOn(requirement, 'same-rule').flatMap(({ on }) => on)) {
    // Only its own plan, without a long pause, shows that it fails without what makes the dependents particular.
    const own = (ledger.findings.get(first) ?? []).find((one) => one.made.id === first && !isPaused(one.smallest));
    if (own !== undefined && summaries.has(own.original.finding.summary) && summaries.size === 1) return first;
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
    commands: { rerun: rerun(found, settings), curl: curlScript(smallest) },
  };
}

function rerun(found: Found, settings: Settings): string {
  const target = settings.fault !== undefined ? ` --fault ${settings.fault}` : ` --target ${settings.targets[0]}`;
  const contract = settings.contract.contract.name === DEFAULT_CONTRACT ? '' : ` ${contractWords(settings)}`;
  return `npx idem-conformance${target}${contract} --only ${[...new Set([found.made.id, found.original.finding.id])].join(',')} --profile ${settings.profile} --seed ${found.made.seed}`;
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

function contractWords({ contract, endpoint }: Settings): string {
  if (endpoint === undefined) return `--contract ${contract.file}`;
  const { endpoint: line, key, id, body, bodySchema, list } = endpoint;
  const options = { endpoint: line, key, id, body, 'body-schema': bodySchema, list };
  return Object.entries(options)
    .flatMap(([name, value]) => (value === undefined ? [] : [`--${name} '${value}'`]))
    .join(' ');
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
