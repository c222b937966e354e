/** Sees resources by a command, such as a query of the database: it prints an id, or an id and a nonce, per line. */
import type { Client } from '../client/client.js';
import { type Control, EffectSource, EffectsUnseen, type Look, readNonce } from '../client/effect-source.js';
import type { Effect } from '../history/history.js';
import { endedWords, runCommand } from './command.js';

/** Bytes that a command may print. */
const MOST_BYTES = 64 * 1024 * 1024;

interface CommandOptions {
  command: string;
  /** How messages name the option. */
  name: string;
  visibleMs: number;
  timeoutMs: number;
}

export class CommandSource extends EffectSource {
  readonly #options: CommandOptions;

  constructor(client: Client, options: CommandOptions) {
    super(client, options.visibleMs);
    this.#options = options;
  }

  async begin(): Promise<void> {
    for (const { id } of await this.#effects()) this.given.add(id);
  }

  async readWhole(): Promise<Set<string>> {
    return new Set((await this.#effects()).map(({ id }) => id));
  }

  protected async look(): Promise<Look> {
    const effects = await this.#effects();
    const ids = new Set(effects.map(({ id }) => id));
    return {
      effects,
      shows: ({ id }) => ids.has(id),
      unseen: (controls, missing) => this.#unseen(effects, controls, missing),
    };
  }

  async #effects(): Promise<Effect[]> {
    const printed = await this.#run();
    return printed.split('\n').flatMap((line) => {
      const [, id, nonce] = /^\s*(\S+)\s*(.*?)\s*$/.exec(line) ?? [];
      return id === undefined ? [] : [{ id, credential: 'first', ...readNonce(nonce) } satisfies Effect];
    });
  }

  /** What it prints. */
  async #run(): Promise<string> {
    const { command, name, timeoutMs } = this.#options;
    const ended = await runCommand(command, { timeoutMs, signal: this.client.pace.signal, mostBytes: MOST_BYTES });
    if (ended.failed === null && ended.code === 0) return ended.stdout;
    const { why, said } = endedWords(ended, this.client.mask);
    throw new EffectsUnseen(`${name} ${why}${said}`);
  }

  /** Why controls do not show, as far as that can be seen, and what to do. */
  #unseen(effects: Effect[], controls: Control[], missing: Control[]): string {
    const lines = effects.length === 1 ? '1 resource' : `${effects.length} resources`;
    const ids = missing.map(({ id }) => id).join(' and ');
    const printed = `${this.#options.name} printed ${lines}, but ${missing.length} of ${controls.length} that were just made did not show within ${this.visibleMs / 1000} s (${ids})`;
    const nonces = new Set(missing.flatMap(({ nonce }) => nonce ?? []));
    const other = effects.find(({ nonce }) => nonce !== null && nonces.has(nonce));
    if (other === undefined) return `${printed}: it must print the id of every resource at the beginning of a line`;
    return `${printed}, though their text did, beside ${other.id}: it must print the ids that answers name`;
  }
}
