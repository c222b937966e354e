/** Words to write plans with: what the chapters are made of. */
import fc from 'fast-check';
import type { Contract, JsonObject } from '../contracts/contract.js';
import type {
  Attempt,
  Body,
  CreateAttempt,
  CredentialUse,
  Framing,
  KeyUse,
  Plan,
  Settle,
  Step,
  Storm,
  Wait,
} from '../history/plan.js';
import { type BodySource, differentBodies } from './bodies.js';
import { keyShapes } from './keys.js';

export const absent: KeyUse = { kind: 'absent' };
export const nullKey: KeyUse = { kind: 'null' };

/** The key of a slot. */
export function slot(number: number): KeyUse {
  return { kind: 'slot', slot: number };
}

/** The plain spelling of a logical operation's body. */
export function body(value: JsonObject, operation = 0, keyAt = 0): Body {
  return { value, operation, keyAt };
}

export interface CreateOptions {
  credential?: CredentialUse;
  framing?: Framing;
}

export function create(key: KeyUse, of: Body, options: CreateOptions = {}): CreateAttempt {
  const { credential = 'first', framing } = options;
  return { operation: 'create', credential, key, body: of, ...(framing === undefined ? {} : { framing }) };
}

/** The attempt at one of several replicas; where there are fewer, it is counted round. */
export function onTarget<One extends Attempt>(attempt: One, target: number): One {
  return { ...attempt, target };
}

/** Reads the resource of an earlier attempt. */
export function get(of: number): Storm {
  return send({ operation: 'get', credential: 'first', of });
}

export function cancel(of: number): Storm {
  return send({ operation: 'cancel', credential: 'first', of });
}

/** An ordinary request: a storm of one. */
export function send(attempt: Attempt): Storm {
  return { do: 'storm', attempts: [attempt] };
}

/** Requests that are released together. */
export function storm(attempts: Attempt[]): Storm {
  return { do: 'storm', attempts };
}

/** The same request several times, one after the other. */
export function sendTimes(times: number, attempt: Attempt): Storm {
  return { do: 'storm', attempts: [attempt], times };
}

export function wait(ms: number): Wait {
  return { do: 'wait', ms };
}

export function settle(of: number, within: number): Settle {
  return { do: 'settle', of, within };
}

/** Longer than a repeat 'at once', so that a plan shows a loss and not lateness. */
export const SETTLED_MS = 120;

/** What plans are drawn from. */
export interface PlanSource extends BodySource {
  contract: Contract;
  /** The round, from 0: a plan may differ with it. */
  round: number;
  /** The most requests that are released together. */
  stormWidth: number;
  /** Storms of a plan that is about them. */
  storms: number;
  /** Repeats of a plan that counts their effects. */
  repeats: number;
  /** Keys of a bulk run: fewer where a target lets few resources be unfinished. */
  fanOut: number;
  /** The longest key that the target accepts, in characters. */
  longestKey: number;
  /** Bytes of the largest body that the target accepts, as far as larger ones are sent; 0 where none is large. */
  largestBody: number;
  /** Whether there is a second credential. */
  secondCredential: boolean;
}

/** A plan over a number of key slots. */
export function plan(
  source: PlanSource,
  slots: number,
  steps: (drawn: Drawn) => fc.Arbitrary<Step[]>,
): fc.Arbitrary<Plan> {
  return fc
    .record({
      keys: fc.array(keyShapes(source.contract.key), { minLength: slots, maxLength: slots }),
      // One value is enough for most plans; where several are needed they are drawn independently.
      values: differentBodies(source, 2),
      keyAt: fc.nat({ max: 3 }),
    })
    .chain(({ keys, values, keyAt }) =>
      steps({ one: body(values[0] as JsonObject, 0, keyAt), other: body(values[1] as JsonObject, 1, keyAt) }).map(
        (list) => ({ keys, steps: list }),
      ),
    );
}

/** Two bodies of two logical operations. */
export interface Drawn {
  one: Body;
  other: Body;
}
