/** Repeats that are refused or cannot be read, now and then: what they hide is not passed. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';
import { closeTargets, serve } from '../cli/targets.js';
import { check } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-repeats-'));
afterAll(async () => {
  await closeTargets();
  rmSync(folder, { recursive: true });
});

interface Order {
  id: string;
  body: string;
}

interface Key {
  order: Order;
  /** The how many-th key it is whose first client hung up. */
  lost: number | null;
  /** How often it was sent again. */
  again: number;
}

type Answer = [status: number, body: unknown];

interface Habits {
  /** Status by which a key is refused whose first client hung up: the how many-th of them, sent again the how many-th time. */
  afterHangUp?: (lost: number, again: number) => number | null;
  /** Keys are refused that share eight digits with a key that is known. */
  refusesLike?: boolean;
  /** Bodies that are always refused. */
  refusesBody?: (body: { amount: number }) => boolean;
  /** What becomes of the how many-th request without a key whose body is known. */
  keyless?: (number: number) => number | 'joined' | null;
  /** Another account's key is answered with the first one's order. */
  joinsAccounts?: boolean;
  /** Repeats are shown as joined requests are: below `data`. */
  replaysBelow?: boolean;
  /** Repeats are refused. */
  refusesRepeats?: boolean;
  id?: (number: number) => string;
}

/** Orders whose first request takes 40 ms, so that its client can hang up. */
async function serveOrders(habits: Habits): Promise<string> {
  const keys = new Map<string, Key>();
  const bodies = new Map<string, Order>();
  let [made, lost, keyless] = [0, 0, 0];

  const make = (body: string): Order => {
    made += 1;
    return { id: habits.id?.(made) ?? `order_${made}`, body };
  };
  const plain = ({ id, body }: Order): Answer => [201, { ...(JSON.parse(body) as object), id }];
  const below = (order: Order): Answer => [200, { cached: true, data: plain(order)[1] }];

  const withoutKey = (body: string): Answer => {
    const known = bodies.get(body);
    if (known === undefined) {
      bodies.set(body, make(body));
      return plain(bodies.get(body) as Order);
    }
    keyless += 1;
    const way = habits.keyless?.(keyless) ?? null;
    if (way === 'joined') return below(known);
    return way === null ? plain(make(body)) : [way, { error: 'there is one' }];
  };

  const withKey = async (account: string, key: string, body: string, gone: Promise<void>): Promise<Answer> => {
    const name = `${account} ${key}`;
    const known = keys.get(name);
    if (known === undefined) {
      if (habits.refusesLike === true && [...keys.keys()].some((one) => sharesDigits(one, name)))
        return [400, { error: 'too much like another one' }];
      const other = [...keys].find(([one]) => one.endsWith(` ${key}`));
      if (habits.joinsAccounts === true && other !== undefined) return below(other[1].order);
      const first: Key = { order: make(body), lost: null, again: 0 };
      keys.set(name, first);
      gone.then(() => {
        lost += 1;
        first.lost = lost;
      });
      await sleep(40);
      return plain(first.order);
    }
    known.again += 1;
    const status = known.lost === null ? null : habits.afterHangUp?.(known.lost, known.again);
    if (status != null) return [status, { error: 'not now' }];
    if (habits.refusesRepeats === true) return [409, { error: 'that key was used' }];
    return habits.replaysBelow === true ? below(known.order) : plain(known.order);
  };

  const { url } = await serve(async (request, response) => {
    const gone = new Promise<void>((resolve) => response.on('close', () => response.writableEnded || resolve()));
    let body = '';
    try {
      for await (const chunk of request) body += chunk;
    } catch {
      return;
    }
    const { 'idempotency-key': key, authorization = '' } = request.headers;
    const refused = habits.refusesBody?.(JSON.parse(body)) === true;
    const written = typeof key === 'string' ? withKey(authorization, key, body, gone) : withoutKey(body);
    const [status, answer] = refused ? [422, { error: 'no' }] : await written;
    response.writeHead(status, { 'content-type': 'application/json', 'retry-after': '0' }).end(JSON.stringify(answer));
  });
  return url;
}

function sharesDigits(one: string, other: string): boolean {
  const digits = one.toLowerCase().match(/[0-9a-f]{8,}/g) ?? [];
  const parts = digits.flatMap((run) => [...run].slice(7).map((_, at) => run.slice(at, at + 8)));
  return parts.some((part) => other.toLowerCase().includes(part));
}

/** What becomes of each requirement given: its status, and why. */
async function ending(habits: Habits, ids: string[], said: object = {}, profile: 'smoke' | 'standard' = 'smoke') {
  const contract = join(folder, `${randomUUID()}.json`);
  const members = {
    name: 'orders',
    key: { keyless: 'separate' },
    create: { path: '/orders', example: { note: 'a note', amount: 3 } },
    replay: { kind: 'success', statuses: [200, 201] },
    errors: { rateLimited: { statuses: [429] } },
    finalWithin: 0.5,
    visibleWithin: 0.1,
    ...said,
  };
  writeFileSync(contract, JSON.stringify(members));
  const target = await serveOrders(habits);
  const credentials = 'authentication' in said ? { first: 'sk_first', second: 'sk_second' } : {};
  const results = await check({ targets: [target], contract, profile, only: ids, credentials, noEffects: true });
  const of = (id: string) => results.requirements.find((one) => one.id === id);
  return ids.map((id) => [of(id)?.status, of(id)?.reason]);
}

const doubt = (way: string) =>
  expect.stringMatching(
    new RegExp(
      `^\\d+ of \\d+ requests did not end in a resource, also when they were sent again: \\d+ (was|were) ${way}$`,
    ),
  );

describe.concurrent('keys whose first client hung up', () => {
  const everyOther = (status: number) => (lost: number) => (lost % 2 === 1 ? status : null);

  test.each([400, 409, 429])('every other one is refused for good, by %i', async (status) => {
    const [[found, reason] = []] = await ending({ afterHangUp: everyOther(status) }, ['LOST-1']);
    expect([found, reason]).toEqual(['inconclusive', doubt(`refused \\(${status}\\)`)]);
  });

  test.each<[name: string, habits: Habits]>([
    ['none is refused', {}],
    ['each is refused once', { afterHangUp: (_, again) => (again === 1 ? 429 : null) }],
    ['all are refused twice', { afterHangUp: (_, again) => (again < 3 ? 400 : null) }],
    ['their body is always refused', { refusesBody: ({ amount }) => amount % 2 === 0 }],
  ])('passed: %s', async (_, habits) => {
    expect(await ending(habits, ['LOST-1'], {}, 'standard')).toEqual([['passed', '']]);
  });
});

describe.concurrent('joined requests in another shape', () => {
  const ids = ['CREATE-1', 'STORM-10'];
  const joined: Habits = { keyless: () => 'joined' };
  const unread = expect.stringMatching(/\d+ (was|were) answered without an id at \/id \(200\)$/);

  test('where nothing shows what they name, they are not passed', async () => {
    expect(await ending(joined, ids)).toEqual(ids.map(() => ['inconclusive', unread]));
  });

  test.each<[name: string, habits: Habits]>([
    ['repeats have that shape, too', { ...joined, replaysBelow: true }],
    ['ids are met by no chance', { ...joined, id: () => randomUUID() }],
  ])('failed: %s', async (_, habits) => {
    expect(await ending(habits, ids)).toEqual(ids.map(() => ['failed', expect.anything()]));
  });

  test.each<[name: string, habits: Habits, status: string, reason: unknown]>([
    ['not passed: another account is answered so', { joinsAccounts: true }, 'inconclusive', unread],
    ['failed: repeats, too', { joinsAccounts: true, replaysBelow: true }, 'failed', expect.anything()],
    ['passed: accounts are kept apart', {}, 'passed', ''],
  ])('%s', async (_, habits, status, reason) => {
    const said = { authentication: {}, scope: 'credential' };
    expect(await ending(habits, ['SCOPE-1'], said)).toEqual([[status, reason]]);
  });

  test('a repeat that can be read so is a replay, and its shape is one finding', async () => {
    const [replay, shape] = await ending({ replaysBelow: true }, ['REPLAY-1', 'CREATE-4']);
    expect([replay, shape?.[0]]).toEqual([['passed', ''], 'failed']);
  });
});

test.concurrent('requests without a key: one plan in eight is not enough', async () => {
  const [[status, reason] = []] = await ending(
    { keyless: (n) => (n === 1 ? null : 409) },
    ['CREATE-1'],
    {},
    'standard',
  );
  expect([status, reason]).toEqual(['inconclusive', doubt('refused \\(409\\)')]);
});

describe.concurrent('repeats that are all refused', () => {
  const ids = ['REPLAY-1', 'REPLAY-4', 'STORM-1', 'LOST-1', 'CREATE-5'];
  const conflict = { statuses: [409] };

  test('as the contract says: that is an answer for good', async () => {
    const said = { replay: { kind: 'refusal', statuses: [409] }, conflict: null, fingerprint: 'none' };
    expect(await ending({ refusesRepeats: true }, ids, said)).toEqual(ids.map(() => ['passed', '']));
  });

  test('where the contract is silent: so is what that decides, and what it does not is skipped by name', async () => {
    const said = { replay: { kind: null }, conflict };
    const reason =
      'no replay was seen: every repeat was refused (409), and only `replay.kind` in a contract says whether it may be';
    const seen = await ending({ refusesRepeats: true }, [...ids, 'REPLAY-2'], said);
    const skipped = ['skipped', reason];
    expect(seen).toEqual([skipped, skipped, ['passed', ''], ['passed', ''], skipped, skipped]);
  });
});

test.concurrent('a reason says how the requests were answered', async () => {
  expect(await ending({ keyless: () => 409 }, ['CREATE-1'])).toEqual([
    [
      'inconclusive',
      expect.stringMatching(
        /^no plan put it to the test; of [23] requests 1 succeeded, [12] (was|were) refused \(409\)$/,
      ),
    ],
  ]);
});

describe.concurrent('kinds of requests that are all refused: what is about them does not apply', () => {
  const reason = (answers: string) =>
    expect.stringMatching(`^it does not apply: all requests of the kind that it is about were refused; ${answers}$`);

  test('nearly equal keys', async () => {
    // One changed digit leaves eight others in a row.
    const key = { keyless: 'separate', pattern: '^[0-9a-f]{24}$' };
    const seen = await ending({ refusesLike: true }, ['KEY-2', 'CREATE-3'], { key });
    expect(seen).toEqual([
      ['skipped', reason('of \\d+ requests \\d+ succeeded, \\d+ were refused \\(400\\)')],
      ['passed', ''],
    ]);
  });

  test('requests without a key, where the contract does not say that one is required', async ({ onTestFinished }) => {
    const [contract, served] = ['said', 'served'].map((name) => join(folder, `${name}.yaml`)) as [string, string];
    writeFileSync(contract, 'extends: moda\nkey: { required: false }\n');
    writeFileSync(served, 'extends: moda\nkey: { required: true }\n');
    const { url, keys, close } = await startReference({ contract: served });
    onTestFinished(close);
    const [first, second] = keys;
    const results = await check({
      targets: [url],
      contract,
      profile: 'smoke',
      only: ['HEADER-1'],
      credentials: { first, second },
    });
    const one = results.requirements.find(({ id }) => id === 'HEADER-1');
    expect([one?.status, one?.reason]).toEqual(['skipped', reason('of \\d+ requests \\d+ were refused \\(4\\d\\d\\)')]);
  });
});
