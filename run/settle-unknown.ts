/** Asks for keys whose outcome was unknown until their end stands for good, and sends again what was found. */
import type { Plan } from '../history/plan.js';
import { type Reading, readAs } from '../history/reading.js';
import { isPassing, LEAST_ANSWERS, looksAtKey, mayBeLimit } from '../judge/after-unknown.js';
import { requirementById } from '../suites/index.js';
import { AfterUnknown, askingAgain, caseOf, control, type Key, lastHintMs } from './after-unknown.js';
import type { Engine } from './engine.js';
import type { Case, Found, Made } from './ledger.js';
import { CONFIRMATIONS } from './ledger.js';
import type { Settings } from './options.js';

/** New keys under which a body is sent, where the outcome of the first is unknown as well. */
const MOST_CONTROLS = 3;

/** What it needs of the run that it is part of. */
export interface Settling {
  settings: Settings;
  engine: Engine;
  signal: AbortSignal;
  /** Reports what is going on. */
  say(phase: string): void;
}

/** What keys have come to. */
interface Settled {
  ended: { key: Key; made: Omit<Made, 'id' | 'seed'>; one: Case }[];
  /** Keys of which it cannot be said whether they had an effect. */
  undecided: number;
  /** Operations that turned out to have too many effects. */
  found: Found[];
}

/** Gives findings about the keys of a whole run. */
export async function settleUnknown(of: Settling): Promise<Found[]> {
  const { settings, engine } = of;
  const { afterUnknown, ledger } = engine;
  afterUnknown.keepOldest();
  const unanswered = await dropBodies(of);
  const { ended, undecided, found } = await settle(of, afterUnknown);
  afterUnknown.undecided = unanswered + undecided;
  const added = ended.flatMap(({ key, made, one }) => {
    const { id, skip } = requirementById(one.finding.id);
    if ((skip?.(settings.contract.contract) ?? null) !== null) return [];
    // What was sent for no requirement counts as sent for the one that it breaks.
    const by = key.made.id === '' ? id : key.made.id;
    return ledger.add({ ...made, id: by, seed: settings.seed }, one) ?? [];
  });
  return [...found, ...added];
}

/** Sends what broke a requirement so again, under new keys: k of 10. */
export async function confirmSettled(of: Settling, found: Found[]): Promise<void> {
  for (const one of found) {
    if (of.signal.aborted) return;
    const { history, finding } = one.smallest;
    of.say(`sending again what broke ${finding.id}`);
    const { failed } = await repeatEnding(of, history.plan, finding.id, CONFIRMATIONS);
    if (!of.signal.aborted) one.confirmed = { failed, of: CONFIRMATIONS };
  }
}

/** How many of as many new keys end so again, and how many of them got a resource. */
export async function repeatEnding(
  of: Settling,
  plan: Plan,
  id: string,
  times: number,
): Promise<{ failed: number; succeeded: number }> {
  const { engine, settings } = of;
  const keys = new AfterUnknown(settings.contract);
  const sent = Array.from({ length: times }, async () => {
    const made = await engine.sendFor({ id, round: 0, seed: settings.seed, path: '', plan });
    keys.remember(made);
    return made.readings.some(({ kind }) => kind === 'ok');
  });
  const succeeded = (await Promise.all(sent)).filter((one) => one).length;
  const { ended } = await settle(of, keys);
  return { failed: ended.filter(({ one }) => one.finding.id === id).length, succeeded };
}

/**
 * It is the body that is refused, and not the key, where the same body under a new key is refused as well. Gives how many
 * were not answered so that this can be said.
 */
async function dropBodies({ engine, settings }: Settling): Promise<number> {
  const sent = engine.afterUnknown.open().map(async (key): Promise<number> => {
    let passing = false;
    for (let n = 0; n < MOST_CONTROLS; n += 1) {
      const readings = await sendControl(engine, key);
      if (readings.some(({ kind }) => kind === 'ok')) return 0;
      passing = readings.some((x) => isPassing(x, settings.contract.contract));
      if (readings.some((x) => looksAtKey(x, settings.contract.contract))) break;
    }
    engine.afterUnknown.drop(key);
    return passing ? 1 : 0;
  });
  return (await Promise.all(sent)).reduce((a, b) => a + b, 0);
}

async function sendControl(engine: Engine, { made, ending }: Key): Promise<Reading[]> {
  return (await engine.sendFor({ ...made, plan: control(made, ending.unknown) })).readings;
}

/** Whether the target lets the body in under a new key: some fail as well. */
async function isLetIn(engine: Engine, key: Key): Promise<boolean> {
  for (let n = 0; n < MOST_CONTROLS; n += 1)
    if ((await sendControl(engine, key)).some(({ kind }) => kind === 'ok')) return true;
  return false;
}

/** Asks until all ends stand for good. Then effects are read, so long after that what the last request made would show. */
async function settle(of: Settling, keys: AfterUnknown): Promise<Settled> {
  const { engine, signal, settings } = of;
  const { pace } = engine.client;
  const { visibleWithin } = settings.contract.contract;
  await askUntilFinal(of, keys);
  const open = keys.open();
  if (open.length === 0 || signal.aborted) return { ended: [], undecided: 0, found: [] };
  const longest = (engine.ledger.durations.get('created') ?? []).reduce((a, b) => Math.max(a, b), 0);
  if (engine.blind === null) await pace.sleep(visibleWithin * 1000 + longest);
  const { found, complete } = await engine.countToTheEnd();
  const settled: Settled = { ended: [], undecided: 0, found };
  for (const key of open) {
    const resources = engine.resourcesOf(key.ending.unknown);
    const unseen = resources === null || (resources.length === 0 && !complete);
    const isFinal = forMs(settings, key) <= settings.maxWaitMs && keys.isFinal(key, forMs(settings, key));
    if (!isFinal || (key.ending.is === 'refused' && unseen)) settled.undecided += 1;
    else settled.ended.push({ key, ...caseOf(key, resources ?? []) });
  }
  return settled;
}

/** Milliseconds over which a key must be asked for. */
function forMs({ contract: { contract } }: Settings, key: Key): number {
  return Math.max(contract.finalWithin * 1000, lastHintMs(key, contract));
}

async function askUntilFinal({ engine, settings, signal, say }: Settling, keys: AfterUnknown): Promise<void> {
  const { client } = engine;
  const finalMs = settings.contract.contract.finalWithin * 1000;
  // What takes longer than may be waited stays undecided.
  const mayEnd = (key: Key) => forMs(settings, key) <= settings.maxWaitMs && !keys.isFinal(key, forMs(settings, key));
  // What says nothing of the key, such as a rate limit, does not end it.
  const until = client.clock() + 2 * Math.max(finalMs, settings.maxWaitMs);
  let limited: Key | undefined;
  while (keys.open().some(mayEnd) && !signal.aborted && client.clock() < until) {
    say('asking again for keys that are refused since their outcome was unknown');
    const asked = keys.open().map(async (key) => {
      return { key, now: (await engine.sendFor({ ...key.made, plan: askingAgain(key) })).readings };
    });
    // A limit that lets a new key in meanwhile speaks of the keys that it refuses; at first nothing is known of it.
    const isOfKeys = limited === undefined ? null : await isLetIn(engine, limited);
    const answered = await Promise.all(asked);
    for (const { key, now } of answered) {
      const limits = now.filter((x) => mayBeLimit(x, settings.contract.contract));
      if (limits.length > 0) limited = key;
      if (limits.length > 0 && isOfKeys === null) continue;
      keys.answered(key, isOfKeys ? now.map((x) => (limits.includes(x) ? readAs(x, { kind: 'refused' }) : x)) : now);
    }
    await client.pace.sleep(Math.min(1000, finalMs / LEAST_ANSWERS));
  }
}
