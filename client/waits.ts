/** What a plan waits for between its storms. */
import type { Contract } from '../contracts/contract.js';
import { parseJson } from '../contracts/json.js';
import { at } from '../contracts/pointer.js';
import type { Delivery, Exchange } from '../history/history.js';
import type { AwaitDelivery, CredentialUse, Settle } from '../history/plan.js';
import { IN_FRONT } from './again.js';
import { idsMade } from './attempts.js';
import type { Sent } from './line.js';
import type { Pace } from './pace.js';
import { RESTART_WITHIN_S } from './patience.js';
import { Policy } from './policy.js';
import type { Receiver } from './receiver.js';

/** What waiting needs of a client. */
interface Reader {
  clock(): number;
  readonly pace: Pick<Pace, 'sleep'>;
  read(path: string, credential: CredentialUse, policy?: Policy): Promise<Sent>;
  readonly preparer: { resourcePath(template: string, id: string): string };
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
    const { outcome } = await client.read(client.preparer.resourcePath(get.path, id), 'first', policy);
    if (outcome.kind === 'answer' && outcome.status === 404 && !policy.patient) return;
    const json = outcome.kind === 'answer' ? parseJson(outcome.body) : undefined;
    const reached = json === undefined ? undefined : at(json, status.pointer);
    if (typeof reached === 'string' && status.terminal.includes(reached)) return;
  }
}

/** Webhook deliveries so far about the resources that the exchanges made. */
export function deliveriesFor(exchanges: Exchange[], contract: Contract, receiver: Receiver | undefined): Delivery[] {
  return [...idsMade(exchanges, contract)].flatMap((id) => receiver?.about(id) ?? []).sort((a, b) => a.at - b.at);
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

/** Asks until somebody answers, in whatever way; nothing is created meanwhile. */
export async function untilAnswered(
  client: Reader & { harmless: [path: string, credential: CredentialUse] },
  policy = new Policy(),
  seconds = RESTART_WITHIN_S,
): Promise<void> {
  const until = client.clock() + seconds * 1000;
  const [path, credential] = client.harmless;
  while (client.clock() < until) {
    const { outcome } = await client.read(path, credential, policy);
    if (outcome.kind === 'answer' && !IN_FRONT.has(outcome.status)) return;
    await client.pace.sleep(100);
  }
}
