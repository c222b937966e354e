/** The options of the command line, as commander reads them. */
import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { contractNames } from '../contracts/load.js';
import { type Format, formats, usualFormats } from '../reports/write.js';
import { type Profile, ROUNDS, type RunOptions, UsageError } from '../run/options.js';
import { readBaseline } from './baseline.js';

/** What commander gives. */
export interface Flags {
  target?: string[];
  contract?: string;
  profile?: Profile;
  parallel?: number;
  seed?: number;
  only?: string[];
  require?: string[];
  /** `true`: list the requirements; a text: the list endpoint of `--endpoint`. */
  list?: boolean | string;
  endpoint?: string;
  key?: string;
  id?: string;
  body?: string;
  bodySchema?: string;
  dryRun?: boolean;
  maxRequests?: number;
  maxCreates?: number;
  maxTime?: number;
  rate?: number;
  timeout?: number;
  header?: [string, string][];
  ca?: string;
  reportDir: string;
  format?: Format[];
  stormWidth?: number;
  transport?: 'auto' | 'h1' | 'h2';
  h2c?: boolean;
  retention?: number;
  restartCommand?: string;
  sideEndpoints?: boolean;
  webhookListen?: string;
  webhookUrl?: string;
  baseline?: string;
  updateBaseline?: boolean;
  requirements?: string;
  shard?: { index: number; of: number };
  strict?: boolean;
  exclusive?: boolean;
  wait?: number;
  allowProduction?: boolean;
  apiKeyEnv?: string[];
  fault?: string;
  verbose?: boolean;
}

/** Where requests go and how: of the main job and of `replay`. */
export function addTargetOptions(command: Command): Command {
  return command
    .option('--target <url>', 'origin of the API, with an optional prefix; none: the bundled reference', collect)
    .option('--contract <name|file>', `what the API promises: ${contractNames().join(', ')}, or a file (default: moda)`)
    .option('--endpoint <line>', "any API instead of a contract: method and path, e.g. 'POST /orders'")
    .option('--key <place>', 'where its key is: header:Idempotency-Key or body:NAME')
    .option('--id <pointer>', 'where its success shows the id (default: /id)')
    .option('--body <file>', 'a JSON file with an example of its body')
    .option('--body-schema <file>', 'a JSON Schema of its body')
    .option('--rate <n>', 'requests a minute (default: the contract’s limit off loopback)', positive)
    .option('--timeout <s>', 'seconds until an answer must be complete (default: 10)', seconds)
    .option('--header <line>', "'Name: value', sent with every request", header)
    .option('--ca <file>', 'PEM file of certificate authorities to trust', file)
    .addOption(
      new Option('--transport <name>', 'protocol (default: HTTP/2 where TLS offers it)').choices(['auto', 'h1', 'h2']),
    )
    .option('--h2c', 'http targets speak HTTP/2 with prior knowledge')
    .option('--webhook-listen <host:port>', 'where webhooks are received (default: a free port of 127.0.0.1)')
    .option('--webhook-url <url>', 'how the target reaches the receiver, e.g. through a tunnel')
    .option('--exclusive', 'nobody else uses the target: every new resource counts')
    .option('--wait <s>', 'wait so many seconds until the target answers', notNegative)
    .option('--allow-production', 'send to a host that the contract calls production')
    .option(
      '--api-key-env <name>',
      'environment variable of an API key; twice for two (default: IDEM_API_KEY, IDEM_API_KEY_2)',
      collect,
    );
}

/** Where reports go and which: of the main job and of `merge`. */
export function addReportOptions(command: Command): Command {
  return command
    .option('--report-dir <dir>', 'where reports are written', 'idem-report')
    .option(
      '--format <list>',
      `reports besides results.json: ${formats.join(', ')} (default: ${usualFormats.join(', ')})`,
      formatNames,
    );
}

export function addOptions(command: Command): Command {
  const profiles = Object.keys(ROUNDS);
  return addReportOptions(addTargetOptions(command))
    .addOption(
      new Option(
        '--profile <name>',
        'how much: about 600, 6,800 or 66,000 requests (default: standard on loopback, otherwise smoke)',
      ).choices(profiles),
    )
    .option('--parallel <n>', 'plans that send at the same time (default: 4)', whole)
    .option('--seed <n>', 'makes the same plans again', integer)
    .option('--only <ids>', 'requirements or chapters, separated by commas: only these are put to the test', commas)
    .option('--require <ids>', 'requirements or chapters that must be decided: unchecked is a failure', commas)
    .option('--list [endpoint]', "list the requirements and exit; with --endpoint, its list, e.g. 'GET /orders'")
    .option('--dry-run', 'say what would be sent, and send nothing')
    .option('--max-requests <n>', 'stop after so many requests', whole)
    .option('--max-creates <n>', 'stop after so many requests that may create something', whole)
    .option('--max-time <s>', 'stop after so many seconds', seconds)
    .option('--storm-width <n>', 'most requests that are released together, 2 to 64 (default: 10)', whole)
    .option('--retention <s>', 'keys must still be remembered after so many seconds; the run waits', positive)
    .option(
      '--restart-command <cmd>',
      'shell command that kills the backend and starts it again, in the middle of storms',
    )
    .option('--side-endpoints', 'write to other endpoints and upload files off loopback, too; what is made there stays')
    .option('--baseline <file>', 'known failures: they do not fail the run, until they are gone or past their date')
    .option('--update-baseline', 'write what is violated now into the baseline')
    .option('--requirements <version>', 'frozen set of requirements that decides (default: the newest)')
    .option('--shard <i/n>', 'only every n-th round, from the i-th on, to be merged later', shard)
    .option('--strict', 'a violated SHOULD fails the run')
    .option('--fault <name>', 'run against the bundled reference with a deliberate fault')
    .option('--verbose', 'print every exchange');
}

/** Options for the engine. Credentials come from the environment only. */
export function runOptions(flags: Flags, environment: NodeJS.ProcessEnv): RunOptions {
  const [first = 'IDEM_API_KEY', second = flags.apiKeyEnv === undefined ? 'IDEM_API_KEY_2' : undefined] =
    flags.apiKeyEnv ?? [];
  if ((flags.apiKeyEnv ?? []).length > 2)
    throw new UsageError('--api-key-env may be given twice: for one API key and for a second.');
  for (const name of flags.apiKeyEnv ?? []) {
    if ((environment[name] ?? '') === '')
      throw new UsageError(`--api-key-env ${name}: that environment variable is not set.`);
  }
  for (const name of [first, second]) {
    if (name !== undefined && !HEADER_VALUE.test(environment[name] ?? '')) {
      throw new UsageError(
        `The API key in ${name} holds characters that no header may carry. Is there a line break at its end?`,
      );
    }
  }
  if (flags.updateBaseline === true && flags.baseline === undefined)
    throw new UsageError('--update-baseline needs --baseline FILE: where it is written.');
  return {
    targets: flags.target,
    contract: flags.contract,
    endpoint: endpointOf(flags),
    credentials: { first: environment[first], second: second === undefined ? undefined : environment[second] },
    profile: flags.profile,
    seed: flags.seed,
    only: flags.only,
    require: flags.require,
    parallel: flags.parallel,
    maxRequests: flags.maxRequests,
    maxCreates: flags.maxCreates,
    maxTime: flags.maxTime,
    rate: flags.rate,
    timeout: flags.timeout,
    headers: flags.header,
    ca: flags.ca,
    stormWidth: flags.stormWidth,
    transport: flags.transport,
    h2c: flags.h2c,
    retention: flags.retention,
    restartCommand: flags.restartCommand,
    sideEndpoints: flags.sideEndpoints,
    webhooks: { listen: flags.webhookListen, url: flags.webhookUrl, secret: environment.IDEM_WEBHOOK_SECRET },
    baseline: flags.baseline === undefined ? undefined : readBaseline(flags.baseline, flags.updateBaseline === true),
    requirements: flags.requirements,
    shard: flags.shard,
    strict: flags.strict,
    exclusive: flags.exclusive,
    wait: flags.wait,
    allowProduction: flags.allowProduction,
    fault: flags.fault,
    proxy: proxyOf(flags, environment),
  };
}

/** What HTTP clients let through: no control characters, and nothing that is more than a byte. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Headers that say how a request is framed: the client writes them itself. */
const FRAMING = ['connection', 'content-length', 'expect', 'keep-alive', 'transfer-encoding', 'upgrade'];

/** Longest time that a timer can wait, in seconds. */
const MOST_SECONDS = 2_147_483;

function proxyOf({ target = [] }: Flags, environment: NodeJS.ProcessEnv): string | undefined {
  const proxy = environment.HTTPS_PROXY || environment.https_proxy || undefined;
  const needed = target.some((one) => one.toLowerCase().startsWith('https:'));
  if (proxy === undefined || !needed || /^https?:\/\/[^/]/i.test(proxy)) return needed ? proxy : undefined;
  throw new UsageError('HTTPS_PROXY is no http:// or https:// address, and an https target is reached through it.');
}

/** `undefined` where a contract describes the API. */
function endpointOf(flags: Flags): RunOptions['endpoint'] {
  const { endpoint, key, id, body, bodySchema, list } = flags;
  if (endpoint === undefined) {
    const stray = Object.entries({
      key,
      id,
      body,
      'body-schema': bodySchema,
      list: list === true ? undefined : list,
    }).find(([, value]) => value !== undefined);
    if (stray !== undefined)
      throw new UsageError(`--${stray[0]} goes with --endpoint, which says what endpoint it is about.`);
    return undefined;
  }
  if (flags.contract !== undefined)
    throw new UsageError('--endpoint and --contract both say what the API is: give one of them.');
  if (key === undefined)
    throw new UsageError('--endpoint needs --key: where the key is, e.g. header:Idempotency-Key or body:NAME.');
  return { endpoint, key, id, body, bodySchema, list: typeof list === 'string' ? list : undefined };
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

function commas(value: string, earlier: string[] = []): string[] {
  const names = value.split(',').filter((one) => one.trim() !== '');
  if (names.length === 0) throw new InvalidArgumentError('Name at least one.');
  return [...earlier, ...names];
}

function formatNames(value: string, earlier: Format[] = []): Format[] {
  const names = commas(value).map((name) => name.trim());
  const unknown = names.find((name) => !formats.some((format) => format === name));
  if (unknown !== undefined)
    throw new InvalidArgumentError(`There is no format '${unknown}'. Known: ${formats.join(', ')}.`);
  return [...earlier, ...(names as Format[])];
}

function file(value: string): string {
  if (!statSync(value, { throwIfNoEntry: false })?.isFile()) throw new InvalidArgumentError('There is no such file.');
  return value;
}

function header(line: string, earlier: [string, string][] = []): [string, string][] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/.exec(line);
  if (match === null) throw new InvalidArgumentError("Give it as 'Name: value'.");
  const [, name, value] = match as unknown as [string, string, string];
  if (!HEADER_VALUE.test(value)) throw new InvalidArgumentError('The value holds characters that no header may carry.');
  if (FRAMING.includes(name.toLowerCase())) throw new InvalidArgumentError('The client sets that header itself.');
  return [...earlier, [name, value]];
}

function integer(value: string): number {
  const number = Number(value);
  // Others would be cut to these, and the report would name a seed that nobody gave.
  if (!/^-?\d+$/.test(value) || number !== (number | 0)) {
    throw new InvalidArgumentError('Give a whole number from -2147483648 to 2147483647.');
  }
  return number;
}

function whole(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('Give a whole number above 0.');
  return Number(value);
}

function positive(value: string): number {
  if (!(Number(value) > 0) || value.trim() === '' || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError('Give a number above 0.');
  return Number(value);
}

function shard(value: string): { index: number; of: number } {
  const match = /^([1-9]\d*)\/([1-9]\d*)$/.exec(value);
  if (match === null) throw new InvalidArgumentError('Give its number and how many there are, e.g. 1/3.');
  return { index: Number(match[1]), of: Number(match[2]) };
}

function seconds(value: string): number {
  const number = positive(value);
  if (number > MOST_SECONDS) throw new InvalidArgumentError(`Give at most ${MOST_SECONDS}.`);
  return number;
}

function notNegative(value: string): number {
  if (!(Number(value) >= 0) || value.trim() === '' || !Number.isFinite(Number(value)))
    throw new InvalidArgumentError('Give a number, 0 or above.');
  return Number(value);
}
