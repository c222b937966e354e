/** What shows resources one by one, other than the replies: read until it shows what surely exists. */
import type { Effect } from '../history/history.js';
import { NONCE } from '../history/nonce.js';
import type { Client } from './client.js';

/** The observer cannot be read, or does not show what exists: effects stay unknown. */
export class EffectsUnseen extends Error {
  override name = 'EffectsUnseen';
}

/** A control did not show beside others: it is lost, or the observer cannot be relied on. */
export class ControlUnseen extends EffectsUnseen {
  /**
   * @param missing the controls that do not show
   * @param found resources that this reading was to give
   */
  constructor(
    message: string,
    readonly missing: Control[],
    readonly found: Effect[],
  ) {
    super(message);
  }
}

/** A resource that surely exists, by which an observer shows that it can be relied on. */
export interface Control {
  /** `null` where answers name nothing: then it is known by its nonce alone. */
  id: string | null;
  /** What its body carries, where the contract has a place for it. */
  nonce: string | null;
}

/** What one reading met. */
export interface Look {
  /** Those that count. */
  effects: Effect[];
  shows(control: { id: string }): boolean;
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
   * @param controls are waited for; throws `ControlUnseen` where one does not show in time
   */
  read(controls?: Control[]): Promise<Effect[]>;
  /** The same from all that it shows, where a reading otherwise ends at what earlier ones covered: what came late may stand behind. */
  readAll(): Promise<Effect[]>;
  /** Ids of all that it shows, or of all that came since the run began. Throws `EffectsUnseen`. */
  readWhole(): Promise<Set<string>>;
}

export abstract class EffectSource implements Source {
  /** Ids given as effects already. */
  protected readonly given = new Set<string>();
  /** Ids of what was shown, by the nonce in it. */
  readonly #byNonce = new Map<string, Set<string>>();
  lags = false;

  constructor(
    protected readonly client: Client,
    /** Milliseconds within which a resource shows. */
    protected readonly visibleMs: number,
  ) {}

  abstract begin(): Promise<void>;

  abstract readWhole(): Promise<Set<string>>;

  /**
   * Throws `EffectsUnseen`.
   * @param toTheEnd also what earlier readings covered
   */
  protected abstract look(toTheEnd: boolean): Promise<Look>;

  async read(controls: Control[] = []): Promise<Effect[]> {
    const until = this.client.clock() + this.visibleMs;
    const found: Effect[] = [];
    for (;;) {
      const begun = this.client.clock();
      const look = await this.look(false);
      found.push(...this.#fresh(look));
      const named = this.#named(controls);
      const missing = controls.filter((_, n) => named[n] == null || !look.shows({ id: named[n] }));
      if (missing.length === 0) return found;
      // A long reading may have passed where a control showed meanwhile.
      if (begun >= until) {
        throw new ControlUnseen(look.unseen(controls, missing), missing, found);
      }
      this.lags = true;
      await this.client.pace.sleep(LOOK_AGAIN_MS);
    }
  }

  async readAll(): Promise<Effect[]> {
    return this.#fresh(await this.look(true));
  }

  /** Ids of controls: one that no answer named has one of those that show its nonce, each another; `null` where there is none. */
  #named(controls: Control[]): (string | null)[] {
    const taken = new Set<string>();
    return controls.map(({ id, nonce }) => {
      if (id !== null) return id;
      const own = [...(this.#byNonce.get(nonce ?? '') ?? [])].find((one) => !taken.has(one)) ?? null;
      if (own !== null) taken.add(own);
      return own;
    });
  }

  #fresh({ effects }: Look): Effect[] {
    return effects.filter(({ id, nonce }) => {
      if (nonce !== null) this.#byNonce.set(nonce, (this.#byNonce.get(nonce) ?? new Set()).add(id));
      const isFresh = !this.given.has(id);
      this.given.add(id);
      return isFresh;
    });
  }
}

/** The nonce, and whether the text is somebody else's. */
export function readNonce(text: unknown): { nonce: string | null; readable: boolean } {
  if (typeof text !== 'string' || text === '') return { nonce: null, readable: false };
  return { nonce: NONCE.exec(text)?.[0] ?? null, readable: true };
}
