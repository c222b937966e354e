/** UPLOAD: equal bytes are one file, whatever the names, and other bytes another. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FileUse } from '../../history/plan.js';
import { read } from '../../judge/classify.js';
import { checkUploads } from '../../judge/upload-checks.js';
import {
  type Asked,
  answer,
  broken,
  found,
  historyOf,
  idOf,
  invalid,
  limited,
  lost,
  moda,
  unsent,
} from './side-histories.js';

/** The upload of a file: its bytes are those of its number. */
function upload(
  content: number,
  given: Asked['answer'],
  change: Partial<Asked> & { file?: Partial<FileUse> } = {},
): Asked {
  const { file, ...when } = change;
  const whole: FileUse = { type: 'png', content, name: 'deck.png', boundary: 'xyzzy9', ...file };
  return { attempt: { operation: 'upload', credential: 'first', file: whole }, answer: given, ...when };
}

function file(number: number, duplicate?: boolean | null | string) {
  return answer(201, { id: idOf('file', number), ...(duplicate === undefined ? {} : { was_duplicate: duplicate }) });
}

const first = upload(0, file(1, false));
const named = { file: { name: 'other.png', boundary: 'abcd' } };

describe('UPLOAD-1', () => {
  const violations: [string, Asked[], string[]][] = [
    [
      'the same bytes again are another file, and no duplicate',
      [first, upload(0, file(2, false))],
      ['UPLOAD-1 AB', 'UPLOAD-1 AB'],
    ],
    ['the same bytes under another name are another file', [first, upload(0, file(2, true), named)], ['UPLOAD-1 AB']],
    ['the second time the flag is false', [first, upload(0, file(1, false))], ['UPLOAD-1 AB']],
    ['the second time the flag is absent', [first, upload(0, file(1))], ['UPLOAD-1 AB']],
    ['the second time the flag is null', [first, upload(0, file(1, null))], ['UPLOAD-1 AB']],
    ['the second time the flag is a text', [first, upload(0, file(1, 'true'))], ['UPLOAD-1 AB']],
    [
      'after a storm that agreed the next one is another file',
      [upload(0, file(1, false), { at: 0 }), upload(0, file(1, true), { at: 5 }), upload(0, file(2, true))],
      ['UPLOAD-1 AC', 'UPLOAD-1 BC'],
    ],
  ];
  it.each(violations)('%s', (_, asked, ids) => expect(found(asked)).toEqual(ids));
});

describe('UPLOAD-2', () => {
  const violations: [string, Asked[], string[]][] = [
    ['other bytes under the same name are the same file', [first, upload(1, file(1, false))], ['UPLOAD-2 AB']],
    ['other bytes are told to be a duplicate', [first, upload(1, file(2, true))], ['UPLOAD-2 B']],
    ['other bytes are both', [first, upload(1, file(1, true))], ['UPLOAD-2 AB', 'UPLOAD-2 B']],
    ['a first file is told to be a duplicate', [upload(0, file(1, true))], ['UPLOAD-2 A']],
    [
      'the last byte alone differs',
      [upload(0, file(1, false), { file: { ending: 'a' } }), upload(0, file(1, false), { file: { ending: 'b' } })],
      ['UPLOAD-2 AB'],
    ],
    [
      'a file of another type is the same file',
      [first, upload(0, file(1, false), { file: { type: 'pdf' } })],
      ['UPLOAD-2 AB'],
    ],
    [
      'at the same time, too',
      [upload(0, file(1, false), { at: 0 }), upload(1, file(1, false), { at: 5 })],
      ['UPLOAD-2 AB'],
    ],
  ];
  it.each(violations)('%s', (_, asked, ids) => expect(found(asked)).toEqual(ids));
});

describe('UPLOAD-3', () => {
  it('the same bytes at the same time are two files', () => {
    const asked = [upload(0, file(1, false), { at: 0 }), upload(0, file(2, false), { at: 5 })];
    expect(found(asked)).toEqual(['UPLOAD-3 AB']);
  });

  it('what comes after such a race can agree with one of the two only', () => {
    const race = [upload(0, file(1, false), { at: 0 }), upload(0, file(2, false), { at: 5 })];
    for (const agreed of [1, 2]) expect(found([...race, upload(0, file(agreed, true))])).toEqual(['UPLOAD-3 AB']);
    // With neither of them is another matter.
    expect(found([...race, upload(0, file(3, true))])).toEqual(['UPLOAD-1 AC', 'UPLOAD-1 BC', 'UPLOAD-3 AB']);
  });
});

describe('not', () => {
  const legal: [string, Asked[]][] = [
    [
      'one file for the same bytes, others for others',
      [
        first,
        upload(0, file(1, true)),
        upload(0, file(1, true), named),
        upload(1, file(2, false)),
        upload(0, file(3, false), { file: { ending: 'a' } }),
        upload(0, file(4, false), { file: { ending: 'b' } }),
        upload(0, file(5, false), { file: { type: 'pdf' } }),
        upload(0, file(5, true), { file: { type: 'pdf' } }),
      ],
    ],
    ['an absent flag of a first file is false', [upload(0, file(1))]],
    [
      'flags of uploads that overlap are free: both, none, or either',
      [
        ...[true, true].map((flag, n) => upload(0, file(1, flag), { at: n })),
        ...[false, false].map((flag, n) => upload(1, file(2, flag), { at: 100 + n })),
        ...[true, false].map((flag, n) => upload(2, file(3, flag), { at: 200 + n })),
      ],
    ],
    ['the first answer was lost, and the same again is a duplicate', [upload(0, lost), upload(0, file(1, true))]],
    ['the first answer was lost, and the same again is none', [upload(0, lost), upload(0, file(1, false))]],
    ['it failed at first, and may have been taken', [upload(0, broken), upload(0, file(1, true))]],
    ['it failed at first, and was not taken', [upload(0, broken), upload(0, file(1, false))]],
    ['it was refused at first', [upload(0, invalid), upload(0, file(1, false)), upload(0, file(1, true))]],
    ['a rate limit came first', [upload(0, limited), upload(0, file(1, false))]],
    ['it was never sent at first', [upload(0, unsent), upload(0, file(1, false))]],
    ['an answer without an id', [first, upload(0, answer(201, {}))]],
  ];
  it.each(legal)('%s', (_, asked) => expect(found(asked)).toEqual([]));

  it('by a contract without uploads', () => {
    const history = historyOf([first, upload(0, file(2, false))]);
    const readings = history.exchanges.map((exchange) => read(exchange, moda));
    expect(checkUploads(history.plan, readings, moda.contract.uploads).map(({ id }) => id)).toEqual([
      'UPLOAD-1',
      'UPLOAD-1',
    ]);
    expect(checkUploads(history.plan, readings, null)).toEqual([]);
  });
});

describe('any order of uploads', () => {
  const sent = fc.array(
    fc.record({ content: fc.nat({ max: 2 }), takes: fc.nat({ max: 1500 }), name: fc.constantFrom('a.png', 'b.png') }),
    { minLength: 1, maxLength: 8 },
  );

  it('answered by a store of files is legal', () => {
    fc.assert(
      fc.property(sent, (list) => {
        const stored = new Set<number>();
        const asked = list.map(({ content, takes, name }) => {
          const known = stored.has(content);
          stored.add(content);
          return upload(content, file(content, known), { takes, file: { name } });
        });
        expect(found(asked)).toEqual([]);
      }),
    );
  });

  it('answered by names, it is found as soon as a name has two contents or a content two names', () => {
    fc.assert(
      fc.property(sent, (list) => {
        const stored = new Set<string>();
        const asked = list.map(({ content, name }) => {
          const known = stored.has(name);
          stored.add(name);
          return upload(content, file(name === 'a.png' ? 1 : 2, known), { file: { name } });
        });
        const pairs = new Set(list.map(({ content, name }) => `${content} ${name}`)).size;
        const confused =
          pairs > new Set(list.map(({ name }) => name)).size || pairs > new Set(list.map((x) => x.content)).size;
        expect(found(asked).length > 0).toBe(confused);
      }),
    );
  });
});
