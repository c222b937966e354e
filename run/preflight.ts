/** Three requests that say at once what is wrong with address, credential, keys or contract. */
import fc from 'fast-check';
import type { Client } from '../client/client.js';
import { ACCEPT_ENCODING } from '../client/decode.js';
import { SetUpFailed } from '../client/preparation.js';
import { untilAnswered } from '../client/waits.js';
import { idIn, idPlaceWords, needsBody } from '../contracts/ids.js';
import { isFreeForm } from '../contracts/key-grammar.js';
import { isRefusal } from '../contracts/refusals.js';
import { plainBody } from '../generators/bodies.js';
import { keyShapes } from '../generators/keys.js';
import { body, create, get, send, slot } from '../generators/plans.js';
import type { Exchange, History } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import { isError } from '../history/reading.js';
import { isUndecoded } from '../history/undecoded.js';
import { read } from '../judge/classify.js';
import { answerWords } from '../judge/words.js';
import { type LearntKeys, learnKeys, mayRefuseKey, TRIED } from './key-format.js';
import type { NameOf } from './options/usage.js';
import type { Settings } from './options.js';
import { adviceFor, adviceForError } from './unreached.js';

/** Where most APIs name what was made, besides the body. */
const LOCATION = { header: 'Location', pattern: null };

/** The run cannot go on: `exitCode` 2 when the user must change something, 3 when the target must. */
interface Obstacle {
  exitCode: 2 | 3;
  /** What was sent, what came back, what to do. */
  message: string;
}

/** How often the first requests are sent again where their connection was cut, and the first pause before that. */
const MOST_MORE = 3;
const PAUSE_MS = 200;

/** Milliseconds after which they are not sent again: what takes long to be cut is cut by something on the way. */
const MORE_WITHIN_MS = 3_000;

/** A connection that was there, and ended without an answer: it may be a deployment, or one connection alone. */
const CUT_OFF = /ECONNRESET|EPIPE|\bclosed\b|hang up|GOAWAY|ERR_HTTP2_(?:SESSION|STREAM)/;

export interface Preflight {
  obstacle: Obstacle | null;
  histories: History[];
}

/** Where flags describe the API, a format of keys that it turns out to want is added to what they say. */
export async function preflight(client: Client, settings: Settings): Promise<Preflight> {
  const { contract, schemas } = settings.contract;
  const value = plainBody({
    contract,
    requestSchema: schemas.requestSchema,
    validate: (one) => schemas.request(one) === true,
  });
  const first = send(create(slot(0), body(value)));
  const plan: Plan = {
    keys: fc.sample(keyShapes(contract.key), { seed: 1, numRuns: 1 }),
    steps: [first, first, ...(contract.get === null ? [] : [get(0)])],
  };
  if (settings.wait !== undefined) client.pace.onWait?.(`waiting ${settings.wait} s at most for the target to answer`);
  await untilAnswered(client, undefined, settings.wait ?? 0);
  const histories: History[] = [];
  const until = client.clock() + MORE_WITHIN_MS;
  let { history, stopped } = await client.execute(plan);
  histories.push(history);
  while (stopped === null && histories.length <= MOST_MORE && isCutOff(history) && client.clock() < until) {
    await client.pace.sleep(PAUSE_MS * histories.length);
    ({ history, stopped } = await client.execute(plan));
    histories.push(history);
  }
  if (stopped instanceof SetUpFailed) return { obstacle: await unprepared(stopped, settings), histories };
  if (stopped !== null)
    return { obstacle: { exitCode: 3, message: `Stopped: ${stopped.message.replace(/\.$/, '')}.` }, histories };
  const obstacle =
    later(history.exchanges, client, settings.front.nameOf) ??
    (await obstacleIn(history.exchanges, settings, histories.length));
  if (obstacle === null || !isFreeForm(contract.key) || !mayRefuseKey(history.exchanges[0] as Exchange))
    return { obstacle, histories };
  const keys = await learnKeys(client, contract.key, value);
  histories.push(keys.history);
  if (keys.learnt === null) {
    const message = `${obstacle.message} Keys of other formats (${TRIED.join(', ')}) were refused, too.`;
    return { obstacle: { ...obstacle, message }, histories };
  }
  return { obstacle: wanted(keys.learnt, settings), histories };
}

/** Goes on with the keys that the API wants where flags describe it; a contract is its author's to correct. */
function wanted({ grammar, said, member, seen }: LearntKeys, settings: Settings): Obstacle | null {
  const { contract, given, front } = settings;
  const { method, path } = contract.contract.create;
  if (given.endpoint?.endpoint === undefined && given.openapi === undefined) {
    const message = `${method} ${path}: ${seen}. Say so in the contract: ${member}`;
    return { exitCode: 2, message: `${message}.` };
  }
  // The contract that flags come to is this run's own.
  Object.assign(contract.contract.key, grammar);
  settings.given = { ...given, endpoint: { ...given.endpoint, keyFormat: said } };
  settings.learnt.push(
    `${method} ${path}: ${seen}; so the run goes on with ${front.nameOf('endpoint.keyFormat')} ${said}`,
  );
  return null;
}

/** A set-up step failed before anything could be judged. */
async function unprepared({ message, exitCode, silence }: SetUpFailed, settings: Settings): Promise<Obstacle> {
  if (silence === null) return { exitCode, message };
  const advice = await adviceFor({ ...silence, connection: settings, nameOf: settings.front.nameOf });
  return { exitCode, message: `${message} ${advice}` };
}

/** The exchange that says whether the target can be asked; `undefined` where nothing was sent. */
function firstWrite(exchanges: Exchange[]): Exchange | undefined {
  return exchanges.findLast((one) => one.operation === 'create' && one.attempt === 0);
}

function isCutOff({ exchanges }: History): boolean {
  const outcome = firstWrite(exchanges)?.outcome;
  return outcome?.kind === 'unknown' && CUT_OFF.test(outcome.reason) && !isUndecoded(outcome.reason);
}

/** The target asks to come again, and later than may be waited. */
function later(exchanges: Exchange[], client: Client, nameOf: NameOf): Obstacle | null {
  const exchange = firstWrite(exchanges);
  if (exchange?.outcome.kind !== 'answer' || exchange.outcome.status < 400) return null;
  const asks = client.tooLong(exchange.outcome);
  if (asks === '') return null;
  const { request, outcome } = exchange;
  const message = `${request.method} ${request.url} was answered ${outcome.status}${asks}.`;
  return { exitCode: 3, message: `${message} Raise ${nameOf('maxWait')}, or try again then.` };
}

/** @param times how often the requests were sent */
async function obstacleIn(exchanges: Exchange[], settings: Settings, times: number): Promise<Obstacle | null> {
  const { contract: loaded, front } = settings;
  const { contract } = loaded;
  const { nameOf } = front;
  const exchange = firstWrite(exchanges);
  if (exchange === undefined) return { exitCode: 3, message: 'Nothing was sent.' };
  const reading = read(exchange, loaded);
  const { outcome, request } = exchange;
  const sent = `${request.method} ${request.url}`;
  const stop = (exitCode: 2 | 3, what: string, advice: string): Obstacle => ({
    exitCode,
    message: `${sent} ${what} ${advice}`,
  });
  if (outcome.kind !== 'answer') {
    const reason = oneLine(outcome.reason);
    if (isUndecoded(reason))
      return stop(3, `was ${reason}.`, `Have only what the request asks for sent: ${ACCEPT_ENCODING}.`);
    const what = outcome.kind === 'unsent' ? 'was not sent' : 'got no answer';
    const advice = await adviceFor({ url: request.url, reason, connection: settings, nameOf });
    const again = times === 1 ? '' : `, the last of ${times} tries`;
    return stop(3, `${what}: ${reason}${again}.`, advice);
  }
  if (reading.kind === 'ok') return null;
  const { status } = outcome;
  const answered =
    outcome.body.trim() === '' ? `was answered ${status} with an empty body.` : `was answered ${answerWords(reading)}.`;
  const isSuccess = status >= 200 && status < 300 && !isError(reading);
  const odd =
    status < 400 || reading.json !== undefined
      ? null
      : await adviceForError({ url: request.url, reason: outcome.body, status, connection: settings, nameOf });
  if (odd !== null) return stop(3, answered, odd);
  if (isRefusal(contract.errors.authentication, outcome, reading.json) || status === 401 || status === 403) {
    const advice =
      contract.authentication === null
        ? 'No API key was sent, for the contract says `authentication: null`: say there in which header it goes.'
        : `The API key was refused: check ${nameOf('credentials.first')}.`;
    return stop(2, answered, advice);
  }
  if (status >= 300 && status < 400) {
    const location = outcome.headers.location ?? 'elsewhere';
    return stop(
      3,
      `was redirected to ${location}.`,
      `Redirects are not followed: give the final address as ${nameOf('targets')}.`,
    );
  }
  if (status === 404 || status === 405) {
    return stop(
      3,
      answered,
      `There is no such endpoint: check ${nameOf('targets')}${contract.basePath === '' ? '' : ` (the base path ${contract.basePath} is added where it is missing)`} and ${nameOf('contract')}.`,
    );
  }
  if (isRefusal(contract.errors.rateLimited, outcome, reading.json)) {
    return stop(
      3,
      answered,
      `The rate limit is reached even after waiting: lower ${nameOf('rate')}, or try again later.`,
    );
  }
  if (status >= 500)
    return stop(3, answered, 'The target fails on a valid first request: nothing can be judged until it is fixed.');
  if (isSuccess && outcome.truncated === true) {
    return stop(
      3,
      `was answered ${status} with more than 1 MiB.`,
      `That is not an answer of this endpoint: check ${nameOf('targets')} and ${nameOf('contract')}.`,
    );
  }
  // Where a body is described, its lack is a finding.
  if (isSuccess && typeof contract.create.id === 'string' && contract.create.resourceSchema === null) {
    const id = idIn(LOCATION, { headers: outcome.headers, json: undefined });
    const member = `${nameOf('endpoint.id')} header:Location (in a contract: \`create: { id: { header: Location } }\`)`;
    if (id !== null)
      return stop(
        2,
        answered,
        `It has no id ${idPlaceWords(contract.create.id)}, and a Location header that names ${id}: say ${member}.`,
      );
    if (outcome.body.trim() === '')
      return stop(
        2,
        answered,
        `It shows no id ${idPlaceWords(contract.create.id)}: say in which header it does, e.g. ${member}, or ${nameOf('endpoint.id')} none (\`create: { id: null }\`).`,
      );
  }
  if (
    isSuccess &&
    needsBody(contract.create) &&
    reading.json === undefined &&
    !/json/.test(outcome.headers['content-type'] ?? '')
  ) {
    return stop(3, answered, `That is not JSON, so it is probably another server: check ${nameOf('targets')}.`);
  }
  // A success that is wrong in itself is a finding, not an obstacle.
  if (isSuccess) return null;
  return stop(
    3,
    answered,
    `A body that is valid by the contract '${contract.name}' was refused: check ${nameOf('contract')} and its request schema.`,
  );
}

/** Some reasons come with line breaks of their own. */
function oneLine(reason: string): string {
  return reason.replace(/\s+/g, ' ').trim();
}
