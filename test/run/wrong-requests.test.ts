/** Requests that are wrong in themselves: a key without a value, a body that is refused before the right one comes. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { closeTargets, serve } from '../cli/targets.js';
import { check } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-wrong-requests-'));
afterAll(async () => {
  await closeTargets();
  rmSync(folder, { recursive: true });
});

const example = { note: 'a note', amount: 3 };

interface Habits {
  /** What a key header without a value is. */
  empty?: 'no key' | 'refused' | 'a key' | 'a key for any body';
  /** Which wrong bodies do what to their keys; by default none does anything. */
  wrong?: [which: 'malformed' | 'invalid', does: 'binds' | 'is stored'];
  /** The most orders that there may be. */
  most?: number;
}

type Answer = [status: number, body: object];

async function serveOrders({ empty = 'no key', wrong, most = Infinity }: Habits): Promise<string> {
  const keys = new Map<string, { text: string; answer: Answer }>();
  let made = 0;
  const refused: Answer = [400, { error: 'no' }];
  const make = (): Answer => {
    if (made === most) return [400, { error: 'no more' }];
    made += 1;
    return [201, { id: `order_${made}` }];
  };

  const answerTo = (text: string, key: string | undefined): Answer => {
    const is = kindOf(text);
    if (key === undefined || (key === '' && empty === 'no key')) return is === 'right' ? make() : refused;
    if (key === '' && empty === 'refused') return refused;
    const known = keys.get(key);
    if (known !== undefined) {
      const anyBody = (key === '' && empty === 'a key for any body') || known.answer === refused;
      return anyBody || known.text === text ? known.answer : [409, { error: 'another body' }];
    }
    if (is !== 'right') {
      if (is === wrong?.[0]) keys.set(key, { text, answer: wrong[1] === 'is stored' ? refused : [...refused] });
      return refused;
    }
    const answer = make();
    keys.set(key, { text, answer });
    return answer;
  };

  const { url } = await serve(async (request, response) => {
    let text = '';
    for await (const chunk of request) text += chunk;
    const [status, body] = answerTo(text, request.headers['idempotency-key'] as string | undefined);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  return url;
}

function kindOf(text: string): 'right' | 'invalid' | 'malformed' {
  try {
    const { note, amount } = JSON.parse(text);
    return typeof note === 'string' && typeof amount === 'number' ? 'right' : 'invalid';
  } catch {
    return 'malformed';
  }
}

/** What becomes of each requirement given: its status, and why. */
async function ending(habits: Habits, ids: string[], said: object = {}) {
  const contract = join(folder, `${randomUUID()}.json`);
  const members = { name: 'orders', create: { path: '/orders', example }, conflict: { statuses: [409] }, ...said };
  writeFileSync(contract, JSON.stringify(members));
  const results = await check({ targets: [await serveOrders(habits)], contract, profile: 'smoke', only: ids });
  const of = (id: string) => results.requirements.find((one) => one.id === id);
  return ids.map((id) => ({ status: of(id)?.status, reason: of(id)?.reason }));
}

async function statuses(...run: Parameters<typeof ending>): Promise<(string | undefined)[]> {
  return (await ending(...run)).map(({ status }) => status);
}

describe.concurrent('a key header without a value', () => {
  test.each<[empty: Habits['empty'] & string, said: object, key5: string, create1: string]>([
    ['no key', {}, 'passed', 'passed'],
    ['refused', {}, 'passed', 'passed'],
    ['a key', {}, 'passed', 'failed'],
    ['a key', { key: { keyless: null } }, 'passed', 'noticed'],
    ['a key', { key: { required: true } }, 'passed', 'skipped'],
    ['a key for any body', { key: { keyless: null } }, 'failed', 'noticed'],
    ['a key for any body', { key: { keyless: null }, conflict: null }, 'noticed', 'noticed'],
    ['a key for any body', { key: { keyless: null }, conflict: null, fingerprint: 'none' }, 'observed', 'noticed'],
  ])('is %s, and the contract says %j', async (empty, said, ...expected) => {
    expect(
      await statuses({ empty }, ['KEY-5', 'CREATE-1'], {
        key: { keyless: 'separate' },
        ...said,
      }),
    ).toEqual(expected);
  });

  test('by flags it is noticed', async () => {
    const body = join(folder, 'order.json');
    writeFileSync(body, JSON.stringify(example));
    const endpoint = { endpoint: 'POST /orders', key: 'header:Idempotency-Key', body };
    const target = await serveOrders({ empty: 'a key for any body' });
    const results = await check({ targets: [target], endpoint, profile: 'smoke', only: ['KEY-5'] });
    const finding = results.requirements.find(({ id }) => id === 'KEY-5');
    expect([finding?.status, finding?.reason]).toEqual([
      'noticed',
      'the contract does not say; noticed: A blank key joined different bodies.',
    ]);
  });
});

describe.concurrent('a wrong body, then the right one under its key', () => {
  test.each<[wrong: Habits['wrong'], said: object, status: string]>([
    [undefined, { stored: ['success'] }, 'passed'],
    [['malformed', 'binds'], { stored: ['success'] }, 'warned'],
    [['malformed', 'is stored'], { stored: ['success'] }, 'warned'],
    [['invalid', 'binds'], { stored: ['success'] }, 'warned'],
    [['invalid', 'is stored'], {}, 'noticed'],
    [['malformed', 'is stored'], { stored: ['success', 'clientErrors'] }, 'skipped'],
  ])('%j, and the contract says %j', async (wrong, said, status) => {
    expect(await statuses(wrong === undefined ? {} : { wrong }, ['REJECT-3'], said)).toEqual([status]);
  });

  test('that is refused itself shows nothing', async () => {
    expect(await ending({ most: 1 }, ['REJECT-3'], { stored: ['success'] })).toEqual([
      { status: 'inconclusive', reason: 'no request succeeded; of 5 requests 5 were refused (400)' },
    ]);
  });
});
