/** Large answers: a run has many, so that not all that was read of them is held at once. */
import { parseJson } from '../contracts/json.js';
import type { Outcome } from '../history/history.js';
import type { Reading } from '../history/reading.js';

/** Characters from which on a body is large. */
const LARGE = 1 << 16;

/** Values of large answers that are held. */
const HELD = 4;

type Answer = Extract<Outcome, { kind: 'answer' }>;

/** Whether an answer's body is large. */
export function isLarge(outcome: Outcome | { body: string }): boolean {
  return 'body' in outcome && outcome.body.length > LARGE;
}

/** The reading with the value of its answer: of a large one it is made each time that it is asked for. */
export function withJson(reading: Omit<Reading, 'json'>): Reading {
  const { outcome } = reading.exchange;
  if (outcome.kind !== 'answer') return { ...reading, json: undefined };
  if (!isLarge(outcome)) return { ...reading, json: parseJson(outcome.body) };
  const get = () => jsonOf(outcome);
  return Object.defineProperty(reading, 'json', { get, enumerable: true, configurable: true }) as Reading;
}

const jsonOf = latest((answer: Answer) => parseJson(answer.body));

/** What is made of an object, the last few kept. */
export function latest<From extends object, Made>(make: (from: From) => Made): (from: From) => Made {
  const held: { from: From; made: Made }[] = [];
  return (from) => {
    const known = held.find((one) => one.from === from);
    if (known !== undefined) return known.made;
    const made = make(from);
    held.unshift({ from, made });
    held.length = Math.min(held.length, HELD);
    return made;
  };
}
