/** Arbitraries of key slots. A slot is a template; the client makes a key of it that no run has used before. */
import fc from 'fast-check';
import type { KeyRule } from '../contracts/contract.js';
import { fillKey } from '../history/key-template.js';

/**
 * The documented shapes. `{unique}` becomes 24 lower-case letters and digits, `{uuid}` a version 4 UUID,
 * `{sha256}` 64 hex digits; all of them are derived, so that a key differs from any other.
 */
const SHAPES = [
  'weekly-deck-{unique}:2026-W17',
  'slack:T01234:{unique}.789',
  'prospect:{unique}:2026-04-weekly',
  'myapp:{unique}',
  '{sha256}',
  '{uuid}',
] as const;

/** One of each documented shape that the contract allows. */
export function keyExamples(rule: KeyRule): string[] {
  const legal = SHAPES.filter((shape) => allows(rule, fillKey(shape, 'a0'.repeat(32))));
  return legal.length > 0 ? legal : ['{unique}'];
}

/** Whether a contract allows a key, apart from the place where it travels. */
export function allows({ minLength, maxLength, pattern }: KeyRule, key: string): boolean {
  return (
    key.length >= (minLength ?? 0) &&
    key.length <= (maxLength ?? Number.POSITIVE_INFINITY) &&
    (pattern === null || new RegExp(pattern, 'u').test(key))
  );
}

export function keyShapes(rule: KeyRule): fc.Arbitrary<string> {
  return fc.constantFrom(...keyExamples(rule));
}
