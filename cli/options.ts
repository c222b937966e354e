/** Options of the command line: those of a run, from their table, and those that no run knows. */
import { type Command, Option } from 'commander';
import { proxyFor } from '../client/proxy.js';
import { formats, usualFormats } from '../reports/write.js';
import type { OAuthClient } from '../run/credentials.js';
import { checkOptions, put } from '../run/options/check.js';
import { flag, someOf, text } from '../run/options/kinds.js';
import { many, type Row, row, type Verb } from '../run/options/row.js';
import { type Entry, entries, entriesOf, type Options } from '../run/options/table.js';
import { type Front, type NameOf, option, UsageError } from '../run/options/usage.js';
import type { RunOptions } from '../run/options.js';
import { promises } from '../suites/index.js';
import { readBaseline } from './baseline.js';

/** Options that hold in the current folder. */
export const CONFIG_FILE = 'idem-conformance.yaml';

const run = ['run'] as const;

/** Options that the library does not have: they say what the command does with a run and its results. */
const commandTable = {
  apiKeyEnv: many(text, {
    flag: 'api-key-env',
    value: '<name>',
    help: 'environment variable of an API key; once more for the key of another account',
    usually: 'IDEM_API_KEY, IDEM_API_KEY_2',
    verbs: ['run', 'replay', 'init'],
  }),
  dryRun: row(flag, { flag: 'dry-run', help: 'say what would be sent, and send nothing', verbs: run, notInFile: true }),
  baseline: row(text, {
    flag: 'baseline',
    value: '<file>',
    help: 'known failures: they do not fail the run until they are gone or past their date',
    verbs: run,
  }),
  updateBaseline: row(flag, {
    flag: 'update-baseline',
    help: 'write what is violated now into the baseline',
    verbs: run,
    notInFile: true,
  }),
  reportDir: row(text, {
    flag: 'report-dir',
    value: '<dir>',
    help: 'where reports are written',
    default: 'idem-report',
    verbs: ['run', 'merge'],
  }),
  format: many(someOf(...formats), {
    flag: 'format',
    value: '<list>',
    help: `reports, separated by commas: ${formats.join(', ')}. results.json is always written, because other commands read it`,
    usually: usualFormats.join(', '),
    verbs: ['run', 'merge', 'report'],
  }),
  verbose: row(flag, { flag: 'verbose', help: 'print every exchange', verbs: run }),
};

type Own = Options<typeof commandTable>;

const own: readonly Entry[] = entriesOf(commandTable);

/** All options of the command line, in the order in which help and README show them. */
export const allEntries: readonly Entry[] = [...entries, ...own];

/** What commander gives: words by the option's name in camel case; `true` for an option without a value. */
export type Words = Record<string, string | string[] | true>;

/** What the configuration file says, by the option's name. */
export type FromFile = ReadonlyMap<string, unknown>;

export interface Given {
  options: RunOptions;
  own: Own & { reportDir: string };
  front: Front;
}

/** Adds the options that a verb takes. */
export function addOptions(command: Command, verb: Verb): Command {
  for (const { member, row } of allEntries) {
    if (!row.verbs.includes(verb)) continue;
    // Without a value it lists the requirements.
    const value = verb === 'run' && member === 'endpoint.list' ? '[line]' : row.value;
    const help = verb === 'run' && member === 'endpoint.list' ? `${row.help}; alone: list the requirements` : row.help;
    const one = new Option(`--${row.flag}${value === undefined ? '' : ` ${value}`}`, `${help}${usual(row)}`);
    // Commander takes `--no-effects` for the opposite of an option that there is not.
    one.negate = false;
    if (row.many) one.argParser((word: string, earlier: string[] = []) => [...earlier, word]);
    command.addOption(one);
  }
  return command;
}

/** What each name of `--promise` says. */
export function promisesText(): string {
  return ['Promises, for --promise:', ...promises.map(({ name, sentence }) => `  ${name.padEnd(10)} ${sentence}`)].join(
    '\n',
  );
}

/** What holds where an option is not given, for people. */
export function usual(row: Row<unknown>): string {
  const words = row.default ?? row.usually;
  return words === undefined ? '' : ` (default: ${words})`;
}

/** Options as the command line has them, and what the configuration file adds. Throws `UsageError` in their words. */
export function readOptions(words: Words, environment: NodeJS.ProcessEnv, fromFile: FromFile = new Map()): Given {
  const raw = new Map(fromFile);
  for (const { row } of allEntries) {
    const given = words[camel(row.flag)];
    if (given !== undefined) raw.set(row.flag, given === true ? true : row.fromWords([given].flat()));
  }
  const nameOf: NameOf = (member) => {
    const flag = flagOf(member);
    return flag !== undefined && fromFile.has(flag) && words[camel(flag)] === undefined
      ? `${flag} in ${CONFIG_FILE}`
      : nameOnCommandLine(member);
  };
  try {
    return given(raw, environment, nameOf);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(error.as(nameOf)) : error;
  }
}

function given(raw: ReadonlyMap<string, unknown>, environment: NodeJS.ProcessEnv, nameOf: NameOf): Given {
  const own = ownOf(raw);
  const result: Record<string, unknown> = {};
  for (const { path, row } of entries) {
    if (raw.has(row.flag)) put(result, path, raw.get(row.flag));
  }
  const options = checkOptions(result as RunOptions);
  const [first, second] = credentialNames(own, environment);
  const webhooks = { ...options.webhooks, secret: environment.IDEM_WEBHOOK_SECRET };
  return {
    own: { ...own, reportDir: own.reportDir ?? (commandTable.reportDir.default as string) },
    options: {
      ...options,
      credentials: { first: environment[first], second: second === undefined ? undefined : environment[second] },
      clients: { first: clientIn(environment, ''), second: clientIn(environment, '_2') },
      webhooks,
      baseline: own.baseline === undefined ? undefined : readBaseline(own.baseline, own.updateBaseline === true),
      ...proxyOf(options, environment),
    },
    front: {
      nameOf: (member) => {
        if (member === 'credentials') return `${first} (or name another variable with --api-key-env)`;
        if (member === 'proxy' || member === 'noProxy') return member === 'proxy' ? 'HTTPS_PROXY' : 'NO_PROXY';
        if (member === 'credentials.first') return first;
        if (member === 'clients.first' || member === 'clients.second') {
          const ending = member === 'clients.first' ? '' : '_2';
          return `IDEM_CLIENT_ID${ending} and IDEM_CLIENT_SECRET${ending}`;
        }
        if (member === 'webhooks.secret') return 'IDEM_WEBHOOK_SECRET';
        return member === 'credentials.second' ? (second ?? '--api-key-env NAME') : nameOf(member);
      },
      isFromFile: (member) => {
        const flag = flagOf(member);
        return flag !== undefined && nameOf(member) !== nameOnCommandLine(member);
      },
      rerun: own.apiKeyEnv === undefined ? [] : commandTable.apiKeyEnv.toWords(own.apiKeyEnv),
    },
  };
}

function ownOf(raw: ReadonlyMap<string, unknown>): Own {
  const result: Record<string, unknown> = {};
  for (const { member, row } of own) {
    if (raw.has(row.flag)) result[member] = row.check(raw.get(row.flag), member);
  }
  const { updateBaseline, baseline } = result as Own;
  if (updateBaseline === true && baseline === undefined)
    throw new UsageError('--update-baseline needs --baseline FILE: where it is written.');
  return result as Own;
}

/** Variables of the two API keys. */
function credentialNames(
  { apiKeyEnv }: Own,
  environment: NodeJS.ProcessEnv,
): [first: string, second: string | undefined] {
  if (apiKeyEnv === undefined) return ['IDEM_API_KEY', 'IDEM_API_KEY_2'];
  const [first, second, ...more] = apiKeyEnv;
  if (first === undefined || more.length > 0)
    throw new UsageError(`${option('apiKeyEnv')} may be given twice: for one API key and for a second.`);
  const unset = apiKeyEnv.find((name) => (environment[name] ?? '') === '');
  if (unset !== undefined)
    throw new UsageError(`${option('apiKeyEnv')}: the environment variable ${unset} is not set.`);
  return [first, second];
}

/** A client of a token endpoint: its id, which is no secret, and its secret. */
function clientIn(environment: NodeJS.ProcessEnv, ending: string): OAuthClient | undefined {
  const { [`IDEM_CLIENT_ID${ending}`]: id = '', [`IDEM_CLIENT_SECRET${ending}`]: secret = '' } = environment;
  if (id === '' && secret === '') return undefined;
  if (id === '' || secret === '')
    throw new UsageError(`IDEM_CLIENT_ID${ending} and IDEM_CLIENT_SECRET${ending} go together: set both, or neither.`);
  return { id, secret };
}

function proxyOf({ targets = [] }: RunOptions, environment: NodeJS.ProcessEnv): Pick<RunOptions, 'proxy' | 'noProxy'> {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy || undefined;
  const noProxy = environment.NO_PROXY || environment.no_proxy || undefined;
  const needed = targets.some((one) => proxyFor(one, { proxy, noProxy }) !== undefined);
  if (!needed) return {};
  if (/^https?:\/\/[^/]/i.test(proxy as string)) return { proxy, noProxy };
  throw new UsageError('HTTPS_PROXY is not an http:// or https:// address, and an https target is reached through it.');
}

/** `--max-requests` for `maxRequests`. */
export const nameOnCommandLine: NameOf = (member) => `--${flagOf(member) ?? member}`;

function flagOf(member: string): string | undefined {
  return allEntries.find((one) => one.member === member)?.row.flag;
}

/** Commander's name of an option. */
function camel(name: string): string {
  return name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
