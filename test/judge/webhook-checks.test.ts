/** WEBHOOK: which deliveries are legal, and which callback URLs may be taken. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WebhookRules } from '../../contracts/contract.js';
import { redeliveredWithin } from '../../contracts/webhooks.js';
import { type Delivery, type History, NOT_WAITED_FOR } from '../../history/history.js';
import { type Asked, delivery, found, invalid, lost, made, moda, slot, task, write } from './side-histories.js';

const rules = moda.contract.webhooks as WebhookRules;
const within = redeliveredWithin(rules) * 1000;

/** Two tasks; the first was asked for twice. */
const tasks: Asked[] = [
  { attempt: write(slot(0)), answer: made(1) },
  { attempt: write(slot(0)), answer: made(1) },
  { attempt: write(slot(1), 1), answer: made(2) },
];

/** Looked at last when everything had its time, unless it is said. */
function received(deliveries: Delivery[], until = 5000 + 2 * within): History['received'] {
  return { deliveries, until };
}

function of(...deliveries: Delivery[]): string[] {
  return found(tasks, received(deliveries));
}

const failed = { answered: 500 };

it('a delivery that was not taken has the first two times of the schedule, and some more', () => {
  expect([within, redeliveredWithin({ ...rules, retries: [2] }), redeliveredWithin({ ...rules, retries: [] })]).toEqual(
    [10_000, 6, 4],
  );
});

describe('WEBHOOK-1', () => {
  const violations: [string, Delivery[]][] = [
    ['two events at once', [delivery('evt_1', 1), delivery('evt_2', 1)]],
    ['another event later', [delivery('evt_1', 1), delivery('evt_2', 1, { at: 9000 })]],
    ['two events of different types', [delivery('evt_1', 1), delivery('evt_2', 1, { type: 'task.canceled' })]],
    [
      'another event at once, whatever the first was answered',
      [delivery('evt_1', 1, failed), delivery('evt_2', 1, { at: 5050 })],
    ],
    [
      'another event besides the redelivery',
      [delivery('evt_1', 1, failed), delivery('evt_1', 1, { at: 6000 }), delivery('evt_2', 1, { at: 6100 })],
    ],
    ['an event for each of two that are repeated', [delivery('evt_1', 1), delivery('evt_2', 1), delivery('evt_1', 1)]],
  ];
  it.each(violations)('%s', (_, deliveries) => expect(of(...deliveries)).toEqual(['WEBHOOK-1 AB']));
});

describe('WEBHOOK-2', () => {
  it('comes again under another id, whenever: its documentation may be slower', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5051, max: 20_000 }), fc.integer({ min: 300, max: 599 }), (at, answered) => {
        expect(of(delivery('evt_1', 1, { answered }), delivery('evt_2', 1, { at }))).toEqual(['WEBHOOK-2 AB']);
      }),
    );
  });

  it('comes again under another id each time', () => {
    const second = delivery('evt_2', 1, { ...failed, at: 6000 });
    expect(of(delivery('evt_1', 1, failed), second, delivery('evt_3', 1, { at: 9000 }))).toEqual(['WEBHOOK-2 AB']);
  });

  it('is not asked of a sender that waits for no answer', () => {
    expect(of(delivery('evt_1', 1, { answered: NOT_WAITED_FOR }))).toEqual([]);
  });

  it('does not come again in all the time it had', () => {
    for (const answered of [300, 404, 500]) expect(of(delivery('evt_1', 1, { answered }))).toEqual(['WEBHOOK-2 AB']);
  });

  it('the time is over to the millisecond', () => {
    const seen = (until: number) => found(tasks, received([delivery('evt_1', 1, failed)], until));
    expect([seen(5000 + within - 1), seen(5000 + within)]).toEqual([[], ['WEBHOOK-2 AB']]);
  });

  it('is not asked where the contract promises no second delivery', () => {
    const webhooks = { ...rules, retries: [] };
    const loaded = { ...moda, contract: { ...moda.contract, webhooks } };
    expect(found(tasks, received([delivery('evt_1', 1, failed)]), loaded)).toEqual([]);
  });
});

describe('WEBHOOK-3', () => {
  it('two tasks share an event', () => {
    expect(of(delivery('evt_1', 1), delivery('evt_1', 2))).toEqual(['WEBHOOK-3 ABC']);
  });
});

describe('WEBHOOK-4', () => {
  const violations: [string, Partial<Delivery>][] = [
    ['a wrong signature', { signature: 'wrong' }],
    ['no signature', { signature: 'missing', age: null }],
    ['a timestamp that is too old', { age: 301 }],
    ['a timestamp from the future', { age: -301 }],
    ['a timestamp that is no number', { age: null }],
    ['an old timestamp under a wrong signature, told once', { signature: 'wrong', age: 3600 }],
  ];
  it.each(violations)('%s', (_, change) => expect(of(delivery('evt_1', 1, change))).toEqual(['WEBHOOK-4 AB']));

  it('in a redelivery alone', () => {
    const again = delivery('evt_1', 1, { at: 6000, signature: 'wrong' });
    expect(of(delivery('evt_1', 1, failed), again)).toEqual(['WEBHOOK-4 AB']);
  });

  it('is not asked where nothing is signed', () => {
    const loaded = { ...moda, contract: { ...moda.contract, webhooks: { ...rules, signature: null } } };
    const bad = delivery('evt_1', 1, { signature: 'wrong', age: 3600 });
    expect(found(tasks, received([bad]), loaded)).toEqual([]);
  });
});

describe('not', () => {
  const legal: [string, Delivery[]][] = [
    ['nothing came', []],
    ['one event', [delivery('evt_1', 1)]],
    ['one event, again and again', [delivery('evt_1', 1), delivery('evt_1', 1), delivery('evt_1', 1, { at: 9000 })]],
    [
      'a first delivery that failed, and the same event',
      [delivery('evt_1', 1, failed), delivery('evt_1', 1, { at: 6000 })],
    ],
    ['the same event sooner than its schedule', [delivery('evt_1', 1, failed), delivery('evt_1', 1, { at: 5001 })]],
    [
      'several that failed, and the same event',
      [
        delivery('evt_1', 1, failed),
        delivery('evt_1', 1, { ...failed, at: 6000 }),
        delivery('evt_1', 1, { at: 11_000 }),
      ],
    ],
    ['two tasks with events of their own', [delivery('evt_1', 1), delivery('evt_2', 2)]],
    [
      'two tasks whose deliveries cross',
      [
        delivery('evt_1', 1, failed),
        delivery('evt_2', 2, failed),
        delivery('evt_2', 2, { at: 6000 }),
        delivery('evt_1', 1, { at: 6001 }),
      ],
    ],
    [
      'events that do not say that it is finished',
      [delivery('evt_1', 1), delivery('evt_2', 1, { type: 'task.running' })],
    ],
    ['events that say nothing', [delivery('evt_1', 1), delivery('evt_2', 1, { type: null })]],
    ['events about nobody', [delivery('evt_1', 1), delivery('evt_1', 2, { resource: null })]],
    ['events without ids of two tasks', [delivery(null, 1), delivery(null, 2)]],
    ['a secret that is not known', [delivery('evt_1', 1, { signature: 'unchecked', age: 3600 })]],
    ['a timestamp just fresh enough', [delivery('evt_1', 1, { age: 300 }), delivery('evt_2', 2, { age: -300 })]],
  ];
  it.each(legal)('%s', (_, deliveries) => expect(of(...deliveries)).toEqual([]));

  it('where the plan waits for no webhooks', () => expect(found(tasks)).toEqual([]));

  it('by a contract without webhooks', () => {
    const loaded = { ...moda, contract: { ...moda.contract, webhooks: null } };
    expect(found(tasks, received([delivery('evt_1', 1), delivery('evt_2', 1)]), loaded)).toEqual([]);
  });
});

it('one event for each task, delivered as often and as late as may be, is legal', () => {
  const attempts = fc.array(fc.record({ of: fc.constantFrom(1, 2), ms: fc.nat({ max: 20_000 }), ok: fc.boolean() }));
  fc.assert(
    fc.property(attempts, fc.nat({ max: 30_000 }), (list, until) => {
      const sorted = [...list].sort((a, b) => a.ms - b.ms);
      const deliveries = sorted.map((one) =>
        delivery(`evt_${one.of}`, one.of, { at: 5000 + one.ms, answered: one.ok ? 200 : 500 }),
      );
      // A single one that failed must come again, in its time.
      const alone = [1, 2].filter((n) => {
        const own = deliveries.filter(({ resource }) => resource === task(n));
        return own.length === 1 && own[0]?.answered === 500 && 5000 + until - own[0].at >= within;
      });
      expect(found(tasks, received(deliveries, 5000 + until))).toEqual(
        alone.map((n) => (n === 1 ? 'WEBHOOK-2 AB' : 'WEBHOOK-2 C')),
      );
    }),
  );
});

describe('WEBHOOK-5', () => {
  const calling = (url: string, answer: Asked['answer']): string[] => {
    const attempt = write(slot(0));
    const value = { ...attempt.body.value, callback_url: url };
    return found([{ attempt: { ...attempt, body: { value, operation: 0, keyAt: 0 } }, answer }]);
  };

  it.each([
    'http://idem-conformance.invalid/hook',
    'http://192.168.0.1/',
    'http://127.0.0.1.example/',
    'http://localhost.example/',
    'http://[::2]/',
    'http://0.0.0.0/',
  ])('%s was taken', (url) => expect(calling(url, made(1))).toEqual(['WEBHOOK-5 A']));

  it.each([
    'https://idem-conformance.invalid/hook',
    'http://127.0.0.1:1/ok',
    'http://127.9.9.9/',
    'http://127.1/',
    'http://localhost:8081/hook',
    'http://[::1]:1/',
    'http://',
    '',
  ])('not: %s was taken', (url) => expect(calling(url, made(1))).toEqual([]));

  it.each([
    ['a refusal', invalid],
    ['a lost answer', lost],
  ])('not: %s', (_, answer) => expect(calling('http://idem-conformance.invalid/hook', answer)).toEqual([]));
});
