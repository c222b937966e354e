/** Arbitraries of key slots. A slot is a template; the client makes a key of it that no run has used before. */
import fc from 'fast-check';
import type { KeyRule } from '../contracts/contract.js';

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

/** A stand-in of the right length and alphabet for each placeholder, to check a shape against a contract. */
const EXAMPLES: Record<string, string> = {
  '{unique}': 'a0'.repeat(12),
  '{uuid}': '0b4e3c1a-9f60-4d2b-8a57-1c2d3e4f5a6b',
  '{sha256}': 'a0'.repeat(32),
};

/** One of each documented shape that the contract allows. */
export function keyExamples(rule: KeyRule): string[] {
  const legal = SHAPES.filter((shape) => {
    const key = shape.replace(/\{\w+\}/, (name) => EXAMPLES[name] as string);
    return (
      key.length >= (rule.minLength ?? 0) &&
      key.length <= (rule.maxLength ?? Number.POSITIVE_INFINITY) &&
      (rule.pattern === null || new RegExp(rule.pattern, 'u').test(key))
    );
  });
  return legal.length > 0 ? legal : ['{unique}'];
}

export function keyShapes(rule: KeyRule): fc.Arbitrary<string> {
  return fc.constantFrom(...keyExamples(rule));
}
