/** Waits until writes that were accepted have ended: their effects count from then on. */
import type { Client } from '../client/client.js';
import { EffectsUnseen } from '../client/effect-source.js';
import type { Policy } from '../client/policy.js';
import { stateOf, statusUrlOf } from '../contracts/accepted.js';
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import type { CredentialUse } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { excerpt } from '../judge/words.js';

/** Pauses until a write is asked for once more: each is longer than the one before it. */
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1000;

/** Answers of a status URL that leads elsewhere, or is gone: whether there is an effect is seen where effects are. */
const OVER: ReadonlySet<number> = new Set([303, 404, 410]);

interface AcceptedOptions {
  client: Client;
  contract: Contract;
  policy: Policy;
  /** Hears of each resource whose write has failed: there is no effect of it. */
  onFailed(id: string): void;
}

/** A write whose work may still go on. */
interface Open {
  id: string;
  path: string;
  credential: CredentialUse;
  sent: number;
}

export class AcceptedWrites {
  readonly #of: AcceptedOptions;
  readonly #open: Open[] = [];
  /** Paths that were met, for a repeat is answered with the one of its first request. */
  readonly #known = new Set<string>();
  /** When the last write was sent, and what the longest took from its sending to its end. */
  #lastSent = 0;
  #longestMs = 0;

  constructor(options: AcceptedOptions) {
    this.#of = options;
  }

  /** Remembers what was accepted. */
  add(readings: Reading[]): void {
    const { client, contract } = this.#of;
    if (contract.accepted === null) return;
    for (const { exchange, id, json } of readings) {
      const { operation, outcome, credential, sent } = exchange;
      if (operation !== 'create') continue;
      this.#lastSent = Math.max(this.#lastSent, sent);
      const url = outcome.kind === 'answer' && id !== null ? statusUrlOf(contract, outcome, json) : null;
      const path = url === null ? null : client.linked(url, contract.create.path);
      if (path === null || id === null || this.#known.has(`${credential} ${path}`)) continue;
      this.#known.add(`${credential} ${path}`);
      this.#open.push({ id, path, credential, sent });
    }
  }

  /** Returns once all that was accepted has ended, and what no answer named has had as long. Throws `EffectsUnseen`. */
  async settle(): Promise<void> {
    const { client } = this.#of;
    for (let one = this.#open.shift(); one !== undefined; one = this.#open.shift()) await this.#ended(one);
    const rest = this.#lastSent + this.#longestMs - client.clock();
    if (rest > 0) await client.pace.sleep(rest);
  }

  async #ended({ id, path, credential, sent }: Open): Promise<void> {
    const { client, contract, policy, onFailed } = this.#of;
    const until = client.clock() + contract.finalWithin * 1000;
    for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const { outcome } = await client.readAgain(path, credential, policy);
      const state = outcome.kind === 'answer' ? stateOf(contract, parseJson(outcome.body)) : 'open';
      if (state === 'failed') onFailed(id);
      if (state !== 'open' || (outcome.kind === 'answer' && OVER.has(outcome.status))) break;
      if (client.clock() >= until) {
        const answer = outcome.kind === 'answer' ? `${outcome.status} ${excerpt(outcome.body)}` : outcome.reason;
        throw new EffectsUnseen(
          `GET ${path} showed no end of an accepted write within ${contract.finalWithin} s (${answer}): check \`accepted.status\`, \`accepted.done\` and \`accepted.failed\``,
        );
      }
      await client.pace.sleep(pause);
    }
    this.#longestMs = Math.max(this.#longestMs, client.clock() - sent);
  }
}
