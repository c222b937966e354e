/** What a plan waits for between its storms. */
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { at } from '../contracts/pointer.js';
import type { AwaitDelivery, CredentialUse, Settle } from '../history/plan.js';
import type { Sent } from './line.js';
import type { Pace } from './pace.js';
import type { Policy } from './policy.js';
import type { Receiver } from './receiver.js';
import { pathOf } from './wire.js';

/** What waiting needs of a client. */
interface Reader {
  clock(): number;
  readonly pace: Pick<Pace, 'sleep'>;
  read(path: string, credential: CredentialUse, policy?: Policy): Promise<Sent>;
}

/** Asks for a resource until it is terminal, or the time is over. */
export async function settle(
  client: Reader,
  { contract: { get, status }, policy }: { contract: Contract; policy: Policy },
  id: string,
  step: Settle,
): Promise<void> {
  if (get === null || status === null) return;
  const until = client.clock() + step.within;
  while (client.clock() < until) {
    await client.pace.sleep(25);
    const { outcome } = await client.read(pathOf(get.path, id), 'first', policy);
    if (outcome.kind === 'answer' && outcome.status === 404 && !policy.patient) return;
    const json = outcome.kind === 'answer' ? parseJson(outcome.body) : undefined;
    const reached = json === undefined ? undefined : at(json, status.pointer);
    if (typeof reached === 'string' && status.terminal.includes(reached)) return;
  }
}

/** Waits for an acknowledged delivery about a resource, and for what may come after it. */
export async function awaitDelivery(
  client: Reader,
  receiver: Receiver | undefined,
  id: string,
  step: AwaitDelivery,
): Promise<void> {
  if (receiver === undefined) return;
  const until = client.clock() + step.within;
  const acknowledged = () => receiver.about(id).some(({ answered }) => answered < 300);
  while (client.clock() < until && !acknowledged()) await client.pace.sleep(10);
  await client.pace.sleep(step.quiet);
}
