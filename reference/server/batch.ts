/** Batches: each item is carried out as a write of its own, and the answer has a result for each. */
import { isUtf8 } from 'node:buffer';
import { type BatchRules, itemTexts, resultOf } from '../../contracts/batch.js';
import { isObject, type Json, parseJson } from '../../contracts/json.js';
import { problemOf, type Success } from './answers.js';
import type { Behaviour } from './behaviour.js';
import { type Problem, Refusal } from './problem.js';
import { put } from './put.js';
import type { World } from './world.js';
import type { WriteRequest } from './write-request.js';

/** Some of the items were refused, and others not (RFC 4918, section 11.1). */
const MULTI_STATUS = 207;

/** A request whose body is not read. */
export type Received = Omit<WriteRequest, 'value'>;

/** What a batch has to do with the server that it is sent to. */
interface Served {
  world: World;
  behaviour: Behaviour;
  /** One item from its request to its answer; a refusal is thrown. */
  carryOut(request: WriteRequest): Promise<Success>;
}

/** What became of an item. */
interface Done {
  status: number;
  body: Json;
  key: Json;
  refused: Problem | null;
}

/** Throws a refusal of the whole where it holds no array of items, or where results have no status of their own to say it. */
export async function batch(received: Received, rules: BatchRules, served: Served): Promise<Success> {
  const { world, behaviour } = served;
  const text = received.bytes.toString();
  if (!isUtf8(received.bytes) || parseJson(text) === undefined)
    throw new Refusal(world.problems.malformed('The body is not valid JSON in UTF-8.'));
  const texts = itemTexts(rules, text);
  if (texts === undefined)
    throw new Refusal(world.problems.invalid([{ field: rules.items, keyword: 'type', text: 'must be array' }]));
  const whole = { bytes: received.bytes };
  const done = await Promise.all(
    texts.map((text) => carriedOut({ ...received, batch: whole, bytes: Buffer.from(text) }, served)),
  );
  const first = done.find(({ refused }) => refused !== null && refused.status >= 300);
  if (rules.status === null && first?.refused) throw new Refusal(first.refused);
  const results = behaviour.showsResults(done.map((one) => resultOf(rules, one, put)));
  const status = rules.status === null ? (done[0]?.status ?? behaviour.statusOf('created')) : MULTI_STATUS;
  return { status, body: put({}, rules.results, results), view: 'read' };
}

async function carriedOut(item: Received, { world, behaviour, carryOut }: Served): Promise<Done> {
  const sent = parseJson(item.bytes.toString());
  const key = isObject(sent) ? world.key.raw({ ...item, value: sent }) : null;
  try {
    const { status, body, view } = await carryOut({
      ...item,
      value: behaviour.parse(item.bytes, item.headers['content-type']),
    });
    const isShown = behaviour.renderSuccess(body, view).text !== '';
    return { status, body: isShown ? body : {}, key, refused: null };
  } catch (error) {
    const refused = problemOf(error);
    const { text } = behaviour.renderProblem(world.envelopes.of(refused, behaviour.newRequestId()), refused);
    return { status: refused.status, body: parseJson(text) ?? text, key, refused };
  }
}
