/** Faults that effects show, behind lists of every kind, a number and a command; where these cannot see, none passes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { Pages } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import { appliesTo, brokenBy, type Fault, faults } from '../../reference/faults/index.js';
import type { ListForm } from '../../reference/server/list.js';
import { type ServeOptions, serveReference } from '../../reference/server/server.js';
import type { Results } from '../../results/results.js';
import type { RunOptions } from '../../run/options.js';
import { requirements } from '../../suites/index.js';
import { check, checkUntil, idsWith } from './check.js';

const root = mkdtempSync(join(tmpdir(), 'idem-observers-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Of what is drawn here; another one draws other lists. */
const SEED = 12;

const VISIBLE_MS = 500;

/** What a contract says besides its list. */
interface More {
  authentication?: { header: string; prefix: string };
  counter?: { path: string; pointer: string };
}

/** A contract like that of the draft; keys are asked again for less long. */
function contractWith(list: object | null, { authentication, counter }: More = {}): string {
  const file = join(root, `${Math.random()}.json`);
  const within = { finalWithin: VISIBLE_MS / 1000, visibleWithin: VISIBLE_MS / 1000 };
  const effects = { list, ...(counter === undefined ? {} : { counter }) };
  const who = authentication === undefined ? {} : { authentication };
  writeFileSync(file, JSON.stringify({ extends: 'ietf', name: 'observed', ...within, effects, ...who }));
  return file;
}

const counter = { path: '/stats', pointer: '/made' };
const [ietf, withCounter, counted] = [contractWith({}), contractWith({}, { counter }), contractWith(null, { counter })];

/** How effects are seen. */
interface Kind {
  serve: ServeOptions;
  run: RunOptions;
}

/** A list, and what the contract says of it. */
interface Drawn {
  order: ListForm['order'];
  kind: Pages['kind'];
  size: number;
  lateMs: number;
  /** Whether the contract says how the next page is reached, or answers alone show it. */
  said: boolean;
  /** Whether it is asked for one nonce at a time. */
  filtered: boolean;
}

const seenInAnswers: readonly string[] = ['cursor', 'link', 'url'] satisfies Pages['kind'][];

const lists: fc.Arbitrary<Drawn> = fc
  .record({
    order: fc.constantFrom<ListForm['order']>('newest first', 'oldest first', 'unordered'),
    kind: fc.constantFrom<Pages['kind']>('none', 'cursor', 'after', 'page', 'offset', 'link', 'url'),
    size: fc.integer({ min: 5, max: 100 }),
    lateMs: fc.integer({ min: 0, max: (VISIBLE_MS * 3) / 5 }),
    said: fc.boolean(),
    filtered: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  })
  .map((drawn) => ({ ...drawn, said: drawn.said || !seenInAnswers.includes(drawn.kind) }));

/** One list for each name. */
function drawnFor(name: string): Drawn {
  const seed = [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.charCodeAt(0), SEED);
  return fc.sample(lists, { seed, numRuns: 1 })[0] as Drawn;
}

function inWords({ order, kind, size, lateMs, said, filtered }: Drawn): string {
  const pages = kind === 'none' ? 'on one page' : `by ${kind}${said ? '' : ' that is not said'}, ${size} a page`;
  return `${order}, ${pages}, ${lateMs} ms late${filtered ? ', asked for one nonce at a time' : ''} (seed ${SEED})`;
}

function listed({ order, kind, size, lateMs, said, filtered }: Drawn, wrong: Partial<ListForm> = {}): Kind {
  const pages: Pages = { kind, query: null, next: kind === 'cursor' ? '/next_cursor' : null, first: 1 };
  const query = filtered ? { reference: '{nonce}' } : {};
  const whose = wrong.whose === undefined ? {} : { authentication: { header: 'Authorization', prefix: 'Bearer ' } };
  const form = { order, lateMs, ...(kind === 'none' ? {} : { size }), ...wrong };
  return {
    serve: { contract: contractWith({ pages, query }, whose), list: form },
    run: { contract: contractWith({ pages: said ? pages : null, query }, whose) },
  };
}

function counting(form: Partial<ListForm> = {}): Kind {
  // The server has a list besides, because some faults are those of one.
  return { serve: { contract: withCounter, list: form }, run: { contract: counted, exclusive: true } };
}

function printed(): Kind {
  const journal = join(root, `${Math.random()}.txt`);
  writeFileSync(journal, '');
  return { serve: { contract: ietf, journal }, run: { contract: ietf, effectsCommand: `cat '${journal}'` } };
}

const served = loadContract(ietf);
const unseen = { ...served, contract: { ...served.contract, effects: { perWrite: 1, list: null, counter: null } } };

const byEffects = requirements.filter((one) => one.byEffects === true).map(({ id }) => id);
const alsoByEffects = requirements.filter((one) => one.byEffects === 'also').map(({ id }) => id);

/** What a fault breaks that effects show: all of it, where the fault makes no difference to an API that shows none. */
function idsOf(fault: Fault): string[] {
  const ids = brokenBy(fault, served);
  return appliesTo(fault, unseen) ? ids.filter((id) => byEffects.includes(id)) : ids;
}

/** One key in ten: the storms of one requirement may miss it, and those of a whole run do not. */
const TOO_RARE = ['race-one-key-in-ten'];

const hidden = faults.filter(
  (fault) =>
    fault.kind === 'fault' && appliesTo(fault, served) && idsOf(fault).length > 0 && !TOO_RARE.includes(fault.name),
);
const allIds = [...new Set(hidden.flatMap(idsOf))];

async function against(kind: Kind, fault: Fault | null, work: (options: RunOptions) => Promise<Results>) {
  const reference = await serveReference({ ...kind.serve, ...(fault === null ? {} : { fault: fault.name }) });
  const [first, second] = reference.keys;
  try {
    return await work({
      targets: [reference.url],
      credentials: { first, second },
      profile: fault?.timing === true ? 'standard' : 'smoke',
      only: fault === null ? allIds : idsOf(fault),
      stormWidth: 4,
      ...kind.run,
    });
  } finally {
    await reference.close();
  }
}

async function statusesOf(kind: Kind, fault: Fault): Promise<Record<string, string | undefined>> {
  const ids = idsOf(fault);
  const results = await against(kind, fault, (options) => checkUntil(options, ids, { small: false }));
  return Object.fromEntries(ids.map((id) => [id, results.requirements.find((one) => one.id === id)?.status]));
}

/** What a number cannot show, and then it is inconclusive. */
const NOT_COUNTED: Record<string, string> = {
  'LOST-8': 'a number does not say whose an effect is',
  'LOST-9': 'a number does not say whose an effect is',
  'LOST-11': 'a number does not say which resources there are',
};

const found = (fault: Fault) => Object.fromEntries(idsOf(fault).map((id) => [id, 'failed']));

async function expectPassed(kind: Kind): Promise<void> {
  const results = await against(kind, null, check);
  expect({ exitCode: results.exitCode, passed: idsWith(results, 'passed') }).toEqual({
    exitCode: 0,
    passed: expect.arrayContaining(allIds),
  });
}

describe.concurrent('behind a list', () => {
  test.each(hidden.map((fault): [string, string, Fault] => [inWords(drawnFor(fault.name)), fault.name, fault]))(
    '%s: %s is found',
    async (_list, name, fault) => {
      expect(await statusesOf(listed(drawnFor(name)), fault)).toEqual(found(fault));
    },
  );

  test.each(['first', 'second'].map((name): [string, string] => [inWords(drawnFor(name)), name]))(
    '%s: a correct server passes, the %s',
    async (_list, name) => expectPassed(listed(drawnFor(name))),
  );
});

describe.concurrent('behind a number', () => {
  test.each(hidden.map((fault): [number, string, Fault] => [drawnFor(fault.name).lateMs, fault.name, fault]))(
    '%d ms late: %s is found, or inconclusive where a number cannot show it',
    async (lateMs, _name, fault) => {
      const expected = idsOf(fault).map((id) => [id, id in NOT_COUNTED ? 'inconclusive' : 'failed']);
      expect(await statusesOf(counting({ lateMs }), fault)).toEqual(Object.fromEntries(expected));
    },
  );

  test('a correct server passes', async () => {
    const results = await against(counting(), null, check);
    expect({ found: idsWith(results, 'failed'), open: idsWith(results, 'inconclusive') }).toEqual({
      found: [],
      open: ['LOST-11'],
    });
  });
});

describe.concurrent('behind a command', () => {
  test.each(hidden.map((fault): [string, Fault] => [fault.name, fault]))('%s is found', async (_name, fault) => {
    expect(await statusesOf(printed(), fault)).toEqual(found(fault));
  });

  test('a correct server passes', async () => expectPassed(printed()));
});

/** Later than any run lasts. */
const NEVER_MS = 600_000;

const blind: [name: string, kindOf: (drawn: Drawn) => Kind][] = [
  ['a list that shows nothing', (drawn) => listed(drawn, { most: 0 })],
  // Of one nonce there are never so many.
  ['a list that shows a few', (drawn) => listed({ ...drawn, filtered: false }, { most: 1 + (drawn.size % 12) })],
  ['a list that is later than said', (drawn) => listed(drawn, { lateMs: NEVER_MS })],
  ['a list of another account', (drawn) => listed(drawn, { whose: 'others' })],
  ['a number that is later than said', () => counting({ lateMs: NEVER_MS })],
  ['a command that fails', () => ({ serve: { contract: ietf }, run: { contract: ietf, effectsCommand: 'exit 1' } })],
];

const afterUnknown = requirements.filter((one) => one.afterUnknown === true).map(({ id }) => id);

/** Replies show nothing of them. */
const unseenFaults = hidden.filter(
  (fault) => !appliesTo(fault, unseen) && idsOf(fault).every((id) => [...byEffects, ...afterUnknown].includes(id)),
);

describe.concurrent('nothing that effects decide passes or fails', () => {
  test.each(blind.map(([name, kindOf]): [string, string, typeof kindOf] => [name, inWords(drawnFor(name)), kindOf]))(
    'behind %s: %s',
    async (name, _list, kindOf) => {
      const seed = SEED + name.length;
      const [fault] = fc.sample(fc.constantFrom(...unseenFaults), { seed, numRuns: 1 }) as [Fault];
      const only = [...allIds, ...alsoByEffects];
      const results = await against(kindOf(drawnFor(name)), fault, (options) => check({ ...options, only }));
      // Replies may show what those break of which they show a part.
      expect(idsWith(results, 'passed').filter((id) => alsoByEffects.includes(id))).toEqual([]);
      const shown = idsWith(results, 'failed').some((id) => alsoByEffects.includes(id));
      const decided = idsWith(results, 'passed', 'failed').filter((id) => [...byEffects, ...idsOf(fault)].includes(id));
      expect({ fault: fault.name, decided, exitCode: results.exitCode }).toEqual({
        fault: fault.name,
        decided: [],
        exitCode: shown ? 1 : 3,
      });
    },
  );
});
