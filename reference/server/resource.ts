/** A resource. How far it is is reckoned from the clock, so nothing runs in the background. */
import type { Json, JsonObject } from '../../contracts/contract.js';

/** Milliseconds after creation. */
export interface Timing {
  runningAfterMs: number;
  finishedAfterMs: number;
}

export interface Resource {
  /** Position in the order of creation. */
  sequence: number;
  id: Json;
  /** The write that made it: the one under test, or another endpoint by its place in the contract. */
  made: 'create' | number;
  /** Whose it is: the credential's, or the account's. */
  owner: string;
  createdAt: number;
  canceledAt: number | null;
  /** The body that made it, without the key. */
  request: JsonObject;
  timing: Timing;
}

/** What a write left behind, one by one: the resource that its answer names, and those that come with it. */
export function entriesOf(resource: Resource, perWrite: number): Resource[] {
  if (perWrite === 1 || resource.made !== 'create') return [resource];
  const { id, sequence } = resource;
  return Array.from({ length: perWrite }, (_, n) => ({
    ...resource,
    id: n === 0 ? id : `${id}-${n + 1}`,
    sequence: sequence * perWrite + n,
  }));
}

export type Phase = 'waiting' | 'running' | 'finished' | 'canceled';

export function phaseOf(resource: Resource, at: number): Phase {
  if (resource.canceledAt !== null && at >= resource.canceledAt) return 'canceled';
  const age = at - resource.createdAt;
  if (age >= resource.timing.finishedAfterMs) return 'finished';
  return age >= resource.timing.runningAfterMs ? 'running' : 'waiting';
}

export function isTerminal(phase: Phase): boolean {
  return phase === 'finished' || phase === 'canceled';
}

/** When a resource ends, unless it is cancelled in the meantime. */
export function endOf(resource: Resource): number {
  return resource.canceledAt ?? resource.createdAt + resource.timing.finishedAfterMs;
}

/** ISO 8601 with an offset. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00');
}
