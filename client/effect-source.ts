/** What shows resources one by one, other than the replies: read until it shows what surely exists. */
import type { Effect } from '../history/history.js';
import { NONCE } from '../history/nonce.js';
import type { Client } from './client.js';

/** The observer cannot be read, or does not show what exists: effects stay unknown. */
export class EffectsUnseen extends Error {
  override name = 'EffectsUnseen';
}

/** A resource that surely exists, by which an observer shows that it can be relied on. */
export interface Control {
  id: string;
  /** What its body carries, where the contract has a place for it. */
  nonce: string | null;
}

/** What one reading met. */
export interface Look {
  /** Those that count. */
  effects: Effect[];
  shows(control: Control): boolean;
  /** Why controls do not show, as far as that can be seen, and what to do. */
  unseen(controls: Control[], missing: Control[]): string;
}

/** Pause before it is read again for a control that it did not show. */
const LOOK_AGAIN_MS = 50;

/** Shows resources one by one. */
export interface Source {
  /** Whether a control ever showed later than at once. */
  readonly lags: boolean;
  /** Remembers what exists before the run. Throws `EffectsUnseen`. */
  begin(): Promise<void>;
  /**
   * Resources that no earlier reading gave, in the order in which they are shown.
   * @param controls are waited for; throws `EffectsUnseen` where one does not show in time
   */
  read(controls?: Control[]): Promise<Effect[]>;
}

export abstract class EffectSource implements Source {
  /** Ids given as effects already. */
  protected readonly given = new Set<string>();
  lags = false;

  constructor(
    protected readonly client: Client,
    /** Milliseconds within which a resource shows. */
    protected readonly visibleMs: number,
  ) {}

  abstract begin(): Promise<void>;

  /** Throws `EffectsUnseen`. */
  protected abstract look(): Promise<Look>;

  async read(controls: Control[] = []): Promise<Effect[]> {
    const until = this.client.clock() + this.visibleMs;
    const found: Effect[] = [];
    for (;;) {
      const look = await this.look();
      for (const effect of look.effects) {
        if (!this.given.has(effect.id)) found.push(effect);
        this.given.add(effect.id);
      }
      const missing = controls.filter((one) => !look.shows(one));
      if (missing.length === 0) return found;
      if (this.client.clock() >= until) throw new EffectsUnseen(look.unseen(controls, missing));
      this.lags = true;
      await this.client.pace.sleep(LOOK_AGAIN_MS);
    }
  }
}

/** The nonce, and whether the text is somebody else's. */
export function readNonce(text: unknown): { nonce: string | null; readable: boolean } {
  if (typeof text !== 'string' || text === '') return { nonce: null, readable: false };
  return { nonce: NONCE.exec(text)?.[0] ?? null, readable: true };
}
