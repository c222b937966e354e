/**
 * The options of a run, one row each, by their member in the library. Command line, configuration file, library, README
 * and rerun command come from here. Options of the command line alone are in `cli/options.ts`.
 */
import { contractNames, DEFAULT_CONTRACT } from '../../contracts/load.js';
import { promises } from '../../suites/index.js';
import { endpoint } from './endpoint.js';
import { above0, flag, oneOf, seconds, secondsOr0, text, wholeAbove0, wholeFrom } from './kinds.js';
import { many, type Row, row } from './row.js';
import {
  address,
  fault,
  file,
  frozenSet,
  header,
  headerName,
  ids,
  promised,
  receiverUrl,
  shard,
  shellCommand,
  target,
} from './values.js';

const all = ['run', 'replay', 'init'] as const;
const sending = ['run', 'replay'] as const;
const run = ['run'] as const;

export const table = {
  targets: many(target, {
    flag: 'target',
    value: '<url>',
    help: "origin of the API, with an optional prefix; once for each replica of one backend. The contract's base path is added where it is missing",
    usually: 'the bundled reference server',
    verbs: all,
    rerun: true,
  }),
  contract: row(text, {
    flag: 'contract',
    value: '<name|file>',
    help: `what the API promises: ${contractNames().join(', ')}, or a file`,
    default: DEFAULT_CONTRACT,
    verbs: sending,
    rerun: true,
  }),
  openapi: row(text, {
    flag: 'openapi',
    value: '<file|url>',
    help: "an OpenAPI document (3.0, 3.1) of the API, instead of a contract: a file, or a URL of the target's own origin. Its writes with an idempotency key are tested, or the one that --endpoint names",
    verbs: all,
    rerun: true,
  }),
  endpoint,
  operations: many(text, {
    flag: 'operation',
    value: '<name>',
    help: 'an operation of the contract: only those that are named are tested',
    usually: 'all',
    verbs: run,
    rerun: true,
  }),
  profile: row(oneOf('smoke', 'standard', 'thorough'), {
    flag: 'profile',
    value: '<smoke|standard|thorough>',
    help: '1, 8 or 80 rounds: about 800, 8,300 or 80,000 requests, and more where something fails and is minimised',
    usually: 'standard on loopback, otherwise smoke',
    verbs: run,
  }),
  seed: row(wholeFrom(-(2 ** 31), 2 ** 31 - 1), {
    flag: 'seed',
    value: '<n>',
    help: 'makes the same plans again; keys are always new',
    usually: 'from the clock',
    verbs: run,
  }),
  only: many(ids, {
    flag: 'only',
    value: '<ids>',
    help: 'requirements or chapters, separated by commas: only these are tested, and only they decide the exit code',
    verbs: run,
  }),
  skip: many(ids, {
    flag: 'skip',
    value: '<ids>',
    help: 'requirements or chapters that are left out: they are neither tested nor judged',
    verbs: run,
    rerun: true,
  }),
  require: many(ids, {
    flag: 'require',
    value: '<ids>',
    help: 'requirements or chapters that must be decided: where one was not checked, the run fails. Of a chapter only what the contract does not rule out, unless it rules out all',
    verbs: run,
  }),
  promise: many(promised, {
    flag: 'promise',
    value: '<names>',
    help: `what this API promises although flags or contract do not say so: ${promises.map(({ name }) => name).join(', ')}, requirement ids or chapters; what breaks it fails the run`,
    verbs: sending,
    rerun: true,
  }),
  parallel: row(wholeAbove0, {
    flag: 'parallel',
    value: '<n>',
    help: 'plans that send at the same time',
    default: 4,
    verbs: run,
    rerun: true,
  }),
  maxRequests: row(wholeAbove0, {
    flag: 'max-requests',
    value: '<n>',
    help: 'stop after so many requests; what is undecided then is inconclusive',
    verbs: run,
  }),
  maxCreates: row(wholeAbove0, {
    flag: 'max-creates',
    value: '<n>',
    help: 'stop after so many requests that may create something',
    verbs: run,
  }),
  maxTime: row(seconds, {
    flag: 'max-time',
    value: '<s>',
    help: 'stop after so many seconds, and report what is known by then',
    verbs: run,
  }),
  rate: row(above0, {
    flag: 'rate',
    value: '<n>',
    help: 'requests per minute',
    usually: "off loopback the contract's limit, on loopback none",
    verbs: sending,
    rerun: true,
  }),
  timeout: row(seconds, {
    flag: 'timeout',
    value: '<s>',
    help: 'seconds until an answer must be complete',
    default: 10,
    verbs: all,
    rerun: true,
  }),
  wait: row(secondsOr0, {
    flag: 'wait',
    value: '<s>',
    help: 'seconds to wait until the target answers at all',
    default: 0,
    verbs: sending,
  }),
  maxWait: row(seconds, {
    flag: 'max-wait',
    value: '<s>',
    help: 'longest wait for what an answer announces for later (Retry-After) or the contract gives time for (finalWithin); what takes longer is inconclusive',
    default: 60,
    verbs: sending,
    rerun: true,
  }),
  headers: many(header, {
    flag: 'header',
    value: '<line>',
    help: "'Name: value', sent with every request",
    verbs: all,
    rerun: true,
  }),
  secretHeaders: many(headerName, {
    flag: 'secret-header',
    value: '<name>',
    help: 'a header whose value is a secret, in requests and answers: it is masked wherever it shows. Those that usually carry credentials, and cookies, are masked without it',
    verbs: all,
    rerun: true,
  }),
  ca: row(file, {
    flag: 'ca',
    value: '<file>',
    help: 'PEM file of certificate authorities to trust',
    verbs: all,
    rerun: true,
  }),
  cert: many(file, {
    flag: 'cert',
    value: '<file>',
    help: 'PEM file of a client certificate; once more for another account',
    verbs: all,
    rerun: true,
  }),
  certKey: many(file, {
    flag: 'cert-key',
    value: '<file>',
    help: 'PEM file of its private key',
    verbs: all,
    rerun: true,
  }),
  transport: row(oneOf('auto', 'h1', 'h2'), {
    flag: 'transport',
    value: '<auto|h1|h2>',
    help: 'protocol; auto is HTTP/2 where TLS offers it',
    default: 'auto',
    verbs: all,
    rerun: true,
  }),
  h2c: row(flag, {
    flag: 'h2c',
    help: 'http targets speak HTTP/2 with prior knowledge',
    verbs: all,
    rerun: true,
  }),
  stormWidth: row(wholeFrom(2, 64), {
    flag: 'storm-width',
    value: '<n>',
    help: 'most requests that are released together, 2 to 64',
    usually: '10, off loopback no more than may be unfinished',
    verbs: run,
    rerun: true,
  }),
  exclusive: row(flag, {
    flag: 'exclusive',
    help: 'nothing else uses the target, so every new resource is an effect of this run',
    verbs: sending,
    rerun: true,
  }),
  noEffects: row(flag, {
    flag: 'no-effects',
    help: 'effects are not counted, and requirements that they decide are left out',
    verbs: sending,
    rerun: true,
  }),
  effectsCommand: row(shellCommand, {
    flag: 'effects-command',
    value: '<cmd>',
    help: 'shell command that prints a line for each resource that exists: its id, and after a space its text, where the nonce is; effects are counted by it, not by a list',
    verbs: sending,
    rerun: true,
  }),
  retention: row(above0, {
    flag: 'retention',
    value: '<s>',
    help: 'keys must still be remembered after so many seconds; the run waits for it',
    verbs: run,
    rerun: true,
  }),
  restartCommand: row(shellCommand, {
    flag: 'restart-command',
    value: '<cmd>',
    help: 'shell command that kills the backend and starts it again, in the middle of storms',
    verbs: run,
    rerun: true,
  }),
  sideEndpoints: row(flag, {
    flag: 'side-endpoints',
    help: 'off loopback, too, write to other endpoints and upload files; what is made there stays',
    verbs: run,
    rerun: true,
  }),
  webhooks: {
    listen: row(address, {
      flag: 'webhook-listen',
      value: '<host:port>',
      help: 'where webhooks are received',
      usually: 'a free port of 127.0.0.1',
      verbs: sending,
      rerun: true,
    }),
    url: row(receiverUrl, {
      flag: 'webhook-url',
      value: '<url>',
      help: 'how the target reaches the receiver, e.g. through a tunnel',
      verbs: sending,
      rerun: true,
    }),
  },
  allowProduction: row(flag, {
    flag: 'allow-production',
    help: 'send to a host that the contract calls production',
    verbs: all,
    rerun: true,
  }),
  requirements: row(frozenSet, {
    flag: 'requirements',
    value: '<version>',
    help: 'frozen set of requirements that decides, e.g. 2026-12',
    usually: 'the newest',
    verbs: run,
    rerun: true,
  }),
  /** Rerun commands say it besides what they carry: results that are merged are of no shard. */
  shard: row(shard, {
    flag: 'shard',
    value: '<i/n>',
    help: 'only every n-th round, from the i-th on, to be merged later',
    verbs: run,
  }),
  strict: row(flag, {
    flag: 'strict',
    help: 'a violated SHOULD fails the run',
    verbs: run,
    rerun: true,
  }),
  fault: row(fault, {
    flag: 'fault',
    value: '<name>',
    help: 'run against the bundled reference with a deliberate fault',
    verbs: sending,
    rerun: true,
  }),
} satisfies Table;

/** Rows by member; a member that is an object of its own has rows inside. */
export interface Table {
  // biome-ignore lint/suspicious/noExplicitAny: a row both takes and gives its type of value
  [member: string]: Row<any> | Record<string, Row<any>>;
}

/** What the library takes by a table. */
export type Options<T> = {
  [M in keyof T]?: (T[M] extends Row<infer Value> ? Value : Options<T[M]>) | undefined;
};

export interface Entry {
  /** Members from the outside in, e.g. `webhooks`, `url`. */
  path: readonly string[];
  /** The same as one word, e.g. `webhooks.url`. */
  member: string;
  row: Row<unknown>;
}

/** All rows of a table, in its order. */
export function entriesOf(rows: Table): Entry[] {
  return Object.entries(rows).flatMap(([member, one]) =>
    isRow(one)
      ? [{ path: [member], member, row: one }]
      : Object.entries(one).map(([inner, row]) => ({ path: [member, inner], member: `${member}.${inner}`, row })),
  );
}

export const entries: readonly Entry[] = entriesOf(table);

function isRow(one: Table[string]): one is Row<unknown> {
  return typeof one.check === 'function';
}
