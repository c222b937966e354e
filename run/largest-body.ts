/** Finds the largest body that a target accepts, as far as larger ones are sent: by bisection. */
import { plainBody } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import { enlarged, LARGE_BODY, largestToTry } from '../generators/padding.js';
import { body, create, send, slot } from '../generators/plans.js';
import { bodySource } from './drawing.js';
import type { Engine } from './engine.js';
import type { Settings } from './options.js';

/** Requests without an answer in so many milliseconds, after which it is not looked for any longer. */
const MOST_SILENCES = 2;
const SILENCE_MS = 1_000;

/** Bytes by which other requests may be larger than the one that was accepted: their keys may be longer. */
const SLACK = 512;

/** The size is known when what is accepted and what is refused differ by so many bytes. */
const CLOSE = 1_024;

/**
 * In bytes; 0 where none is accepted that counts as large. Sends one request where the largest is accepted, otherwise
 * nine. A refusal decides nothing else: how large a body may be is the target's choice.
 */
export async function largestBody(engine: Engine, settings: Settings): Promise<number> {
  const source = bodySource(settings);
  const plain = plainBody(source);
  const keys = keyExamples(source.contract.key).slice(0, 1);
  let silences = 0;
  const isAccepted = async (size: number) => {
    const large = enlarged(plain, source, size);
    if (large === null || silences >= MOST_SILENCES) return false;
    const began = engine.client.clock();
    const [reading] = await engine.look({ keys, steps: [send(create(slot(0), body(large)))] });
    const isSilent = reading?.exchange.outcome.kind !== 'answer';
    if (isSilent && engine.client.clock() - began > SILENCE_MS) silences += 1;
    return reading?.kind === 'ok';
  };
  const most = largestToTry(source);
  if (most === 0) return 0;
  let accepted = (await isAccepted(most)) ? most : 0;
  for (let refused = most; accepted < most && refused - accepted > CLOSE; ) {
    const middle = Math.floor((accepted + refused) / 2);
    if (await isAccepted(middle)) accepted = middle;
    else refused = middle;
  }
  return accepted - SLACK < LARGE_BODY ? 0 : accepted - SLACK;
}
