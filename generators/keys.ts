/** Arbitraries of key slots. A slot is a template; the client makes a key of it that no run has used before. */
import fc from 'fast-check';
import type { KeyRule } from '../contracts/contract.js';
import { ContractError } from '../contracts/document.js';
import { grammarWords, isFreeForm, keyProblem } from '../contracts/key-grammar.js';
import { fillKey } from '../history/key-template.js';
import { alphabetTemplate, formatTemplate, isRoomy, patternTemplate } from './key-templates.js';

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

/** By their grammar, for patterns take a while. */
const examples = new Map<string, string[]>();

/** Templates of the shapes that the contract allows, at least one. Throws `ContractError` where no key can be made. */
export function keyExamples(rule: KeyRule): string[] {
  const grammar = JSON.stringify(rule);
  const known = examples.get(grammar) ?? templatesOf(rule);
  examples.set(grammar, known);
  return known;
}

function templatesOf(rule: KeyRule): string[] {
  const { format, prefix } = rule;
  const isLegal = (template: string) => DIGESTS.every((hex) => allows(rule, fillKey(template, hex)));
  const shapes = format === null ? SHAPES : [formatTemplate(format)];
  const legal = shapes.map((shape) => (prefix ?? '') + shape).filter(isLegal);
  if (legal.length > 0) return legal;
  const plain = alphabetTemplate(rule);
  if (isLegal(plain) && isRoomy(plain)) return [plain];
  const matching = patternTemplate(rule);
  if (matching !== null && isRoomy(matching)) return [matching];
  const words = [grammarWords(rule), lengthWords(rule)].filter((part) => part !== '').join(', ');
  throw new ContractError(
    `no key can be made that is legal (${words}), or too few for a run; correct format, pattern, prefix, alphabet or lengths`,
  );
}

/** Digests to make keys of templates with: what is legal with none of them is not legal. */
const DIGESTS = ['a0'.repeat(32), '0123456789abcdef'.repeat(4), 'fa5c27d10e3b9684'.repeat(4)];

function lengthWords({ minLength, maxLength }: KeyRule): string {
  if (minLength === null) return maxLength === null ? '' : `at most ${maxLength} characters`;
  return maxLength === null ? `at least ${minLength} characters` : `${minLength} to ${maxLength} characters`;
}

/** A template of a key with so many characters; `null` where the contract allows none. */
export function keyOfLength(rule: KeyRule, length: number): string | null {
  const template =
    isFreeForm(rule) || rule.alphabet === null
      ? `${rule.prefix ?? ''}{unique}${'k'.repeat(Math.max(0, length - 24 - (rule.prefix?.length ?? 0)))}`
      : alphabetTemplate(rule, length);
  const key = fillKey(template, 'a0'.repeat(32));
  return key.length === length && allows(rule, key) ? template : null;
}

/** Whether a contract allows a key, apart from the place where it travels. */
export function allows(rule: KeyRule, key: string): boolean {
  // Servers that count units of UTF-16 must allow it, too.
  return keyProblem(rule, key) === null && key.length <= (rule.maxLength ?? Number.POSITIVE_INFINITY);
}

export function keyShapes(rule: KeyRule): fc.Arbitrary<string> {
  return fc.constantFrom(...keyExamples(rule));
}
