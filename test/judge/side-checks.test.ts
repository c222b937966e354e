/** SCOPE-5 and ENDPOINT-1: what a key may do at other endpoints, and what not. */
import { describe, expect, it } from 'vitest';
import type { EditUse, OtherAttempt } from '../../history/plan.js';
import { elsewhere } from '../../suites/requests.js';
import {
  type Asked,
  answer,
  broken,
  conflict,
  found,
  idOf,
  invalid,
  limited,
  lost,
  made,
  missing,
  moda,
  refusal,
  slot,
  task,
  write,
} from './side-histories.js';

const kit = (number: number) => answer(201, { id: idOf('bk', number) });
const first: Asked = { attempt: write(slot(0)), answer: made(1) };

/** Brand kits, by body and key. */
function kits(variant: number, key: number, change: Partial<OtherAttempt> = {}): OtherAttempt {
  return { ...elsewhere(0, variant, key), ...change };
}

describe('SCOPE-5', () => {
  const violations: [string, Asked[], string[]][] = [
    [
      'the other endpoint answers with the task',
      [first, { attempt: kits(0, 0), answer: answer(200, { id: task(1), url: 'example.com' }) }],
      ['SCOPE-5 AB'],
    ],
    [
      'the endpoint answers with what the other one made',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: write(slot(0)), answer: answer(202, { id: idOf('bk', 1), kind: 'design', status: 'queued' }) },
      ],
      // That its id is not a task's says the same.
      ['SCOPE-5 AB'],
    ],
    [
      'the key’s conflict, where a task holds the key',
      [first, { attempt: kits(0, 0), answer: conflict }],
      ['SCOPE-5 AB'],
    ],
    [
      'a task is refused as a conflict because of the other endpoint',
      [
        { attempt: kits(0, 1), answer: kit(1) },
        { attempt: write(slot(1)), answer: conflict },
      ],
      ['SCOPE-5 B'],
    ],
    [
      'the repeats no longer get the task of before, but another',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: write(slot(0)), answer: made(1) },
        { attempt: write(slot(0)), answer: made(2) },
      ],
      ['SCOPE-5 BC'],
    ],
  ];
  it.each(violations)('%s', (_, asked, ids) => expect(found(asked)).toEqual(ids));

  it('a second task that the key at the other endpoint cannot have caused keeps its own name', () => {
    const asked = [first, { attempt: write(slot(0)), answer: made(2) }, { attempt: kits(0, 0), answer: kit(1) }];
    expect(found(asked)).toEqual(['REPLAY-1 AB']);
    // Nor can another key.
    expect(
      found([{ attempt: kits(0, 1), answer: kit(1) }, first, { attempt: write(slot(0)), answer: made(2) }]),
    ).toEqual(['REPLAY-1 BC']);
  });
});

describe('operations whose ids stand at different places', () => {
  const endpoint = { method: 'POST', path: '/refunds', bodies: [{ amount: 1 }, { amount: 2 }], id: '/refund/id' };
  const contract = { ...moda.contract, otherEndpoints: [endpoint] };
  const seenBy = (operations: 'separate' | 'shared' | null) => (asked: Asked[]) =>
    found(asked, undefined, { ...moda, contract: { ...contract, key: { ...contract.key, operations } } });
  const refunded = answer(200, { refund: { id: idOf('re', 1) } });
  const echo = [first, { attempt: kits(0, 0), answer: made(1) }];
  const other = [
    { attempt: kits(0, 0), answer: refunded },
    { attempt: write(slot(0)), answer: refunded },
  ];

  it.each(['separate', null] as const)('the answer of one is not the other’s: %s', (operations) => {
    expect([echo, other].map(seenBy(operations))).toEqual([['SCOPE-5 AB'], ['SCOPE-5 AB']]);
  });

  it('unless the contract says that they share keys', () => {
    expect([echo, other].map(seenBy('shared'))).toEqual([[], []]);
  });

  it('not: they count with equal numbers', () => {
    const numbered = { ...contract, otherEndpoints: [{ ...endpoint, id: '/id' }] };
    const asked = [
      { attempt: write(slot(0)), answer: answer(202, { id: 7, kind: 'design', status: 'queued' }) },
      { attempt: kits(0, 0), answer: answer(201, { id: 7 }) },
    ];
    const { schemas } = moda;
    const loaded = { ...moda, contract: numbered, schemas: { ...schemas, resource: null } };
    expect(found(asked, undefined, loaded)).toEqual([]);
  });
});

describe('ENDPOINT-1', () => {
  const violations: [string, Asked[], string[]][] = [
    [
      'another body under the same key gets the first answer',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: kits(1, 0), answer: kit(1) },
      ],
      ['ENDPOINT-1 AB'],
    ],
    [
      'the key’s conflict for another body',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: kits(1, 0), answer: conflict },
      ],
      ['ENDPOINT-1 AB'],
    ],
    [
      'the key’s conflict for a key that nobody else sent',
      [{ attempt: kits(0, 0), answer: conflict }],
      ['ENDPOINT-1 A'],
    ],
    [
      'the key’s conflict, and a task under another key is not the reason',
      [first, { attempt: kits(0, 1), answer: conflict }],
      ['ENDPOINT-1 B'],
    ],
  ];
  it.each(violations)('%s', (_, asked, ids) => expect(found(asked)).toEqual(ids));
});

describe('ENDPOINT-1, where a status alone stands for a conflict and for a wrong request', () => {
  const alone = { statuses: [422], code: null, header: null };
  const { contract } = moda;
  const loaded = {
    ...moda,
    contract: { ...contract, conflict: alone, errors: { ...contract.errors, validation: alone } },
  };
  const bodies = [
    { attempt: kits(0, 0), answer: kit(1) },
    { attempt: kits(1, 0), answer: invalid },
  ];
  it('is not: the body is refused under another key as well', () => {
    expect(found([...bodies, { attempt: kits(1, 1), answer: invalid }], undefined, loaded)).toEqual([]);
  });
  it('is: the body is accepted under another key', () => {
    expect(found([...bodies, { attempt: kits(1, 1), answer: kit(2) }], undefined, loaded)).toEqual(['ENDPOINT-1 AB']);
  });
  it('is not: it was accepted under the same key alone', () => {
    expect(found([...bodies, { attempt: kits(1, 0), answer: kit(2) }], undefined, loaded)).toEqual([]);
  });
});

describe('two credentials', () => {
  const asked = [
    { attempt: kits(0, 0), answer: kit(1) },
    { attempt: kits(1, 0, { credential: 'second' }), answer: kit(1) },
  ];
  it('share a key in one account', () => {
    expect(found(asked, undefined, { ...moda, contract: { ...moda.contract, scope: 'account' } })).toEqual([
      'ENDPOINT-1 AB',
    ]);
  });
  it('have keys of their own otherwise', () => {
    expect(found(asked, undefined, { ...moda, contract: { ...moda.contract, scope: 'credential' } })).toEqual([]);
  });
});

describe('a body that replays the first resource', () => {
  const other = (edit: EditUse) => {
    const attempt = write(slot(0), 1);
    return [first, { attempt: { ...attempt, body: { ...attempt.body, edit } }, answer: made(1) }];
  };
  it('is attributed by what its edit did, whatever the name', () => {
    expect(found(other({ name: 'x', pointer: '/a', reorders: true }))).toEqual(['CONFLICT-4 AB']);
    expect(found(other({ name: 'array reordered', pointer: '/a' }))).toEqual(['CONFLICT-3 AB']);
  });
});

describe('not', () => {
  const legal: [string, Asked[]][] = [
    [
      'a brand kit of its own, and the task again',
      [first, { attempt: kits(0, 0), answer: kit(1) }, first, { attempt: kits(1, 0), answer: kit(2) }],
    ],
    [
      'a cached answer: same body, same key',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: kits(0, 0), answer: kit(1) },
      ],
    ],
    [
      'a cached answer: same body, another key',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: kits(0, 1), answer: kit(1) },
      ],
    ],
    [
      'one resource for two bodies under two keys: no key joined them',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: kits(1, 1), answer: kit(1) },
      ],
    ],
    [
      'a second one for the same body and key',
      [
        { attempt: kits(0, 0), answer: kit(1) },
        { attempt: kits(0, 0), answer: kit(2) },
      ],
    ],
    ['a refusal, the canvas does not exist', [first, { attempt: elsewhere(1, 0, 0), answer: missing }]],
    ['a refusal by validation', [first, { attempt: kits(0, 0), answer: invalid }]],
    ['another conflict', [first, { attempt: kits(0, 0), answer: refusal(409, 'conflict', 'brand_kit_exists') }]],
    ['a rate limit', [first, { attempt: kits(0, 0), answer: limited }]],
    ['a server error, which is about another endpoint', [first, { attempt: kits(0, 0), answer: broken }]],
    ['a lost answer', [first, { attempt: kits(0, 0), answer: lost }]],
    ['an answer without an id', [first, { attempt: kits(0, 0), answer: answer(200, {}) }]],
    [
      'the conflict at the endpoint itself',
      [first, { attempt: kits(0, 0), answer: kit(1) }, { attempt: write(slot(0), 1), answer: conflict }],
    ],
    [
      'equal ids at two endpoints that number their resources: another body is another one',
      [
        { attempt: kits(0, 0), answer: answer(201, { id: 1 }) },
        { attempt: elsewhere(1, 0, 0), answer: answer(201, { id: 1 }) },
      ],
    ],
  ];
  it.each(legal)('%s', (_, asked) => expect(found(asked)).toEqual([]));

  it('a conflict under the key of another API key', () => {
    const second = { attempt: write(slot(0), 0, { credential: 'second' }), answer: made(1) };
    // Nobody bound the key under this one: it is the endpoint’s own conflict.
    expect(found([second, { attempt: kits(0, 0), answer: conflict }])).toEqual(['ENDPOINT-1 B']);
  });
});
