/** Lists in any order and form: a reader sees exactly what exists, or says that it cannot. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Client } from '../../client/client.js';
import { type Control, EffectsUnseen } from '../../client/effect-source.js';
import { EffectReader } from '../../client/effects.js';
import type { ListObserver, Pages } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import type { ListForm } from '../../reference/server/list.js';
import { type Reference, serveReference } from '../../reference/server/server.js';

const { contract } = loadContract('ietf');
const list = contract.effects.list as ListObserver;

const SIGNAL = new AbortController().signal;

function pagesOf(kind: Pages['kind'], first: number): Pages {
  return { kind, query: kind === 'after' ? 'starting_after' : null, next: null, first };
}

interface Drawn {
  form: ListForm;
  /** Whether the contract says how the next page is reached; otherwise the reader has to find out. */
  isSaid: boolean;
  /** How many resources there are before the run, and how many each round makes. */
  before: number;
  rounds: number[];
}

/** Everything but `most`, which is drawn apart: with all shown, a reader must not be blind. */
const drawn = (most: fc.Arbitrary<number>): fc.Arbitrary<Drawn> =>
  fc.record({
    form: fc
      .record({
        whose: fc.constant<ListForm['whose']>('own'),
        order: fc.constantFrom<ListForm['order']>('newest first', 'oldest first', 'unordered'),
        pages: fc
          .tuple(
            fc.constantFrom<Pages['kind']>('cursor', 'after', 'page', 'offset', 'link', 'url', 'none'),
            fc.constantFrom(0, 1),
          )
          .map(([kind, first]) => pagesOf(kind, first)),
        size: fc.integer({ min: 1, max: 30 }),
        most,
        lateMs: fc.constantFrom(0, 0, 30, 80),
      })
      .map((form) => (form.pages.kind === 'none' ? { ...form, size: Number.POSITIVE_INFINITY } : form)),
    isSaid: fc.boolean(),
    before: fc.constantFrom(0, 1, 7, 40),
    rounds: fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 3 }),
  });

/** Each run of a property closes its own. */
async function withServer<T>(form: ListForm, work: (reference: Reference) => Promise<T>): Promise<T> {
  const reference = await serveReference({ contract: 'ietf', list: form });
  try {
    return await work(reference);
  } finally {
    await reference.close();
  }
}

/** What a run does, with a list of what it made and of what the reader saw; `blind` where the reader said so. */
async function observed({ form, isSaid, before, rounds }: Drawn) {
  return withServer(form, async ({ url, keys: [first, second] }) => {
    const client = new Client({
      contract,
      targets: [url],
      credentials: { first, second },
      headers: [],
      parallel: 4,
      signal: SIGNAL,
      timeoutMs: 5_000,
      maxRequests: null,
      maxCreates: null,
      perMinute: null,
    });
    const make = async (): Promise<Control> => {
      const { path, method } = contract.create;
      const answer = await fetch(url + contract.basePath + path, {
        method,
        headers: {
          'content-type': 'application/json',
          'idempotency-key': `"${randomUUID()}"`,
          ...(contract.authentication === null
            ? {}
            : { [contract.authentication.header]: contract.authentication.prefix + first }),
        },
        body: JSON.stringify({ name: 'one of many' }),
      });
      const { id } = (await answer.json()) as { id: string | number };
      return { id: String(id), nonce: null };
    };
    const many = async (count: number) => {
      const made: Control[] = [];
      for (let n = 0; n < count; n += 1) made.push(await make());
      return made.map(({ id }) => id as string);
    };
    const older = await many(before);
    const made: string[] = [];
    const seen: string[] = [];
    const pages = isSaid ? form.pages : null;
    const reader = new EffectReader(client, { ...list, pages }, 'first', { visibleMs: 400 });
    try {
      await reader.begin();
      let controls = [await make(), await make()];
      made.push(...controls.map(({ id }) => id as string));
      seen.push(...(await reader.read(controls)).map(({ id }) => id));
      // At its end a run looks once more.
      for (const count of [...rounds, 0]) {
        made.push(...(await many(count)));
        const next = await make();
        made.push(next.id as string);
        seen.push(...(await reader.read([...controls.slice(-1), next])).map(({ id }) => id));
        controls = [next];
      }
      return { made, seen: seen.filter((id) => !older.includes(id)), blind: null };
    } catch (error) {
      if (!(error instanceof EffectsUnseen)) throw error;
      return { made, seen, blind: error.message };
    } finally {
      await client.close();
    }
  });
}

const everyResource = fc.constant(Number.POSITIVE_INFINITY);

/** Each new resource moves all others to the next page while they are read. */
const moving = (kind: Pages['kind']): Drawn => ({
  form: {
    whose: 'own',
    order: 'newest first',
    pages: pagesOf(kind, 1),
    size: 1,
    most: Number.POSITIVE_INFINITY,
    lateMs: 80,
  },
  isSaid: true,
  before: 7,
  rounds: [30],
});

test('a reader sees each resource once, whatever the order, the pages and the lag', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawn(everyResource), async (one) => {
      const { made, seen, blind } = await observed({ ...one, isSaid: true });
      expect(blind).toBeNull();
      expect(seen.toSorted()).toEqual(made.toSorted());
    }),
    { numRuns: 30, examples: [[moving('page')], [moving('offset')]] },
  );
});

test('a reader finds out how the next page is reached where answers show it', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawn(everyResource), async (one) => {
      const shows = ['cursor', 'link', 'url', 'none'].includes(one.form.pages.kind);
      const { made, seen, blind } = await observed({ ...one, isSaid: false });
      if (shows) expect(blind).toBeNull();
      if (blind === null) expect(seen.toSorted()).toEqual(made.toSorted());
      else expect(blind).toMatch(/^GET \/resources answered 200 with .*effects\.list\.pages/);
    }),
    { numRuns: 30 },
  );
});

test('a list that shows a part only is found out, never counted as it is', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(drawn(fc.integer({ min: 0, max: 60 })), async (one) => {
      const { made, seen, blind } = await observed(one);
      if (blind === null) expect(seen.toSorted()).toEqual(made.toSorted());
      else expect(blind).toMatch(/^GET \/resources/);
    }),
    { numRuns: 30 },
  );
});
