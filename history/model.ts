/**
 * The model of one register: one key, in one scope, at one endpoint.
 *
 * Pure, without I/O and without a clock of its own, so that the server can serve it and a search over
 * orders can run it thousands of times.
 */

/** What a register holds once it was written: the body it stands for and the resource it made. */
export interface Binding {
  fingerprint: string;
  id: string;
  /** When it was bound, in milliseconds. */
  at: number;
}

export type Answer = { kind: 'created' | 'replayed' | 'conflict'; id: string };

export interface ModelRules {
  /** Whether another body under the same key is a conflict; otherwise it replays. */
  compares: boolean;
  /** For how long a binding is remembered. `null`: forever. */
  retentionMs: number | null;
}

/**
 * One write. `binding` is what the register holds, `null` when it is free; for a write without a key it
 * is `null`, and the binding that comes back is ignored. `newId` is called only when a resource is made.
 */
export function write(
  binding: Binding | null,
  request: { fingerprint: string; at: number },
  newId: () => string,
  rules: ModelRules,
): { answer: Answer; binding: Binding | null } {
  const expired = binding !== null && rules.retentionMs !== null && request.at - binding.at >= rules.retentionMs;
  if (binding === null || expired) {
    const id = newId();
    return { answer: { kind: 'created', id }, binding: { fingerprint: request.fingerprint, id, at: request.at } };
  }
  const other = rules.compares && binding.fingerprint !== request.fingerprint;
  return { answer: { kind: other ? 'conflict' : 'replayed', id: binding.id }, binding };
}
