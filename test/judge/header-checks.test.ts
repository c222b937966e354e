/** HEADER: what a key in a header that means nothing may do, and what not. */
import { describe, expect, it } from 'vitest';
import { absent, nullKey } from '../../generators/plans.js';
import type { Attempt, CreateAttempt, KeyUse } from '../../history/plan.js';
import { withHeader } from '../../suites/requests.js';
import {
  type Asked,
  answer,
  broken,
  conflict,
  found,
  invalid,
  limited,
  lost,
  made,
  slot,
  task,
  unsent,
  write,
} from './side-histories.js';

/** With the key of slot 3 in the header. */
function headed(key: KeyUse, number = 0, change: Partial<CreateAttempt> = {}): Attempt {
  return withHeader(write(key, number, change), 3);
}

const plain: Asked = { attempt: write(absent), answer: made(1) };

describe('HEADER-1', () => {
  const broken1: [string, Asked[], string[]][] = [
    [
      'two requests are joined by it',
      [
        { attempt: headed(absent), answer: made(2) },
        { attempt: headed(absent), answer: made(2) },
      ],
      ['HEADER-1 AB'],
    ],
    [
      'a null key is joined by it',
      [
        { attempt: headed(nullKey), answer: made(2) },
        { attempt: headed(absent, 1), answer: made(2) },
      ],
      ['HEADER-1 AB'],
    ],
    [
      'another body under it is a conflict',
      [plain, { attempt: headed(absent), answer: made(2) }, { attempt: headed(absent, 1), answer: conflict }],
      ['HEADER-1 C'],
    ],
    ['it is refused', [plain, { attempt: headed(absent), answer: invalid }], ['HEADER-1 AB']],
    [
      'it is refused before the same without it is taken',
      [
        { attempt: headed(absent), answer: invalid },
        { attempt: write(absent), answer: made(1) },
      ],
      ['HEADER-1 AB'],
    ],
    ['it is a server error', [plain, { attempt: headed(absent), answer: broken }], ['HEADER-1 B']],
  ];
  it.each(broken1)('%s', (_, asked, ids) => expect(found(asked)).toEqual(ids));

  const legal: [string, Asked[]][] = [
    [
      'a task for each',
      [
        plain,
        { attempt: headed(absent), answer: made(2) },
        { attempt: headed(absent), answer: made(3) },
        { attempt: headed(nullKey), answer: made(4) },
      ],
    ],
    [
      'the same body is refused without it, too',
      [
        { attempt: write(absent), answer: invalid },
        { attempt: headed(absent), answer: invalid },
      ],
    ],
    ['another body is refused', [plain, { attempt: headed(absent, 1), answer: invalid }]],
    ['a null key is refused, which nobody sent without it', [plain, { attempt: headed(nullKey), answer: invalid }]],
    ['it comes at a rate limit', [plain, { attempt: headed(absent), answer: limited }]],
    ['its answer is lost', [plain, { attempt: headed(absent), answer: lost }]],
    ['it was never sent', [plain, { attempt: headed(absent), answer: unsent }]],
  ];
  it.each(legal)('not: %s', (_, asked) => expect(found(asked)).toEqual([]));
});

describe('HEADER-2', () => {
  const first: Asked = { attempt: headed(slot(0)), answer: made(1) };
  const broken2: [string, Asked[], string[]][] = [
    [
      'a repeat with another header makes a second task',
      [first, { attempt: withHeader(write(slot(0)), 2), answer: made(2) }],
      ['HEADER-2 AB'],
    ],
    ['a repeat without it makes a second task', [first, { attempt: write(slot(0)), answer: made(2) }], ['HEADER-2 AB']],
    [
      'another key with the same header gets the first task',
      [first, { attempt: headed(slot(1)), answer: made(1) }],
      ['HEADER-2 AB'],
    ],
    [
      'another key with the same header is a conflict',
      [first, { attempt: headed(slot(1), 1), answer: conflict }],
      ['HEADER-2 B'],
    ],
    ['another body gets the first task', [first, { attempt: headed(slot(0), 1), answer: made(1) }], ['HEADER-2 AB']],
    [
      'a repeat is refused',
      [
        { attempt: write(slot(0)), answer: made(1) },
        { attempt: headed(slot(0)), answer: invalid },
      ],
      ['HEADER-2 AB', 'HEADER-2 AB'],
    ],
  ];
  it.each(broken2)('%s', (_, asked, ids) => expect(found(asked)).toEqual(ids));

  const legal: [string, Asked[]][] = [
    [
      'replays, another key, and a conflict',
      [
        first,
        { attempt: withHeader(write(slot(0)), 2), answer: made(1) },
        { attempt: write(slot(0)), answer: made(1) },
        { attempt: headed(slot(1)), answer: made(2) },
        { attempt: headed(slot(0), 1), answer: conflict },
      ],
    ],
    ['a first request is refused, as the body is nowhere taken', [{ attempt: headed(slot(0)), answer: invalid }]],
    [
      'the first answer was lost, and the repeat is the first',
      [
        { attempt: headed(slot(0)), answer: lost },
        { attempt: write(slot(0)), answer: made(1) },
      ],
    ],
  ];
  it.each(legal)('not: %s', (_, asked) => expect(found(asked)).toEqual([]));

  it('without the header the same violations keep their own names', () => {
    const repeat = (change: Partial<CreateAttempt> = {}) => ({ attempt: write(slot(0), 0, change), answer: made(2) });
    expect(found([{ attempt: write(slot(0)), answer: made(1) }, repeat()])).toEqual(['REPLAY-1 AB']);
    expect(
      found([
        { attempt: write(absent), answer: made(1) },
        { attempt: write(absent), answer: made(1) },
      ]),
    ).toEqual(['CREATE-1 AB']);
  });

  it('a header elsewhere in the history takes no part in what goes on without it', () => {
    const other = {
      attempt: headed(slot(1), 1),
      answer: answer(202, { id: task(3), kind: 'design', status: 'queued' }),
    };
    expect(
      found([{ attempt: write(slot(0)), answer: made(1) }, other, { attempt: write(slot(0)), answer: made(2) }]),
    ).toEqual(['CREATE-5 AC']);
  });
});
