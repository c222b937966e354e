/** What a client is made from. */
import type { Contract, JsonObject } from '../contracts/contract.js';
import type { Exchange } from '../history/history.js';
import type { Plan } from '../history/plan.js';
import type { ConnectOptions, Transport } from './connect.js';
import type { Tokens } from './credentials.js';
import type { Mask } from './mask.js';
import type { Limits, Pace } from './pace.js';
import type { Preparation } from './preparation.js';
import type { Receiver } from './receiver.js';
import type { Signer } from './signing.js';

/** A minute. */
export const MAX_WAIT_MS = 60_000;

export interface ClientOptions extends ConnectOptions, Limits {
  contract: Contract;
  /** Origins with an optional prefix; the contract's base path is added where it is missing. */
  targets: string[];
  credentials: { first?: string | undefined; second?: string | undefined };
  /** Where access tokens come from, in the place of the credentials. */
  tokens?: Tokens | undefined;
  /** Signs every request, where the contract says so. */
  signer?: Signer | undefined;
  /** Knows what no record may hold. Default: one that knows the credentials. */
  mask?: Mask;
  /** What set-up steps have made, shared with other clients of the operation. Default: nothing yet. */
  preparation?: Preparation;
  /** Added to every request. */
  headers: [string, string][];
  /** Plans that may send at the same time. */
  parallel: number;
  /** Longest pause that an answer can ask for, in milliseconds. Default: `MAX_WAIT_MS`. */
  maxWaitMs?: number;
  /** `auto`: HTTP/2 where TLS offers it. */
  transport?: 'auto' | Transport;
  /** HTTP/2 with prior knowledge on http targets. */
  h2c?: boolean;
  /** Takes webhook deliveries. */
  receiver?: Receiver | undefined;
  /** What fills batches up, where the contract has them: a body, and the template of its key. */
  filler?: { value: JsonObject; key: string } | undefined;
  /** Kills the backend and starts it again; resolves when the command has ended. */
  restart?: (() => Promise<void>) | undefined;
  /** When the run began, by `performance.now()`. Absent: now. */
  start?: number;
  signal: AbortSignal;
  /** Budgets shared with other clients. Absent: its own, by the limits. */
  pace?: Pace;
  /** Called after every exchange of a plan. */
  onExchange?: (exchange: Exchange, plan: Plan) => void;
  /** Called where a target does not answer, or only a layer in front of it goes on to; with the reason, and waited for. */
  onSilence?: (reason: string, target: number) => Promise<void>;
}
