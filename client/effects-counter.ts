/** Reads a number that each effect raises. */

import type { CounterObserver } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { at } from '../contracts/pointer.js';
import type { CredentialUse } from '../history/plan.js';
import { unansweredWords } from '../history/undecoded.js';
import type { Client } from './client.js';
import { EffectsUnseen } from './effect-source.js';
import type { Policy } from './policy.js';

/** The number as a credential sees it. Throws `EffectsUnseen`. */
export async function readCounter(
  client: Client,
  { path, query, pointer }: CounterObserver,
  credential: CredentialUse,
  policy: Policy,
): Promise<number> {
  const words = new URLSearchParams(query);
  const { outcome } = await client.readAgain(words.size > 0 ? `${path}?${words}` : path, credential, policy);
  if (outcome.kind !== 'answer') throw new EffectsUnseen(`GET ${path} ${unansweredWords(outcome.reason)}`);
  const json = outcome.status === 200 ? parseJson(outcome.body) : undefined;
  const value = json === undefined ? undefined : at(json, pointer);
  // Databases' counts are strings in many APIs.
  const number = typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw new EffectsUnseen(
    `GET ${path} answered ${outcome.status} without a number at ${pointer}${client.tooLong(outcome)}: check \`effects.counter\``,
  );
}
