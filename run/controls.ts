/** Writes by which an observer is checked: what their answers say of the target, and of what is seen. */
import type { Control, ControlUnseen } from '../client/effect-source.js';
import type { Contract } from '../contracts/contract.js';
import type { Reading } from '../history/reading.js';
import { looksAtKey } from '../judge/after-unknown.js';
import { nonceOf } from '../judge/effects.js';
import { answerWords } from '../judge/words.js';

/** What may be unique where a contract does not say: what tells bodies apart, if the first of equal ones alone was taken. */
export function uniqueBy([first, ...others]: Reading[], contract: Contract): string[] | null {
  const { unique, nonce } = contract.create;
  const isTaken = first?.kind === 'ok' && others.length > 0 && others.every((x) => looksAtKey(x, contract));
  return unique === null && nonce !== null && isTaken ? [nonce] : unique;
}

/** What a run takes for unique without being told so, and what it does not judge therefore. */
export function taken({ create }: Contract, unique: string[], refusal: Reading): string {
  const members = unique.join(', ');
  return `${create.method} ${create.path}: of two requests with one ${members} and two keys, the second was answered ${answerWords(refusal)}; so the run takes ${members} for unique, and does not judge whether equal requests are kept apart: if the API documents that, say \`create.unique\` in a contract; otherwise it is a defect`;
}

/** One of several may be; where all that were made together beside a storm are missing, the list leaves out what storms make. */
export function mayBeLost({ missing }: ControlUnseen, first: Reading[], beside: Reading[][]): boolean {
  const unseen = (made: Reading[]) => made.filter((one) => missing.includes(controlOf(one))).length;
  const isNew = unseen([...first, ...beside.flat()]) === missing.length;
  return isNew && unseen(first) <= 1 && beside.every((together) => unseen(together) < together.length);
}

const controls = new WeakMap<Reading, Control>();

/** Always the same for one write. */
export function controlOf(reading: Reading): Control {
  const control = controls.get(reading) ?? { id: reading.id, nonce: nonceOf(reading) };
  controls.set(reading, control);
  return control;
}

/** Why these are not as many resources. */
export function problemOf(made: Reading[]): string | null {
  const refused = made.findIndex(({ kind }) => kind !== 'ok');
  const sent = ({ exchange }: Reading) => `${exchange.request.method} ${exchange.request.url}`;
  const [first, second] = made as [Reading, Reading | undefined];
  if (refused === 0) return `${sent(first)}, by which the list was to be checked, was answered ${answerWords(first)}`;
  if (refused > 0)
    return `the second of two requests with one body and two keys was answered ${answerWords(made[refused] as Reading)}, so the list cannot be seen to show both`;
  if (second !== undefined && first.id !== null && first.id === second.id)
    return `two requests with one body and two keys were answered with one id, ${first.id}, so the list cannot be seen to show both`;
  return null;
}
