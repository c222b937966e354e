/** Where access tokens come from: a command, or the token endpoint of OAuth 2 client credentials (RFC 6749, section 4.4). */
import { setTimeout as pause } from 'node:timers/promises';
import { Connections, chooseTransport } from '../client/connect.js';
import { type Holder, type Token, TokenRefused, Tokens } from '../client/credentials.js';
import type { Sent, WireRequest } from '../client/line.js';
import { beginningOf, type Mask } from '../client/mask.js';
import { baseOf } from '../client/wire.js';
import type { Contract } from '../contracts/contract.js';
import { isObject, type Json, parseJson } from '../contracts/json.js';
import { HEADER_VALUE } from '../contracts/sendable.js';
import { runCommand } from './command.js';
import { hasSecond, type OAuthClient } from './credentials.js';
import type { NameOf } from './options/usage.js';
import type { Connection, Settings } from './options.js';
import { problemOf } from './secrets.js';

type TokenRule = NonNullable<NonNullable<Contract['authentication']>['token']>;

/** What tokens are asked for with. */
export interface TokenSource {
  connection: Connection;
  contract: Contract;
  /** Whether the target is the bundled reference, which gives its tokens itself. */
  bundled: boolean;
  /** Whether an option names the command: it may hold secrets, so nothing shows it. */
  flagged: boolean;
  mask: Mask;
  signal: AbortSignal;
  nameOf: NameOf;
}

/** Most that a command may print, and a token endpoint answer. */
const MOST_BYTES = 64 * 1024;

/** How often a token endpoint is asked that does not answer, or not now. */
const MOST_TRIES = 3;

const BETWEEN_TRIES_MS = 500;

/** Characters of an answer that a message shows. */
const MOST_SHOWN = 300;

/** `undefined` where the contract names no source of tokens, or one that the bundled reference stands for. */
export function tokensFor(source: TokenSource): Tokens | undefined {
  const token = source.contract.authentication?.token ?? null;
  if (token === null || (source.bundled && token.url === null)) return undefined;
  return new Tokens((holder) =>
    token.url === null ? byCommand(source, token, holder) : byUrl(source, token, token.url, holder),
  );
}

/**
 * Has the first tokens, and finds out whether another one is given for the asking. Gives the refusal where there is one.
 * @param settings are filled with what is found
 */
export async function firstTokens(tokens: Tokens | undefined, settings: Settings): Promise<TokenRefused | null> {
  settings.renewsTokens = false;
  if (tokens === undefined) return null;
  const second = hasSecond(settings, settings.contract.contract);
  try {
    await tokens.ready([{ credential: 'first' }, ...(second ? [{ credential: 'second' } as const] : [])]);
    const known = await tokens.current('first');
    settings.renewsTokens = (await tokens.after('first', known)) !== known;
    return null;
  } catch (error) {
    if (error instanceof TokenRefused) return error;
    throw error;
  }
}

/** What is run or asked besides the target, for people, before anything is sent. */
export function tokenWords(source: Omit<TokenSource, 'mask' | 'signal'>): string[] {
  const { connection, contract, bundled, nameOf } = source;
  const token = contract.authentication?.token ?? null;
  if (token === null || bundled) return [];
  if (token.url !== null) return [`access tokens come from POST ${addressOf(token.url, connection, contract, false)}`];
  const commands = [token.command, token.second].filter((one) => one !== null);
  const most = `${nameOf('timeout')} ${connection.timeoutMs / 1000} s`;
  return commands.map(
    (command) => `access tokens come from a program that is run here: ${shownCommand(source, command)} (${most})`,
  );
}

function shownCommand({ flagged, nameOf }: Pick<TokenSource, 'flagged' | 'nameOf'>, command: string | null): string {
  return flagged ? nameOf('endpoint.tokenCommand') : String(command);
}

async function byCommand(source: TokenSource, { command, second }: TokenRule, holder: Holder): Promise<Token> {
  const { connection, mask, signal, nameOf } = source;
  const { timeoutMs } = connection;
  const run = holder === 'second' ? second : command;
  const refuse = (what: string) =>
    new TokenRefused(
      mask.text(`The command for access tokens (${shownCommand(source, run)}) ${what}`.replace(/\s+/g, ' ')),
      2,
    );
  const ended = await runCommand(run ?? '', { timeoutMs, signal, mostBytes: MOST_BYTES });
  const { code, failed, stdout, stderr } = ended;
  // What it prints is a secret, whatever it is.
  const printed = stdout.trim();
  mask.add(secretsIn(printed));
  const said = beginningOf(stderr.trim(), MOST_SHOWN);
  const also = said === '' ? '' : ` It says: ${said}`;
  if (failed !== null) throw refuse(`${failed}; ${nameOf('timeout')} says how long it has.${also}`);
  if (code !== 0) throw refuse(`${code === null ? 'was killed' : `ended with exit code ${code}`}.${also}`);
  const json = parseJson(printed);
  const token = isObject(json) ? tokenIn(json) : { value: printed, livesMs: null };
  if (token === null || token.value === '')
    throw refuse(
      `printed ${printed === '' ? 'nothing' : 'no access_token'}. It must print a token, or a JSON object with access_token.${also}`,
    );
  return checked(token, source, (what) => refuse(`printed a token that ${what}`));
}

/** By a request of its own: it is in no plan and no history. */
async function byUrl(source: TokenSource, rule: TokenRule, url: string, holder: Holder): Promise<Token> {
  const { connection, contract, bundled, mask } = source;
  const address = addressOf(url, connection, contract, bundled);
  const client = connection.clients[holder] as OAuthClient;
  const refuse = (what: string, exitCode: 2 | 3) =>
    new TokenRefused(mask.text(`POST ${address} ${what}`.replace(/\s+/g, ' ')), exitCode);
  const { outcome } = await asked(source, address, requestFor(new URL(address), rule, client));
  if (outcome.kind !== 'answer')
    throw refuse(
      `${outcome.kind === 'unsent' ? 'was not sent' : 'got no answer'}: ${outcome.reason}. No access token was given.`,
      3,
    );
  const { status, body } = outcome;
  const json = parseJson(body);
  const token = status === 200 && isObject(json) ? tokenIn(json) : null;
  if (token !== null) {
    mask.add(secretsIn(body));
    return checked(token, source, (what) => refuse(`gave a token that ${what}`, 3));
  }
  // A success may hold secrets under names that are not known.
  const what =
    status < 300
      ? `was answered ${status} without an access_token${isObject(json) ? ` (its members: ${Object.keys(json).join(', ')})` : ''}`
      : `was answered ${status} ${beginningOf(body, MOST_SHOWN)}`;
  const refused = status >= 400 && status < 500 && status !== 429;
  const advice = refused
    ? ` Check ${source.nameOf(`clients.${holder}`)}, and authentication.token in the contract.`
    : '';
  throw refuse(`${what.trimEnd()}.${advice}`, refused ? 2 : 3);
}

/** The last answer of those that a busy endpoint gives. */
async function asked({ connection, signal, mask }: TokenSource, address: string, request: WireRequest): Promise<Sent> {
  const { origin } = new URL(address);
  const atTarget = connection.targets.some((target) => new URL(target).origin === origin);
  const transport = await chooseTransport(
    origin,
    connection,
    atTarget ? connection.transport : 'auto',
    atTarget && connection.h2c,
  );
  const { timeoutMs } = connection;
  const connections = new Connections(origin, connection, transport);
  try {
    for (let n = 1; ; n += 1) {
      const sent = await connections.fresh().send(request, { timeoutMs, signal, clock: () => performance.now() });
      const { outcome } = sent;
      if (outcome.kind === 'answer') mask.learn(outcome.headers);
      const busy = outcome.kind !== 'answer' || outcome.status === 429 || outcome.status >= 500;
      if (!busy || n === MOST_TRIES) return sent;
      await pause(BETWEEN_TRIES_MS * n, undefined, { signal });
    }
  } finally {
    await connections.close();
  }
}

function requestFor(url: URL, { scope, send }: TokenRule, { id, secret }: OAuthClient): WireRequest {
  const form = new URLSearchParams({ grant_type: 'client_credentials', ...(scope === null ? {} : { scope }) });
  // Section 2.3.1: both are encoded as in a form before they are joined.
  const userinfo = [id, secret].map(formEncoded).join(':');
  if (send === 'body') {
    form.set('client_id', id);
    form.set('client_secret', secret);
  }
  return {
    method: 'POST',
    path: url.pathname + url.search,
    headers: [
      ['accept', 'application/json'],
      ['user-agent', 'idem-conformance'],
      ['content-type', 'application/x-www-form-urlencoded'],
      ...(send === 'basic'
        ? [['authorization', `Basic ${Buffer.from(userinfo).toString('base64')}`] satisfies [string, string]]
        : []),
    ],
    body: Buffer.from(form.toString()),
    chunked: false,
  };
}

function formEncoded(text: string): string {
  return new URLSearchParams({ of: text }).toString().slice('of='.length);
}

/** Where the endpoint is: always where the contract says, but for the bundled reference, which has it. */
function addressOf(url: string, { targets }: Connection, { basePath }: Contract, bundled: boolean): string {
  const target = targets[0] ?? '';
  if (url.startsWith('/')) return baseOf(target, basePath).href.replace(/\/+$/, '') + url;
  return bundled ? new URL(new URL(url).pathname, target).href : url;
}

function tokenIn(json: { [name: string]: Json }): Token | null {
  const { access_token: value, expires_in: seconds } = json;
  if (typeof value !== 'string' || value === '') return null;
  const lives = Number(seconds);
  return { value, livesMs: seconds != null && Number.isFinite(lives) && lives > 0 ? lives * 1000 : null };
}

/** All that may be one in what gives tokens: a text and its long words, or members of a JSON object by their names. */
function secretsIn(text: string): string[] {
  const json = parseJson(text);
  if (!isObject(json)) return [text, ...text.split(/\s+/).filter((word) => word.length >= LONG)];
  return Object.entries(json).flatMap(([name, value]) =>
    typeof value === 'string' && SECRET.test(name) && name !== 'token_type' ? [value] : [],
  );
}

/** Shorter words are those of messages. */
const LONG = 16;

const SECRET = /token|secret|password|key|jwt|assertion|session|cookie/i;

function checked(token: Token, { connection }: TokenSource, refuse: (what: string) => TokenRefused): Token {
  if (!HEADER_VALUE.test(token.value) || /\s/.test(token.value))
    throw refuse('holds characters that no access token may have, such as a space or a line break.');
  const problem = problemOf(token.value, connection.targets);
  if (problem !== null) throw refuse(problem);
  return token;
}
