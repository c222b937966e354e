/** Sums a run up: the status of each requirement, the exit code, the closing sentence. */

import { createRequire } from 'node:module';
import type { Mask } from '../client/mask.js';
import type { Json } from '../contracts/contract.js';
import { MOST_NESTED_ANSWER } from '../contracts/json.js';
import { type Exchange, nameOf } from '../history/history.js';
import type { FindingData } from '../judge/finding.js';
import { sentencesOf } from '../judge/sentences/index.js';
import { baselineStates } from '../results/baseline.js';
import { fingerprint } from '../results/fingerprint.js';
import { latenciesOf, micro } from '../results/latencies.js';
import { rerunOf } from '../results/rerun.js';
import type { FindingRecord, RequirementRecord, Results } from '../results/results.js';
import { type Decision, exitCodeOf, type Stop, verdictOf } from '../results/verdict.js';
import { chapters, promiseOf, requirementSet } from '../suites/index.js';
import type { Requirement } from '../suites/requirement.js';
import { statementOf } from '../suites/statement.js';
import type { Engine } from './engine.js';
import type { Case, Found } from './ledger.js';
import { levelOf } from './levels.js';
import { carriedCommand } from './options/rerun.js';
import type { Settings } from './options.js';
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

/** @param operations what each operation of the run has come to; at least one */
export function resultsOf(operations: Ended[]): Results {
  const [first] = operations as [Ended];
  const { settings, engine, startedAt } = first;
  const { contract } = settings.contract;
  const stop = stopOf(operations);
  const requirements = operations.flatMap((ended) =>
    chapters.flatMap((chapter) =>
      chapter.requirements.map((requirement) => requirementRecord(requirement, chapter.name, ended)),
    ),
  );
  const decision: Decision = {
    requirements,
    decides: chapters.flatMap((one) => one.requirements.map(({ id }) => id)).filter((id) => settings.decides.has(id)),
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
  const blind = operations.find((one) => one.engine.blind !== null);
  const sum = (of: (account: Engine['account']) => number) =>
    operations.reduce((all, one) => all + of(one.engine.account), 0);
  const left = leftOf(operations);
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
      ...(contract.sign === null ? {} : { sign: contract.sign }),
      id: contract.create.id,
    },
    operations: operationsOf(settings),
    seed: settings.seed,
    profile: settings.profile,
    ...decision,
    shard: settings.shard ?? null,
    fault: settings.fault ?? null,
    rounds: { planned: settings.rounds.length, done: Math.min(...operations.map(({ roundsDone }) => roundsDone)) },
    targets: settings.targets,
    rerun: carriedCommand(settings),
    transport: engine.client.transport === 'h2' ? 'HTTP/2' : 'HTTP/1.1',
    requests: { sent: engine.client.pace.sent, budget: settings.maxRequests ?? null },
    effects: {
      created: sum(({ created }) => created),
      foreign: sum(({ foreign, ambiguous }) => foreign + ambiguous),
      observer: blind === undefined ? [...new Set(operations.map((one) => one.engine.observer.name))].join(', ') : null,
      blind: blind === undefined ? null : named(blind, blind.engine.blind as string),
    },
    ...left,
    latencies: latenciesOf(operations.map(({ ledger }) => ledger.durations)),
    storms: operations.flatMap(({ ledger }) => ledger.storms).map((one) => ({ ...one, spreadMs: micro(one.spreadMs) })),
    startedAt: startedAt.toISOString(),
    durationMs: Math.round(engine.client.clock()),
    versions: { suite: version(), node: process.version },
    observations: operations.flatMap((one) =>
      one.ledger.observations().map((seen) => ({ operation: one.settings.contract.contract.create.name, ...seen })),
    ),
    notes: [
      ...(stop === null ? [] : [stop.message]),
      ...settings.learnt.map((one) => `${one}.`),
      ...operations.flatMap((one) => notes(one).map((note) => named(one, note))),
    ],
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

function operationsOf(settings: Settings): Results['operations'] {
  return settings.operations.map(({ contract: { create } }) => ({
    name: create.name,
    title: `${create.method} ${create.path}`,
  }));
}

/** What all operations left on the target. */
function leftOf(operations: Ended[]): Pick<Results, 'left' | 'unresolved'> {
  const records = operations.map(({ engine, settings }) => engine.leftovers.records(settings.loopback));
  const left = records.flatMap((one) => one.left ?? []);
  const unresolved = records.reduce((sum, one) => sum + (one.unresolved ?? 0), 0);
  return { ...(left.length === 0 ? {} : { left }), ...(unresolved === 0 ? {} : { unresolved }) };
}

/** What ended the run: an obstacle where none of the operations could be judged. */
function stopOf(operations: Ended[]): Stop | null {
  const stops = operations.flatMap((one) => (one.stop === null ? [] : [{ one, stop: one.stop }]));
  const [first] = stops;
  if (first === undefined) return null;
  if (first.stop.kind === 'obstacle' && stops.length === operations.length) return first.stop;
  const { one, stop } = stops.find(({ stop: { kind } }) => kind === 'error') ?? first;
  const { kind } = stop;
  const alone = stops.filter(({ stop: { message } }) => message === stop.message).length < operations.length;
  return { kind: kind === 'obstacle' ? 'stopped' : kind, message: alone ? named(one, stop.message) : stop.message };
}

/** With the operation that it is about, where there are several. */
function named({ settings }: Pick<Ended, 'settings'>, text: string): string {
  return settings.operations.length > 1 ? `${settings.contract.contract.create.name}: ${text}` : text;
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
    sources: eachSource([...sources, ...(contract.sources[id] ?? []), ...(contract.sources[chapter] ?? [])]),
    ...decided,
    ...(status === 'noticed' ? { promise: promiseOf(id) } : {}),
    evidence: ledger.evidence.get(id) ?? { plans: 0, exercised: 0, requests: 0 },
    findings: status === 'blocked' || status === 'observed' ? [] : found.map((one) => keptRecord(one, ended)),
  };
}

/** The first of those with one URL. */
function eachSource(sources: RequirementRecord['sources']): RequirementRecord['sources'] {
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
    fingerprint: fingerprint(identity, operationsOf(settings)),
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
      rerun: rerunOf(carriedCommand(alone(settings)), {
        ids: [made.id, finding.id],
        profile: settings.profile,
        seed: made.seed,
        shard: settings.shard ?? null,
      }),
    },
  };
}

/** With the operation that it is about, where the contract has several. */
function alone(settings: Settings): Settings {
  const { operations, given, contract } = settings;
  if (operations.length === 1 && given.operations === undefined) return settings;
  return { ...settings, given: { ...given, operations: [contract.contract.create.name] } };
}

/** As JSON has it: members without a value are left out. */
function withoutGaps(data: FindingData): FindingRecord['data'] {
  return Object.fromEntries(Object.entries(data).filter((member): member is [string, Json] => member[1] !== undefined));
}

function notes({ settings, engine, stop, evidence }: Ended): string[] {
  const { contract } = settings.contract;
  const list: string[] = [];
  for (const { request, outcome, batch } of stop?.kind === 'obstacle' ? engine.client.mask.all(evidence) : []) {
    const answer = batch?.answer ?? (outcome.kind === 'answer' ? outcome : null);
    const silence = outcome.kind === 'answer' ? '' : outcome.reason;
    const came = answer === null ? silence : `${answer.status} ${answer.body.slice(0, 2000)}`;
    list.push(`Sent ${request.method} ${request.url} ${batch?.request ?? request.body} — came back: ${came}`);
  }
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
