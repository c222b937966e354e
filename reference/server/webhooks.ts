/** The end of a task is told to its callback URL, again and again until the receiver takes it. */
import type { Behaviour } from './behaviour.js';
import { type Courier, createCourier } from './courier.js';
import { currentVersion } from './entrance.js';
import { newId } from './ids.js';
import { isLoopback } from '../../contracts/loopback.js';
import type { TaskEvent } from './side-behaviour.js';
import { endOf, isTerminal, statusOf, type Task, timestamp } from './task.js';

/** Timers cannot be set for more than some weeks, so whoever waits for long looks in between. */
const longestTimerMs = 60_000;

interface WebhookOptions {
  behaviour: Behaviour;
  now: () => number;
  secret: string;
  /** How long after a delivery that was not taken the next one is sent. */
  retriesMs: readonly number[];
}

export class Webhooks {
  /** Callback URLs beyond loopback: nothing is ever sent there. */
  readonly withheld: string[] = [];
  /** Callback URLs of tasks that have not ended, as often as each was asked to be told. */
  readonly #watched = new Map<Task, string[]>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #courier: Courier = createCourier();
  #closed = false;

  constructor(readonly options: WebhookOptions) {}

  /** From now on the end of this task is told to this URL. */
  watch(task: Task, url: string): void {
    if (!isLoopback(url)) {
      this.withheld.push(url);
      return;
    }
    const urls = this.#watched.get(task);
    if (urls) urls.push(url);
    else {
      this.#watched.set(task, [url]);
      this.#waitForEnd(task);
    }
  }

  /** A task that is terminal is told of at once; of any other, and a second time, nothing is told. */
  ended(task: Task): void {
    const at = this.options.now();
    if (!isTerminal(statusOf(task, at))) return;
    const urls = this.#watched.get(task) ?? [];
    this.#watched.delete(task);
    for (const url of urls) this.#tell(task, url, at);
  }

  /** Nothing is sent from now on. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    await this.#courier.close();
  }

  #waitForEnd(task: Task): void {
    const ms = Math.min(Math.max(1, endOf(task) - this.options.now()), longestTimerMs);
    this.#after(ms, () => {
      this.ended(task);
      // A timer may be early, or the clock set back.
      if (this.#watched.has(task)) this.#waitForEnd(task);
    });
  }

  #tell(task: Task, url: string, at: number): void {
    const { behaviour } = this.options;
    const data = behaviour.present(task, 'read', at);
    for (let n = behaviour.eventsOf(task); n > 0; n -= 1) {
      const event: TaskEvent = { id: newId('evt'), type: `task.${statusOf(task, at)}`, task, endedAt: endOf(task) };
      const own = { type: event.type, created: timestamp(at), api_version: currentVersion, data };
      const bodyOf = (delivery: number) => JSON.stringify({ id: behaviour.eventIdOf(event, delivery), ...own });
      this.#after(behaviour.eventDelayMs, () => void this.#deliver(event, url, bodyOf, 0));
    }
  }

  async #deliver(event: TaskEvent, url: string, bodyOf: (delivery: number) => string, delivery: number): Promise<void> {
    const { behaviour, now, secret, retriesMs } = this.options;
    const body = bodyOf(delivery);
    const headers = { 'content-type': 'application/json', ...behaviour.sign({ body, event, secret, at: now() }) };
    if (await this.#courier.post(url, headers, body)) return;
    const pause = retriesMs[delivery];
    if (pause === undefined || !behaviour.redelivers) return;
    this.#after(pause, () => void this.#deliver(event, url, bodyOf, delivery + 1));
  }

  #after(ms: number, act: () => void): void {
    if (this.#closed) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      act();
    }, ms);
    // A task that nobody waits for keeps no process alive.
    timer.unref();
    this.#timers.add(timer);
  }
}
