/**
 * What the reference would have answered: the model, exchange by exchange. Said only where the requests of a
 * register did not overlap and nothing was lost; elsewhere several answers may be right.
 */
import type { Contract } from '../../contracts/contract.js';
import { type Binding, write } from '../../history/model.js';
import type { Plan } from '../../history/plan.js';
import { attemptsOf, writeOf } from '../../history/plan.js';
import type { Reading } from '../../history/reading.js';
import { overlapped } from '../times.js';
import { name } from '../words.js';
import { anotherBodyGets } from './relations.js';

/** One sentence for each reading, in their order. */
export function expectations(plan: Plan, readings: Reading[], contract: Contract): string[] {
  const noun = contract.resource;
  const bindings = new Map<string, { binding: Binding; maker: Reading }>();
  const attempts = attemptsOf(plan);
  return readings.map((reading) => {
    const { exchange } = reading;
    if (exchange.operation === 'get') return `the ${noun}`;
    if (exchange.operation === 'cancel') return `the ${noun}, cancelled or about to be`;
    if (exchange.operation === 'other') return 'what this endpoint answers without a key';
    if (exchange.operation === 'upload') return 'one file for equal bytes, another for other bytes';
    if (exchange.credential === 'none' || exchange.credential === 'wrong') return 'a refusal: no valid credential';
    if (writeOf(attempts[exchange.attempt])?.body.text !== undefined) return 'a refusal: the body is malformed';
    const { register } = reading;
    if (register === null) return `a new ${noun}`;
    const held = bindings.get(register);
    const fingerprint = contract.fingerprint === 'none' ? '' : reading.value;
    const { answer, binding } = write(held?.binding ?? null, { fingerprint, at: 0 }, () => reading.id ?? '?', {
      compares: true,
      retentionMs: null,
    });
    if (binding !== null && held === undefined) bindings.set(register, { binding, maker: reading });
    if (held !== undefined && overlapped(held.maker, reading))
      return `one ${noun} for ${name(held.maker)} and this one`;
    if (answer.kind === 'created') return `a new ${noun}`;
    const maker = held?.maker as Reading;
    if (answer.kind === 'conflict') {
      return contract.conflict === null
        ? `${anotherBodyGets(contract, maker)}; ${name(maker)} holds the key with another body`
        : `a conflict: ${name(maker)} holds the key with another body`;
    }
    if (maker.bytes !== reading.bytes)
      return `the ${noun} of ${name(maker)}, or a ${contract.conflict === null ? 'refusal' : 'conflict'}`;
    return `the ${noun} of ${name(maker)}${maker.id === null ? '' : `, ${maker.id}`}`;
  });
}
