/** What is done about a target that went down: it is named, and the request is sent again where the target comes back. */

import type { Client } from '../client/client.js';
import { Policy } from '../client/policy.js';
import { attemptsOf, type Plan, referenceOf, type Step } from '../history/plan.js';
import { isUndecoded } from '../history/undecoded.js';
import { read } from '../judge/classify.js';
import { tookDown } from '../judge/took-down.js';
import type { Found, Ledger, Made } from './ledger.js';
import type { Settings } from './options.js';
import { isRefused, mayBeSlow, type Outage, type Suspect, type Watch } from './watch.js';

/** Requests that are sent again. */
const MOST_SUSPECTS = 6;

/** How often a request must take the target down that stays up for longer where nothing is sent between. */
const TAKEN_DOWN = 4;

/** How many times as long as it took to go down a target is watched where it may stay up. */
const STAYS_UP = 1.5;

/** Times that a hang-up is tried until it takes the target down once more. */
const MOST_HANG_UPS = 3;

/** Seconds that a target has to come back by itself. */
const COMES_BACK_S = 5;

/** Connections that break one after another before a target counts as down: one may break for any reason. */
const BROKEN_IN_A_ROW = 3;

/** Seconds that a restarted backend has until it answers. */
const RESTARTED_WITHIN_S = 60;

/** For a read that is answered soon or not at all. */
const HURRIED = Object.assign(new Policy(), { patient: false, hopeful: false });

/** What was learnt: `message` says it in a sentence without its full stop. */
export interface Aftermath {
  message: string;
  found: Found | null;
}

interface Scene {
  settings: Settings;
  /** Not the run's own, which has stopped. */
  client: Client;
  ledger: Ledger;
  outage: Outage;
  restart: (() => Promise<void>) | undefined;
}

/** Names the request after which the target went down; a finding where it takes the target down again. */
export async function afterOutage(scene: Scene, watch: Watch): Promise<Aftermath> {
  const suspects = watch.suspects(scene.outage, MOST_SUSPECTS);
  const named = (of: Suspect | undefined) =>
    of === undefined
      ? `the target went down: ${scene.outage.said}`
      : `the target went down after ${words(of)}: ${scene.outage.said}`;
  if (scene.outage.reads === true) {
    const after = suspects[0] === undefined ? '' : ` after ${words(suspects[0])}`;
    const message = `the target answers no writes any more${after}: ${scene.outage.said}, though it answers reads`;
    return { message, found: null };
  }
  if (!(await isBack(scene))) {
    return { message: `${named(suspects[0])}. It did not come back within ${COMES_BACK_S} s`, found: null };
  }
  let other: string | null = null;
  for (const suspect of suspects) {
    const seen = await tryAgain(scene, suspect);
    if (typeof seen === 'string') other ??= seen;
    else if (seen !== null) {
      return { message: `${named(suspect)}. It came back, and the same request took it down again`, found: seen };
    }
  }
  const end = other ?? 'stayed up when that was sent again';
  return { message: `${named(suspects[0])}. It came back, and ${end}`, found: null };
}

/** The request, its requirement, and how its connection ended: '…, on which the client hung up'. */
function words({ exchange: { request, outcome }, attempt, id }: Suspect): string {
  const end =
    outcome.kind === 'answer'
      ? ''
      : attempt.hangUp === undefined
        ? `, which ${isUndecoded(outcome.reason) ? `was ${outcome.reason}` : 'got no answer'}`
        : ', on which the client hung up';
  return `${request.method} ${request.url}${id === '' ? '' : ` of ${id}`}${end}`;
}

async function isBack(scene: Scene): Promise<boolean> {
  if (await answersWithin(scene, COMES_BACK_S)) return true;
  if (scene.restart === undefined) return false;
  await scene.restart();
  return answersWithin(scene, RESTARTED_WITHIN_S);
}

async function answersWithin({ client, outage }: Scene, seconds: number): Promise<boolean> {
  const until = client.clock() + seconds * 1000;
  while (client.clock() < until) {
    if ((await client.silence(outage.target, HURRIED)) === null) return true;
    await client.pace.sleep(100);
  }
  return false;
}

/** The request alone, then with all that its plan sent before; a string says what the target did where that proves nothing. */
async function tryAgain(scene: Scene, suspect: Suspect): Promise<Found | string | null> {
  let other: string | null = null;
  for (const plan of plansFor(suspect)) {
    if (!(await isBack(scene))) break;
    const seen = await sendAgain(scene, suspect, plan);
    if (typeof seen === 'string') other = seen;
    else if (seen !== null) return seen;
  }
  return other;
}

function mayOnlyBeSlow(said: string): string {
  return `took connections when that was sent again, but gave ${said}: it may only be slow`;
}

function plansFor({ attempt, plan, exchange: { step } }: Suspect): Plan[] {
  const alone: Step[] = [{ do: 'storm', attempts: [attempt] }];
  const before = plan.steps.slice(0, step + 1);
  const needsOthers = referenceOf(attempt) !== undefined;
  const isAlone = attemptsOf({ ...plan, steps: before }).length === 1;
  return [...(needsOthers ? [] : [alone]), ...(isAlone && !needsOthers ? [] : [before])].map((steps) => ({
    ...plan,
    steps,
  }));
}

async function sendAgain(scene: Scene, suspect: Suspect, plan: Plan): Promise<Found | string | null> {
  const { settings, client, ledger, outage } = scene;
  const window = Math.min(3000, Math.max(300, STAYS_UP * (outage.at - suspect.exchange.sent)));
  let back = client.clock();
  /** Milliseconds that the target was up until the request took it down. */
  let life = 0;
  const execute = async () => {
    const { history, stopped } = await client.execute(plan);
    if (stopped !== null) throw stopped;
    const said = await goesDown(scene, window);
    if (said !== null) life = client.clock() - back;
    return { history, said };
  };
  const left = suspect.attempt.hangUp !== undefined;
  let { history, said } = await execute();
  // A hang-up does not meet the same moment each time.
  for (let tries = 1; left && said === null && tries < MOST_HANG_UPS; tries += 1) ({ history, said } = await execute());
  if (said === null || mayBeSlow(said)) return said && mayOnlyBeSlow(said);
  const confirmed = { failed: 1, of: 1 };
  // Once may be chance: some targets are started again now and then, and go down where nothing is sent, too.
  while (confirmed.failed < TAKEN_DOWN && (await isBack(scene))) {
    back = client.clock();
    // Longer than it lived before: what goes down after a while by itself must do so here.
    const unasked = await goesDown(scene, Math.max(window, STAYS_UP * life));
    if (unasked !== null) return mayBeSlow(unasked) ? mayOnlyBeSlow(unasked) : 'goes down where nothing is sent, too';
    const again = (await execute()).said;
    if (again !== null && mayBeSlow(again)) return mayOnlyBeSlow(again);
    confirmed.of += 1;
    if (again !== null) confirmed.failed += 1;
    else if (confirmed.of - confirmed.failed > TAKEN_DOWN / 2) return null;
  }
  const number = attemptsOf(plan).length === 1 ? 0 : suspect.exchange.attempt;
  const index = history.exchanges.findIndex(({ attempt }) => attempt === number);
  if (index < 0) return null;
  const readings = history.exchanges.map((exchange) => read(exchange, settings.contract));
  const made: Made = { id: suspect.id, round: 0, seed: settings.seed, path: '', plan, history, readings };
  const finding = tookDown(index, { said, before: outage.said, left });
  const found = ledger.add(made, { history, readings, finding, effects: [] });
  if (found !== null) found.confirmed = confirmed;
  return found;
}

/** What connections say where the target goes down within so many milliseconds; `null` where it stays up. */
async function goesDown({ client, outage }: Scene, within: number): Promise<string | null> {
  const until = client.clock() + within;
  let slow: string | null = null;
  let inARow = 0;
  do {
    const said = await client.silence(outage.target, HURRIED);
    const isDown = said !== null && !mayBeSlow(said);
    inARow = isDown ? inARow + 1 : 0;
    if (isDown && (isRefused(said) || inARow >= BROKEN_IN_A_ROW)) return said;
    slow = isDown ? slow : (said ?? slow);
    await client.pace.sleep(20);
  } while (client.clock() < until);
  return slow;
}
