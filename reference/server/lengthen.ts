/** Headers that hold an answer back until its resource has ended, or the seconds that they name are over. */
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { isTerminal, phaseOf, type Resource } from './resource.js';

const LONGEST_S = 30;
/** Where the header names no seconds. */
const USUAL_S = 2;
/** A resource can be cancelled, or the clock set, while a request waits; so it is looked at again and again. */
const LOOK_EVERY_MS = 10;

/** For how many seconds a request asks to be held back, by the headers that the contract names. */
export function secondsHeldBack(headers: IncomingHttpHeaders, lengthen: Record<string, string> | null): number {
  const asked = Object.entries(lengthen ?? {}).map(([name, usual]) => {
    const pattern = usual.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\d+/g, '(\\d{1,9})');
    const found = new RegExp(`(?:^|[\\s,;])${pattern}(?:$|[\\s,;])`).exec(String(headers[name.toLowerCase()] ?? ''));
    return found === null ? 0 : Number(found[1] ?? USUAL_S);
  });
  return asked.length === 0 ? 0 : Math.min(...asked, LONGEST_S);
}

export async function heldBack(
  resource: Resource,
  now: () => number,
  seconds: number,
  outgoing: ServerResponse,
): Promise<void> {
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until && !isTerminal(phaseOf(resource, now())) && !outgoing.destroyed) {
    await sleep(Math.max(1, Math.min(LOOK_EVERY_MS, until - performance.now())));
  }
}
