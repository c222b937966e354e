/** What the terminal shows while a run is under way: a live line, or plain lines where nobody looks. */
import type { Reading } from '../history/reading.js';
import { answerWords, name } from '../judge/words.js';
import { inkOf, painter } from '../reports/paint.js';
import { visibleLine } from '../reports/visible.js';
import { signOf } from '../results/tally.js';
import type { Progress } from '../run/hooks.js';

export interface Terminal {
  write(text: string): void;
  /** Whether a line can be written over. */
  live: boolean;
  color: boolean;
  width: number;
}

/** Milliseconds between two plain lines. */
const PLAIN_EVERY_MS = 5_000;

export class Live {
  readonly #terminal: Terminal;
  readonly #budget: number | null;
  readonly #start = performance.now();
  #line = false;
  #lastPlain = performance.now();
  #firstFinding = true;
  #expected = 0;

  constructor(terminal: Terminal, budget: number | null) {
    this.#terminal = terminal;
    this.#budget = budget;
  }

  show(progress: Progress): void {
    if (progress.kind === 'announce') this.#announce(progress);
    else if (progress.kind === 'finding') this.#finding(progress);
    else if (progress.kind === 'learnt') this.#learnt(progress);
    else if (progress.kind === 'progress') this.#progress(progress);
  }

  /** One line for one exchange. */
  exchange(reading: Reading, plan: number): void {
    const { exchange } = reading;
    const { method, url } = exchange.request;
    const key = exchange.key === null || exchange.key === undefined ? '' : ` key ${JSON.stringify(exchange.key)}`;
    const time = exchange.done === null ? '' : ` in ${(exchange.done - exchange.sent).toFixed(1)} ms`;
    this.end();
    this.#terminal.write(
      `${plan}${name(reading)} ${method} ${new URL(url).pathname}${key} → ${visibleLine(answerWords(reading))}${time}\n`,
    );
  }

  /** Removes the live line. */
  end(): void {
    if (this.#line) this.#terminal.write('\r\x1b[2K');
    this.#line = false;
  }

  #announce({ forecast, settings, targets }: Extract<Progress, { kind: 'announce' }>): void {
    const titles = settings.operations.map(({ contract }) => contract.title);
    const { plans, requests, resources, minutes } = forecast;
    this.#expected = requests;
    const time =
      minutes === null ? '' : `, ${Math.max(1, Math.round(minutes))} min at ${settings.perMinute} requests per minute`;
    this.end();
    this.#terminal.write(
      `${[...new Set(titles)].join(', ')} at ${targets.map((target) => new URL(target).host).join(', ')}\n` +
        `profile ${settings.profile}, seed ${settings.seed}: ${plans} plans, about ${requests} requests, ${resources} resources${time}\n` +
        `${settings.learnt.map((one) => `${visibleLine(one)}\n`).join('')}\n`,
    );
  }

  #learnt({ sentence }: Extract<Progress, { kind: 'learnt' }>): void {
    this.end();
    this.#terminal.write(`${visibleLine(sentence)}\n`);
  }

  #finding({ operation, finding, sentences, foundBy, noticed }: Extract<Progress, { kind: 'finding' }>): void {
    this.end();
    const sign = signOf[noticed ? 'noticed' : 'failed'];
    const mark = painter(this.#terminal.color)(sign, inkOf[noticed ? 'noticed' : 'failed']);
    this.#terminal.write(
      `${mark} ${operation === null ? '' : `${operation} `}${finding.id} ${visibleLine(sentences.summary)}${foundBy === finding.id ? '' : ` (found by ${foundBy})`}\n`,
    );
    if (!this.#firstFinding) return;
    this.#firstFinding = false;
    this.#terminal.write(`${sentences.argument.map((sentence) => `  ${visibleLine(sentence)}\n`).join('')}\n`);
  }

  #progress({ round, rounds, phase, sent, findings }: Extract<Progress, { kind: 'progress' }>): void {
    const now = performance.now();
    if (!this.#terminal.live && now - this.#lastPlain < PLAIN_EVERY_MS) return;
    this.#lastPlain = now;
    const seconds = (now - this.#start) / 1000;
    const share = this.#expected > 0 ? sent / this.#expected : 0;
    const left = share > 0.02 && share < 1 ? `, about ${Math.ceil((seconds / share) * (1 - share))} s left` : '';
    const budget = this.#budget === null ? '' : ` of ${this.#budget}`;
    const text = `round ${round + 1} of ${rounds}, ${phase}: ${sent}${budget} requests, ${findings} findings${left}`;
    if (!this.#terminal.live) this.#terminal.write(`${text}\n`);
    else {
      this.#terminal.write(`\r\x1b[2K${text.slice(0, this.#terminal.width - 1)}`);
      this.#line = true;
    }
  }
}
