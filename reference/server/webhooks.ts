/** The end of a resource is sent to its callback URL, again and again until the receiver takes it. */

import type { Json, JsonObject } from '../../contracts/contract.js';
import { idPointer } from '../../contracts/ids.js';
import { isLoopback } from '../../contracts/loopback.js';
import type { Behaviour } from './behaviour.js';
import { type Courier, createCourier } from './courier.js';
import { newId } from './ids.js';
import { put, putAll } from './put.js';
import { endOf, isTerminal, phaseOf, type Resource, timestamp } from './resource.js';
import type { EndEvent } from './side-behaviour.js';
import type { World } from './world.js';

/** Timers cannot be set for more than some weeks, so a long wait looks in between. */
const longestTimerMs = 60_000;

interface WebhookOptions {
  world: World;
  behaviour: Behaviour;
  now: () => number;
  secret: string;
  /** How long after a delivery that was not taken the next one is sent. */
  retriesMs: readonly number[];
}

export class Webhooks {
  /** Callback URLs beyond loopback: nothing is ever sent there. */
  readonly withheld: string[] = [];
  /** Callback URLs of resources that have not ended, each as often as it was asked for. */
  readonly #watched = new Map<Resource, string[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #courier: Courier = createCourier();
  #closed = false;

  constructor(readonly options: WebhookOptions) {}

  /** From now on the end of this resource is sent to this URL. */
  watch(resource: Resource, url: string): void {
    if (!isLoopback(url)) {
      this.withheld.push(url);
      return;
    }
    const urls = this.#watched.get(resource);
    if (urls) urls.push(url);
    else {
      this.#watched.set(resource, [url]);
      this.#waitForEnd(resource);
    }
  }

  /** Of a resource that has ended an event is sent at once; of any other, and a second time, nothing is sent. */
  ended(resource: Resource): void {
    const at = this.options.now();
    if (!isTerminal(phaseOf(resource, at))) return;
    const urls = this.#watched.get(resource) ?? [];
    this.#watched.delete(resource);
    for (const url of urls) this.#notify(resource, url, at);
  }

  /** Nothing is sent from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#courier.close();
  }

  #waitForEnd(resource: Resource): void {
    const ms = Math.min(Math.max(1, endOf(resource) - this.options.now()), longestTimerMs);
    this.#after(ms, () => {
      this.ended(resource);
      // A timer may be early, or the clock set back.
      if (this.#watched.has(resource)) this.#waitForEnd(resource);
    });
  }

  #notify(resource: Resource, url: string, at: number): void {
    const { behaviour } = this.options;
    const data = behaviour.present(resource, 'read', at);
    for (let n = behaviour.eventsOf(resource); n > 0; n -= 1) {
      const event: EndEvent = {
        id: newId('evt'),
        type: this.#typeOf(resource, at),
        resource,
        endedAt: endOf(resource),
      };
      const bodyOf = (delivery: number) => this.#bodyOf(event, behaviour.eventIdOf(event, delivery), data, at);
      this.#after(behaviour.eventDelayMs, () => void this.#deliver(event, url, bodyOf, 0));
    }
  }

  /** The contract's type for this end: `thing.canceled` where the resource's status is `canceled`. */
  #typeOf(resource: Resource, at: number): string {
    const { contract, presenter } = this.options.world;
    const status = presenter.statusOf(phaseOf(resource, at));
    const types = contract.webhooks?.types ?? [];
    return types.find((type) => status !== null && type.endsWith(status)) ?? types[0] ?? 'ended';
  }

  #bodyOf({ type, resource }: EndEvent, id: string, data: JsonObject, at: number): string {
    const { webhooks, create } = this.options.world.contract;
    if (webhooks === null) return '';
    const inSuccess = idPointer(create.id) ?? '';
    const own: Json = { created: timestamp(at) };
    // The whole resource where its id is to stand as in a success, otherwise the id alone.
    const whole =
      inSuccess !== '' && webhooks.resource.length > inSuccess.length && webhooks.resource.endsWith(inSuccess);
    const subject = whole
      ? put(own, webhooks.resource.slice(0, -inSuccess.length), data)
      : put(own, webhooks.resource, resource.id);
    return JSON.stringify(
      putAll(subject, [
        [webhooks.id, id],
        [webhooks.type, type],
      ]),
    );
  }

  async #deliver(event: EndEvent, url: string, bodyOf: (delivery: number) => string, delivery: number): Promise<void> {
    const { behaviour, now, secret, retriesMs } = this.options;
    const body = bodyOf(delivery);
    const headers = { 'content-type': 'application/json', ...behaviour.sign({ body, event, secret, at: now() }) };
    if (await this.#courier.post(url, headers, body, behaviour.deliveryTimeoutMs)) return;
    const pause = retriesMs[delivery];
    if (pause === undefined || !behaviour.redelivers) return;
    this.#after(behaviour.redeliveryMs(pause), () => void this.#deliver(event, url, bodyOf, delivery + 1));
  }

  #after(ms: number, act: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    // A resource that is not waited for keeps no process alive.
    timer.unref();
    this.#timers.add(timer);
  }
}
