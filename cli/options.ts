/** The options of the command line, as commander reads them. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { contractNames } from '../contracts/load.js';
import { type Profile, ROUNDS, type RunOptions, UsageError } from '../run/options.js';

/** What commander gives. */
export interface Flags {
  target?: string[];
  contract?: string;
  profile?: Profile;
  parallel?: number;
  seed?: number;
  only?: string[];
  require?: string[];
  list?: boolean;
  dryRun?: boolean;
  maxRequests?: number;
  maxCreates?: number;
  maxTime?: number;
  rate?: number;
  timeout?: number;
  header?: [string, string][];
  ca?: string;
  reportDir: string;
  strict?: boolean;
  exclusive?: boolean;
  wait?: number;
  allowProduction?: boolean;
  apiKeyEnv?: string[];
  fault?: string;
  verbose?: boolean;
}

export function addOptions(command: Command): Command {
  const profiles = Object.keys(ROUNDS);
  return command
    .option('--target <url>', 'origin of the API, with an optional prefix; none: the bundled reference', collect)
    .option('--contract <name|file>', `what the API promises: ${contractNames().join(', ')}, or a file`, 'moda')
    .addOption(
      new Option('--profile <name>', 'how much: about 200, 4,000 or 40,000 requests with all chapters (default: standard on loopback, otherwise smoke)').choices(profiles),
    )
    .option('--parallel <n>', 'plans that send at the same time (default: 4)', whole)
    .option('--seed <n>', 'makes the same plans again', integer)
    .option('--only <ids>', 'requirements or chapters, separated by commas: only these are put to the test', commas)
    .option('--require <ids>', 'requirements or chapters that must be decided: unchecked is a failure', commas)
    .option('--list', 'list the requirements and exit')
    .option('--dry-run', 'say what would be sent, and send nothing')
    .option('--max-requests <n>', 'stop after so many requests', whole)
    .option('--max-creates <n>', 'stop after so many requests that may create something', whole)
    .option('--max-time <s>', 'stop after so many seconds', positive)
    .option('--rate <n>', 'requests a minute (default: the contract’s limit off loopback)', positive)
    .option('--timeout <s>', 'seconds until an answer must be complete (default: 10)', positive)
    .option('--header <line>', "'Name: value', sent with every request", header)
    .option('--ca <file>', 'PEM file of certificate authorities to trust')
    .option('--report-dir <dir>', 'where reports are written', 'idem-report')
    .option('--strict', 'a violated SHOULD fails the run')
    .option('--exclusive', 'nobody else uses the target: every new resource counts')
    .option('--wait <s>', 'wait so many seconds until the target answers', notNegative)
    .option('--allow-production', 'send to a host that the contract calls production')
    .option('--api-key-env <name>', 'environment variable of an API key; twice for two (default: IDEM_API_KEY, IDEM_API_KEY_2)', collect)
    .option('--fault <name>', 'run against the bundled reference with a deliberate fault')
    .option('--verbose', 'print every exchange');
}

/** Options for the engine. Credentials come from the environment only. */
export function runOptions(flags: Flags, environment: NodeJS.ProcessEnv): RunOptions {
  const [first = 'IDEM_API_KEY', second = flags.apiKeyEnv === undefined ? 'IDEM_API_KEY_2' : undefined] = flags.apiKeyEnv ?? [];
  for (const name of flags.apiKeyEnv ?? []) {
    if (environment[name] === undefined) throw new UsageError(`--api-key-env ${name}: that environment variable is not set.`);
  }
  return {
    targets: flags.target,
    contract: flags.contract,
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
    strict: flags.strict,
    exclusive: flags.exclusive,
    wait: flags.wait,
    allowProduction: flags.allowProduction,
    fault: flags.fault,
    proxy: environment.HTTPS_PROXY ?? environment.https_proxy,
  };
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}

function commas(value: string, earlier: string[] = []): string[] {
  return [...earlier, ...value.split(',').filter((one) => one.trim() !== '')];
}

function header(line: string, earlier: [string, string][] = []): [string, string][] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*:\s*(.*)$/.exec(line);
  if (match === null) throw new InvalidArgumentError("Give it as 'Name: value'.");
  return [...earlier, [match[1] as string, match[2] as string]];
}

function integer(value: string): number {
  if (!/^-?\d+$/.test(value)) throw new InvalidArgumentError('Give a whole number.');
  return Number(value);
}

function whole(value: string): number {
  if (!/^[1-9]\d*$/.test(value)) throw new InvalidArgumentError('Give a whole number above 0.');
  return Number(value);
}

function positive(value: string): number {
  if (!(Number(value) > 0) || value.trim() === '' || !Number.isFinite(Number(value))) throw new InvalidArgumentError('Give a number above 0.');
  return Number(value);
}

function notNegative(value: string): number {
  if (!(Number(value) >= 0) || value.trim() === '' || !Number.isFinite(Number(value))) throw new InvalidArgumentError('Give a number, 0 or above.');
  return Number(value);
}
