/** `report.sarif`: the findings in SARIF 2.1.0, as code scanning reads it. */
import type { FindingRecord, Level, RequirementRecord, Results, Status } from '../results/results.js';
import { type Finding, findingsOf, isUnchecked, knownAs } from '../results/tally.js';
import { escaped, visible, visibleLine } from './visible.js';
import { capital, confirmation, cut, nameOf, remark, sentence, sourceWords } from './words.js';

type SarifLevel = 'error' | 'warning' | 'note';

/**
 * Code scanning shows no result without a file of the repository, and an API has none. Where no contract file is known
 * it is the configuration file, whether it is there or not: a path that never changes keeps an alert the same alert.
 */
export const usualArtifact = 'idem-conformance.yaml';

const schema = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const longestText = 4000;

const ruleLevel: Readonly<Record<Level, SarifLevel>> = { MUST: 'error', SHOULD: 'warning', OBSERVE: 'note' };

const uncheckedLevel: Readonly<Partial<Record<Status, SarifLevel>>> = {
  error: 'error',
  blocked: 'warning',
  inconclusive: 'warning',
  skipped: 'note',
};

/** @param artifact the contract file, as an address relative to the root of the repository */
export function sarif(results: Results, artifact: string = usualArtifact): string {
  const rules = rulesOf(results);
  const log = {
    $schema: schema,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'idem-conformance',
            version: visibleLine(results.versions.suite),
            rules: rules.map((requirement) => rule(requirement, results)),
          },
        },
        // Runs against several contracts stand beside each other and do not replace each other.
        automationDetails: { id: `idem-conformance/${encodeURIComponent(visibleLine(results.contract.name))}/` },
        invocations: [invocation(results)],
        columnKind: 'utf16CodeUnits',
        results: findingsOf(results).map((one) => result(one, results, artifact)),
      },
    ],
  };
  return `${escaped(JSON.stringify(log, null, 2))}\n`;
}

/** One of each id: operations share their rules. */
function rulesOf({ requirements }: Results): RequirementRecord[] {
  const seen = new Set<string>();
  return requirements.filter(({ id }) => !seen.has(id) && seen.add(id));
}

function rule({ id, chapter, level, title, statement, sources }: RequirementRecord, { chapters }: Results) {
  const chapterTitle = chapters.find((one) => one.id === chapter)?.title ?? '';
  const helpUri = sources.find(({ url }) => /^https?:/i.test(url) && URL.canParse(url))?.url;
  const about = message(`${level}: ${sentence(statement)} Source: ${sentence(sourceWords({ sources }))}`);
  return {
    id,
    shortDescription: message(sentence(title)),
    fullDescription: about,
    ...(helpUri === undefined ? {} : { helpUri }),
    help: message(`${sentence(statement)} Level ${level}, chapter ${chapter}: ${sentence(chapterTitle)}`),
    defaultConfiguration: { level: ruleLevel[level] },
    properties: { tags: ['idempotency', visibleLine(chapter)] },
  };
}

function result({ requirement, finding }: Finding, results: Results, artifact: string) {
  const { id, level } = requirement;
  const { expected, observed, commands, seed, round, foundBy, confirmed, smallest } = finding;
  const known = knownAs(requirement, results);
  const said = remark(requirement);
  return {
    ruleId: id,
    ruleIndex: rulesOf(results).findIndex((one) => one.id === id),
    kind: 'fail',
    level: levelOf(requirement, results),
    message: message(`${prefix(requirement, results)}${said === '' ? '' : `${said}: `}${argument(finding)}`),
    ...(known === undefined
      ? {}
      : { suppressions: [{ kind: 'external', status: 'accepted', justification: visible(known.reason) }] }),
    locations: [
      {
        physicalLocation: { artifactLocation: { uri: artifact }, region: { startLine: 1 } },
        logicalLocations: [{ fullyQualifiedName: endpointOf(finding, results), kind: 'resource' }],
      },
    ],
    // Code scanning knows the first name only; without it, it would take the hash of the file's first line.
    partialFingerprints: {
      primaryLocationLineHash: `${finding.fingerprint}:1`,
      'requirementAndRule/v1': finding.fingerprint,
    },
    properties: {
      requirementLevel: level,
      expected: visible(cut(expected, longestText)),
      observed: visible(cut(observed, longestText)),
      rerun: visibleLine(commands.rerun),
      seed,
      round,
      foundBy,
      confirmed,
      requests: smallest.attempts,
    },
  };
}

/** What is noticed, or was met and never again, never fails, however strict the run is. */
function levelOf({ status }: RequirementRecord, { strict }: Results): SarifLevel {
  if (status === 'noticed') return 'note';
  if (status === 'inconclusive') return 'warning';
  return status === 'failed' || strict ? 'error' : 'warning';
}

function argument(finding: FindingRecord): string {
  const { summary, argument, expected, observed } = finding;
  return [
    ...[summary, ...argument].map(sentence),
    `Expected: ${sentence(expected)}`,
    `Observed: ${sentence(observed)}`,
    `Smallest case: ${sentence(confirmation(finding))}`,
  ].join(' ');
}

/** `POST /orders`: the write that the finding is about. */
function endpointOf({ smallest }: FindingRecord, results: Results): string {
  const exchange = smallest.exchanges.find(({ outcome }) => outcome !== 'read') ?? smallest.exchanges[0];
  if (exchange === undefined) return visibleLine(results.contract.title);
  const { method, url } = exchange.request;
  return visibleLine(`${method} ${URL.canParse(url) ? new URL(url).pathname : url}`);
}

function invocation(results: Results) {
  const start = Date.parse(results.startedAt);
  return {
    // What could not be decided was no successful look at the target.
    executionSuccessful: results.exitCode === 0 || results.exitCode === 1,
    exitCode: results.exitCode,
    exitCodeDescription: visibleLine(capital(results.verdict)),
    ...(Number.isNaN(start)
      ? {}
      : {
          startTimeUtc: new Date(start).toISOString(),
          endTimeUtc: new Date(start + results.durationMs).toISOString(),
        }),
    toolExecutionNotifications: [
      ...results.requirements.flatMap((one) => unchecked(one, results)),
      ...results.notes.map(note),
    ],
  };
}

function unchecked(requirement: RequirementRecord, results: Results) {
  const { id, status, reason, title } = requirement;
  if (!isUnchecked(status)) return [];
  return [
    {
      descriptor: { id: `not-checked/${status}` },
      associatedRule: { id, index: rulesOf(results).findIndex((one) => one.id === id) },
      level: uncheckedLevel[status] ?? 'note',
      message: message(
        `Not checked: ${prefix(requirement, results)}${sentence(title)} It is ${status}: ${sentence(reason)}`,
      ),
    },
  ];
}

/** Which operation is meant, where there are several. */
function prefix(requirement: RequirementRecord, results: Results): string {
  return results.operations.length > 1 ? `${nameOf(requirement, results)}: ` : '';
}

function note(text: string) {
  return { descriptor: { id: 'note' }, level: 'note', message: message(text) };
}

/** In a message, `{0}` is a placeholder and `[a](b)` a link, wherever it came from. */
function message(text: string): { text: string } {
  return { text: visible(cut(text, longestText)).replace(/[{}]/g, '$&$&').replace(/\]\(/g, '] (') };
}
