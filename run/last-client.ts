/** What is sent when a run is over: by a client of its own, which has little time. */
import type { Client } from '../client/client.js';
import { TokenRefused } from '../client/credentials.js';
import { BudgetSpent } from '../client/pace.js';
import { SigningFailed } from '../client/signing.js';

/** Milliseconds for what is left at the end, and after an interruption. */
const LAST_MS = 60_000;
const INTERRUPTED_MS = 10_000;

export interface Ending {
  /** A client that has sent nothing yet, which stops by the signal. */
  newClient(signal: AbortSignal): Client;
  /** The run's own, whose budget holds on. */
  before: Client;
  interrupted: AbortSignal;
}

/** Does what is left as far as time and budget go. */
export async function atTheEnd(
  { newClient, before, interrupted }: Ending,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  const ending = new AbortController();
  const end = () => ending.abort(new Error('there is no more time'));
  const timers = [setTimeout(end, interrupted.aborted ? INTERRUPTED_MS : LAST_MS)];
  const hurry = () => timers.push(setTimeout(end, INTERRUPTED_MS));
  interrupted.addEventListener('abort', hurry, { once: true });
  const client = newClient(ending.signal);
  client.pace.after(before.pace);
  try {
    await work(client);
  } catch (error) {
    const isOver = [BudgetSpent, TokenRefused, SigningFailed].some((kind) => error instanceof kind);
    if (!isOver && !ending.signal.aborted && !interrupted.aborted) throw error;
  } finally {
    before.pace.after(client.pace);
    interrupted.removeEventListener('abort', hurry);
    for (const timer of timers) clearTimeout(timer);
    await client.close();
  }
}
