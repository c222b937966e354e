/** Access tokens: asked for when they are needed, renewed once however many requests need it. */
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { isRefusal } from '../contracts/refusals.js';
import type { Outcome } from '../history/history.js';
import type { Attempt, CredentialUse } from '../history/plan.js';

/** Whose a token is. */
export type Holder = Extract<CredentialUse, 'first' | 'second'>;

export interface Token {
  value: string;
  /** Milliseconds from the asking on; `null`: not said. */
  livesMs: number | null;
}

/** No token is given: what was asked, what came back, what to do. */
export class TokenRefused extends Error {
  override name = 'TokenRefused';
  /** 2 where the user must change something, 3 where the other side must. */
  readonly exitCode: 2 | 3;

  constructor(message: string, exitCode: 2 | 3) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Asks for one more token. Rejects with `TokenRefused`. */
export type AskForToken = (holder: Holder) => Promise<Token>;

/** A token is renewed so much before its end, or a tenth of its life: a request takes time to arrive. */
const EARLY_MS = 5_000;

interface Known {
  value: string;
  until: number;
}

export class Tokens {
  readonly #ask: AskForToken;
  readonly #known = new Map<Holder, Known>();
  readonly #asking = new Map<Holder, Promise<Known>>();
  readonly #refused = new AbortController();

  constructor(ask: AskForToken) {
    this.#ask = ask;
  }

  /** Aborted with a `TokenRefused` once one is refused: nothing can be sent any more. */
  get refused(): AbortSignal {
    return this.#refused.signal;
  }

  /** A token that is not over. */
  async current(holder: Holder): Promise<string> {
    const known = this.#known.get(holder);
    if (known !== undefined && known.until > performance.now()) return known.value;
    return this.#renew(holder);
  }

  /** Another token than the one given, which may have been renewed meanwhile. */
  async after(holder: Holder, old: string): Promise<string> {
    const known = this.#known.get(holder);
    if (known !== undefined && known.value !== old && known.until > performance.now()) return known.value;
    return this.#renew(holder);
  }

  /** Has a token of each holder before their requests are held back for each other. */
  async ready(attempts: readonly { credential: CredentialUse }[]): Promise<void> {
    const uses = new Set(attempts.map(({ credential }) => credential));
    await Promise.all([...uses].filter(isHolder).map((holder) => this.current(holder)));
  }

  async #renew(holder: Holder): Promise<string> {
    this.#refused.signal.throwIfAborted();
    const asking = this.#asking.get(holder) ?? this.#askFor(holder);
    this.#asking.set(holder, asking);
    return (await asking).value;
  }

  async #askFor(holder: Holder): Promise<Known> {
    const asked = performance.now();
    try {
      const { value, livesMs } = await this.#ask(holder);
      const early = Math.min(EARLY_MS, (livesMs ?? 0) / 10);
      const known = { value, until: asked + (livesMs ?? Number.POSITIVE_INFINITY) - early };
      this.#known.set(holder, known);
      return known;
    } catch (error) {
      this.#refused.abort(error);
      throw error;
    } finally {
      this.#asking.delete(holder);
    }
  }
}

/** What a request is sent with. */
interface Sender {
  contract: Contract;
  credentials: { first?: string | undefined; second?: string | undefined };
  tokens?: Tokens | undefined;
}

/** The same with the access token of an attempt's credential in the place of what the environment says. */
export async function withToken<S extends Sender>(
  sender: S,
  { credential, framing }: Pick<Attempt, 'credential' | 'framing'>,
  retry = 0,
): Promise<S> {
  const { tokens } = sender;
  if (tokens === undefined || !isHolder(credential)) return sender;
  const token = await tokens.current(credential);
  const anew = framing?.token === 'new' && retry === 0;
  return { ...sender, credentials: { [credential]: anew ? await tokens.after(credential, token) : token } };
}

/** Where any answer will do, no token is asked for. */
export function harmlessCredential({ tokens }: Sender): CredentialUse {
  return tokens === undefined ? 'first' : 'none';
}

/**
 * Renews the token of a request that was refused for it, once for all that meet the refusal; whether it may be sent again.
 * A 401 says that nothing was carried out.
 * @param used what the request was sent with
 */
export async function renewedFor(
  { contract, tokens }: Sender,
  { credential: use, outcome }: { credential: CredentialUse; outcome: Outcome },
  used: Sender['credentials'],
): Promise<boolean> {
  const { authentication, errors } = contract;
  if (tokens === undefined || authentication === null || outcome.kind !== 'answer' || !isHolder(use)) return false;
  // A status alone may be said of a right that is lacking, which no other token has.
  const coded = errors.authentication?.code != null || errors.authentication?.header != null;
  const refused = coded && isRefusal(errors.authentication, outcome, parseJson(outcome.body));
  if (outcome.status !== 401 && !refused) return false;
  await tokens.after(use, used[use] ?? '');
  return true;
}

function isHolder(use: CredentialUse): use is Holder {
  return use === 'first' || use === 'second';
}
