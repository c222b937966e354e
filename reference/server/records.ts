/** What the server remembers of keys. */
import type { Binding } from '../../history/model.js';

/** One key that is bound. */
export interface Entry {
  binding: Binding;
  /** Counts the bindings ever made. */
  serial: number;
  /** How often the key was used, its first use included. */
  uses: number;
  /** The work of the first request, while it goes on. */
  busy: Promise<void> | null;
}

export class Records {
  readonly #scopes = new Map<string, Map<string, Entry>>();
  #newest = 0;

  /** Serial of the latest binding. */
  get newest(): number {
    return this.#newest;
  }

  scopes(): string[] {
    return [...this.#scopes.keys()];
  }

  get(scope: string, key: string): Entry | null {
    return this.#scopes.get(scope)?.get(key) ?? null;
  }

  keep(scope: string, key: string, binding: Binding): Entry {
    const keys = this.#scopes.get(scope) ?? new Map<string, Entry>();
    this.#scopes.set(scope, keys);
    this.#newest += 1;
    const entry: Entry = { binding, serial: this.#newest, uses: 1, busy: null };
    keys.set(key, entry);
    return entry;
  }

  forget(scope: string, key: string): void {
    this.#scopes.get(scope)?.delete(key);
  }
}
