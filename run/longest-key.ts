/** Finds the longest key that a target accepts: where the contract sets no limit, by bisection. */
import { longestToTry } from '../contracts/key.js';
import type { LoadedContract } from '../contracts/load.js';
import { plainBody } from '../generators/bodies.js';
import { keyExamples, keyOfLength } from '../generators/keys.js';
import { body, create, send, slot } from '../generators/plans.js';
import { fillKey } from '../history/key-template.js';
import type { Engine } from './engine.js';

/** Requests without an answer, after which it is not looked for any longer: each takes a whole time-out. */
const MOST_SILENCES = 2;

/** In characters. Sends nothing where the contract says it, otherwise at most 17 requests. */
export async function longestKey(engine: Engine, { contract, schemas }: LoadedContract): Promise<number> {
  const { key } = contract;
  const most = longestToTry(key);
  if (key.maxLength !== null) return most;
  const lengths = keyExamples(key).map((shape) => fillKey(shape, 'a0'.repeat(32)).length);
  const value = plainBody({
    contract,
    requestSchema: schemas.requestSchema,
    validate: (one) => schemas.request(one) === true,
  });
  if (key.format !== null) return Math.max(...lengths);
  let silences = 0;
  const isAccepted = async (length: number) => {
    const template = keyOfLength(key, length);
    if (template === null || silences >= MOST_SILENCES) return false;
    const [reading] = await engine.look({ keys: [template], steps: [send(create(slot(0), body(value)))] });
    if (reading?.exchange.outcome.kind !== 'answer') silences += 1;
    return reading?.kind === 'ok';
  };
  let accepted = Math.max(...lengths);
  if (await isAccepted(most)) return most;
  for (let refused = most; refused - accepted > 1; ) {
    const middle = Math.floor((accepted + refused) / 2);
    if (await isAccepted(middle)) accepted = middle;
    else refused = middle;
  }
  return accepted;
}
