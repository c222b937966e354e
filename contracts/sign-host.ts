/** Runs the module of a contract's `sign` in a thread of its own, which begins with the first request. */
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SignNews, SignRequest } from './sign-worker.js';
import type { SignCall, Signed } from './signing.js';

/** The module did not sign: why, as the end of a sentence about it. */
export class NotSigned extends Error {
  override name = 'NotSigned';
  /** The end of what the module printed. */
  readonly printed: string;

  constructor(why: string, printed: string) {
    super(why);
    this.printed = printed;
  }
}

/** Characters of what the module prints that are kept. */
const MOST_PRINTED = 2_000;

/** Milliseconds in which what was printed before a failure arrives: it comes by another way than the failure. */
const PRINTED_MS = 50;

interface Waiting {
  resolve(signed: Signed): void;
  reject(error: Error): void;
}

export class SignHost {
  readonly #file: string;
  readonly #timeoutMs: number;
  #worker: Worker | null = null;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #printed = '';
  #timer: NodeJS.Timeout | undefined;

  /** @param timeoutMs how long the module has for each call */
  constructor(file: string, timeoutMs: number) {
    this.#file = file;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with `NotSigned`. After a call that did not end, the next one begins with a new thread. */
  async ask(call: SignCall): Promise<Signed> {
    this.#worker ??= this.#begin();
    const worker = this.#worker;
    this.#asked += 1;
    const id = this.#asked;
    try {
      return await new Promise<Signed>((resolve, reject) => {
        this.#waiting.set(id, { resolve, reject });
        // A thread does one thing at a time: the first of those that wait has its time now, the others after it.
        if (this.#waiting.size === 1) this.#watch();
        worker.postMessage({ id, call } satisfies SignRequest);
      });
    } catch (error) {
      await pause(PRINTED_MS);
      throw new NotSigned((error as Error).message, this.#printed.trim());
    }
  }

  async close(): Promise<void> {
    await this.#end('was ended with the run');
  }

  #begin(): Worker {
    const entry = import.meta.url.endsWith('.ts')
      ? new URL('./sign-worker-from-sources.mjs', import.meta.url)
      : new URL('./sign-worker.js', import.meta.url);
    const worker = new Worker(entry, {
      workerData: { file: this.#file },
      execArgv: [],
      stdout: true,
      stderr: true,
    });
    for (const stream of [worker.stdout, worker.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#printed = endOf(this.#printed + text);
      });
    worker.on('message', (news: SignNews) => this.#hear(news));
    worker.on('error', (error) =>
      this.#lose(worker, `broke: ${error instanceof Error ? error.message : String(error)}`),
    );
    worker.once('exit', (code) => this.#lose(worker, `ended its thread with exit code ${code}`));
    return worker;
  }

  #hear(news: SignNews): void {
    const waiting = this.#waiting.get(news.id);
    this.#waiting.delete(news.id);
    this.#watch();
    if ('signed' in news) waiting?.resolve(news.signed);
    else waiting?.reject(new Error(news.failure));
  }

  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting.size === 0) return;
    const stop = () => void this.#end(`did not return within ${this.#timeoutMs / 1000} s`);
    this.#timer = setTimeout(stop, this.#timeoutMs);
  }

  async #end(why: string): Promise<void> {
    const worker = this.#worker;
    if (worker === null) return;
    this.#lose(worker, why);
    await worker.terminate();
  }

  /** All that wait for a thread which answers no more. */
  #lose(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    clearTimeout(this.#timer);
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new Error(why));
  }
}

/** The last whole lines: the first line of a part may begin within a secret. */
function endOf(text: string): string {
  if (text.length <= MOST_PRINTED) return text;
  const part = text.slice(-MOST_PRINTED);
  return part.slice(part.indexOf('\n') + 1 || part.length);
}
