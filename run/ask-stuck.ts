/** Asks for keys that were left without a final answer, until the contract's time is over. */
import { requirements } from '../suites/index.js';
import type { Found } from './ledger.js';
import type { Settling } from './settle-unknown.js';

/** Keys that are reported. */
const MOST_REPORTED = 3;

/** Asks together, until all have ended or their time is over. Gives new findings. */
export async function askStuck({ settings, engine, say }: Omit<Settling, 'signal'>): Promise<Found[]> {
  const { stuck, client } = engine;
  const within = { final: settings.contract.contract.finalWithin * 1000, most: settings.maxWaitMs };
  const about = requirements.find((one) => one.stuckKeys === true);
  if (about === undefined) return [];
  const found: Found[] = [];
  // At first each at once, whatever it was asked to wait for: most have ended meanwhile.
  let due = stuck.oldest();
  // While any is open: a timer may end early, so that none of them is due yet.
  for (let next: number | null = 0; due.length > 0 || next !== null; due = stuck.due(within, client.clock())) {
    if (due.length > 0) say(`asking again for ${due.length} keys that are stuck`);
    found.push(...(await Promise.all(due.map((key) => engine.askStuck(key, about)))).flat());
    next = stuck.next(within);
    if (next !== null) await client.pace.sleep(Math.max(1, next - client.clock() + 1));
  }
  const ended = stuck.ended(within).slice(0, MOST_REPORTED);
  return [...found, ...ended.flatMap(({ reading }) => engine.reportStuck(reading, about))];
}
