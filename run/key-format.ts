/** Which keys an API takes, learnt from which it refuses: where a plain key is refused, one of each usual format is sent. */
import type { Client } from '../client/client.js';
import type { JsonObject, KeyRule } from '../contracts/contract.js';
import { formatWords, grammarOf, type KeyGrammar, keyFormats } from '../contracts/key-grammar.js';
import { keyExamples } from '../generators/keys.js';
import { body, create, send, slot } from '../generators/plans.js';
import type { Exchange, History } from '../history/history.js';

/** Which keys an API takes, as far as a handful of requests can say. */
export interface LearntKeys {
  grammar: Partial<KeyGrammar>;
  /** As `--key-format` has it. */
  said: string;
  /** As a contract has it: `key.format: uuid`. */
  member: string;
  /** 'a version 7 UUID was accepted as the key, and a plain key was refused with 422'. */
  seen: string;
}

/** Short and plain: what an API may take that takes no UUID. */
const SHORT = '/^[a-z0-9]{16}$/';

/** What is tried, the narrowest first; a UUID of any version is what both versions come to. */
export const TRIED = [...keyFormats.filter((one) => one !== 'uuid'), SHORT];

/** Whether a refusal may be about the key: neither of the caller, nor of the address, nor of the rate. */
export function mayRefuseKey({ outcome }: Exchange): boolean {
  return outcome.kind === 'answer' && [400, 406, 409, 412, 415, 422].includes(outcome.status);
}

/** Sends a key of each format, and then a plain one once more; nothing is learnt where that is accepted. */
export async function learnKeys(
  client: Client,
  rule: KeyRule,
  value: JsonObject,
): Promise<{ learnt: LearntKeys | null; history: History }> {
  const rules = [...TRIED.map((said) => ({ ...rule, ...grammarOf(said) })), rule];
  const { history } = await client.execute({
    keys: rules.map((one) => keyExamples(one)[0] as string),
    steps: rules.map((_, n) => send(create(slot(n), body(value, n)))),
  });
  const statuses = rules.map((_, n) => statusOf(history.exchanges.findLast((one) => one.attempt === n)));
  const isTaken = (status: number | null | undefined) => status != null && status >= 200 && status < 300;
  const taken = TRIED.filter((_, n) => isTaken(statuses[n]));
  const plain = statuses.at(-1);
  if (taken.length === 0 || plain == null || plain < 400) return { learnt: null, history };
  const isAnyUuid = ['uuidv4', 'uuidv7'].every((one) => taken.includes(one));
  const said = isAnyUuid ? 'uuid' : (taken[0] as string);
  const grammar = grammarOf(said) as Partial<KeyGrammar>;
  const [[member, shown] = []] = Object.entries(grammar);
  const words = grammar.format == null ? 'a key of 16 letters and digits' : formatWords(grammar.format);
  return {
    learnt: {
      grammar,
      said,
      member: `key.${member}: ${member === 'pattern' ? `'${shown}'` : shown}`,
      seen: `${words} was accepted as the key, and a plain key was refused with ${plain}`,
    },
    history,
  };
}

function statusOf(exchange: Exchange | undefined): number | null {
  return exchange?.outcome.kind === 'answer' ? exchange.outcome.status : null;
}
