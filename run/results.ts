/** Sums a run up: the status of each requirement, the exit code, the closing sentence. */

import { createRequire } from 'node:module';
import type { Mask } from '../client/mask.js';
import type { Contract, Json } from '../contracts/contract.js';
import { MOST_NESTED_ANSWER } from '../contracts/json.js';
import { type Exchange, nameOf } from '../history/history.js';
import type { FindingData } from '../judge/finding.js';
import { sentencesOf } from '../judge/sentences/index.js';
import { baselineStates } from '../results/baseline.js';
import { fingerprint } from '../results/fingerprint.js';
import { latenciesOf, micro } from '../results/latencies.js';
import { rerunOf } from '../results/rerun.js';
import type { FindingRecord, RequirementRecord, Results } from '../results/results.js';
import { type Decision, exitCodeOf, verdictOf } from '../results/verdict.js';
import { chapters, promiseOf, requirementSet } from '../suites/index.js';
import type { Requirement } from '../suites/requirement.js';
import { statementOf } from '../suites/statement.js';
import type { Case, Found } from './ledger.js';
import { levelOf } from './levels.js';
import { carriedCommand } from './options/rerun.js';
import { caseRecord } from './records.js';
import { type Outcome, statusOf } from './status.js';

export interface Ended extends Outcome {
  startedAt: Date;
  roundsDone: number;
  evidence: Exchange[];
  /** Records of findings, made once for as long as nothing about them changes; not given: they are made anew. */
  kept?: KeptRecords | undefined;
}

export type KeptRecords = WeakMap<Found, { smallest: Case; record: FindingRecord }>;

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
    baseline: baselineStates(
      settings.baseline ?? [],
      requirements,
      startedAt.toISOString().slice(0, 10),
      stop === null && settings.shard === undefined,
    ),
    catalogue: settings.requirements,
    frozen: [...requirementSet(settings.requirements).keys()],
  };
  const exitCode = exitCodeOf(decision, stop);
  const left = settings.loopback ? {} : engine.leftovers.records();
  return masked(engine.client.mask, {
    schema: 'https://idem-conformance.dev/results/2',
    verdict: verdictOf({ ...decision, ...left }, stop, exitCode),
    stop: stop === null ? null : { kind: stop.kind, message: stop.message },
    exitCode,
    contract: {
      name: contract.name,
      version: contract.version,
      title: contract.title,
      resource: contract.resource,
      id: contract.create.id,
    },
    operations: operationsOf(contract),
    seed: settings.seed,
    profile: settings.profile,
    ...decision,
    shard: settings.shard ?? null,
    fault: settings.fault ?? null,
    rounds: { planned: settings.rounds.length, done: ended.roundsDone },
    targets: settings.targets,
    rerun: carriedCommand(settings),
    transport: engine.client.transport === 'h2' ? 'HTTP/2' : 'HTTP/1.1',
    requests: { sent: engine.client.pace.sent, budget: settings.maxRequests ?? null },
    effects: {
      created: engine.account.created,
      foreign: engine.account.foreign + engine.account.ambiguous,
      observer: engine.blind === null ? engine.observer.name : null,
      blind: engine.blind,
    },
    ...left,
    latencies: latenciesOf(ended.ledger.durations),
    storms: ended.ledger.storms.map((one) => ({ ...one, spreadMs: micro(one.spreadMs) })),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(engine.client.clock()),
    versions: { suite: version(), node: process.version },
    observations: ended.ledger.observations().map((one) => ({ operation: contract.create.name, ...one })),
    notes: notes(ended),
    chapters: chapters.map(({ name, title }) => ({ id: name, title })),
  });
}

/** Findings were masked when their records were made. */
function masked(mask: Mask, { requirements, ...members }: Results): Results {
  return {
    ...mask.all(members),
    requirements: requirements.map(({ findings, ...record }) => ({ ...mask.all(record), findings })),
  };
}

function operationsOf({ create }: Contract): Results['operations'] {
  return [{ name: create.name, title: `${create.method} ${create.path}` }];
}

function requirementRecord(requirement: Requirement, chapter: string, ended: Ended): RequirementRecord {
  const { id, title, sources } = requirement;
  const { settings, ledger } = ended;
  const { contract } = settings.contract;
  const found = ledger.findings.get(id) ?? [];
  const decided = statusOf(requirement, found, ended);
  const { status } = decided;
  return {
    operation: contract.create.name,
    id,
    chapter,
    level: levelOf(requirement, settings),
    title,
    statement: statementOf(requirement, contract.resource),
    sources: eachOnce([...sources, ...(contract.sources[id] ?? []), ...(contract.sources[chapter] ?? [])]),
    ...decided,
    ...(status === 'noticed' ? { promise: promiseOf(id) } : {}),
    evidence: ledger.evidence.get(id) ?? { plans: 0, exercised: 0, requests: 0 },
    findings: status === 'blocked' || status === 'observed' ? [] : found.map((one) => keptRecord(one, ended)),
  };
}

/** The first of those with one URL. */
function eachOnce(sources: RequirementRecord['sources']): RequirementRecord['sources'] {
  return sources.filter(({ url }, n) => sources.findIndex((one) => one.url === url) === n);
}

function keptRecord(found: Found, ended: Ended): FindingRecord {
  const known = ended.kept?.get(found);
  const { smallest, confirmed } = found;
  if (known?.smallest === smallest && known.record.confirmed.of === confirmed.of) return known.record;
  const record = ended.engine.client.mask.all(findingRecord(found, ended));
  ended.kept?.set(found, { smallest, record });
  return record;
}

function findingRecord(found: Found, { settings, engine }: Ended): FindingRecord {
  const { made } = found;
  // Masked before it is put into words, which may cut a secret in two.
  const [one, original] = [found.smallest, found.original].map((each) => engine.client.mask.all(each)) as [Case, Case];
  const { finding, history, readings } = one;
  const { contract } = settings.contract;
  const { illegal, ...words } = sentencesOf(finding, { plan: history.plan, readings }, contract);
  const wrong = illegal === null ? undefined : readings[illegal];
  const identity = {
    operation: contract.create.name,
    id: finding.id,
    rule: finding.rule,
    data: withoutGaps(found.smallest.finding.data),
  };
  return {
    ...identity,
    fingerprint: fingerprint(identity, operationsOf(contract)),
    ...words,
    illegal: wrong === undefined ? null : nameOf(wrong.exchange),
    foundBy: made.id,
    round: made.round,
    seed: made.seed,
    path: made.path,
    smallest: caseRecord(one, contract),
    original: caseRecord(original, contract),
    confirmed: { ...found.confirmed },
    commands: {
      rerun: rerunOf(carriedCommand(settings), {
        ids: [made.id, finding.id],
        profile: settings.profile,
        seed: made.seed,
        shard: settings.shard ?? null,
      }),
    },
  };
}

/** As JSON has it: members without a value are left out. */
function withoutGaps(data: FindingData): FindingRecord['data'] {
  return Object.fromEntries(Object.entries(data).filter((member): member is [string, Json] => member[1] !== undefined));
}

function notes({ settings, engine, stop, evidence }: Ended): string[] {
  const { contract } = settings.contract;
  const list: string[] = [];
  if (stop !== null) list.push(stop.message);
  for (const { request, outcome } of stop?.kind === 'obstacle' ? engine.client.mask.all(evidence) : []) {
    const came = outcome.kind === 'answer' ? `${outcome.status} ${outcome.body.slice(0, 2000)}` : outcome.reason;
    list.push(`Sent ${request.method} ${request.url} ${request.body} — came back: ${came}`);
  }
  list.push(...settings.learnt.map((one) => `${one}.`));
  const { unread } = engine.answers;
  if (unread > 0)
    list.push(`${unread} answers were nested deeper than ${MOST_NESTED_ANSWER}: they were not read as JSON.`);
  if (engine.account.foreign > 0)
    list.push(`${engine.account.foreign} resources of other writers appeared; they were not counted.`);
  const left = settings.loopback || contract.cancel !== null ? 0 : engine.leftovers.list().length;
  if (left > 0) list.push(`${left} resources were left on the target: the contract does not say how to cancel them.`);
  return list;
}

function version(): string {
  return (createRequire(import.meta.url)('idem-conformance/package.json') as { version: string }).version;
}
