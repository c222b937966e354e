/** UPLOAD: the same file again. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { type PlanSource, send, storm } from '../generators/plans.js';
import type { Attempt, FileUse, Plan, Step } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Chapter } from './requirement.js';
import { bugClass } from './sources.js';

function noUploads({ uploads }: Contract): string | null {
  return uploads === null ? 'the contract names no endpoint for uploads' : null;
}

export const chapter: Chapter = {
  name: 'UPLOAD',
  title: 'The same file again',
  needs: 'An upload endpoint in the contract that recognises files which it already has (`uploads`).',
  requirements: [
    {
      id: 'UPLOAD-1',
      level: 'MUST',
      title: 'The same file uploaded twice has one id',
      statement:
        'The same bytes uploaded twice get one id under any file name, and the second answer marks them as a duplicate.',
      sources: [{ name: 'what a contract with uploads promises', url: 'docs/requirements.md#upload' }],
      needs: ['side-endpoint'],
      skip: noUploads,
      plans: (source) =>
        files(source, (file, other) => [
          send(upload(file)),
          send(upload(file)),
          send(upload({ ...other, content: 0 })),
        ]),
      exercised: (readings) => taken(readings).length > 1,
    },
    {
      id: 'UPLOAD-2',
      level: 'MUST',
      title: 'Another file under the same name has another id',
      statement: 'Other bytes under the same file name get another id and are not marked as a duplicate.',
      sources: [
        { name: 'what a contract with uploads promises', url: 'docs/requirements.md#upload' },
        bugClass(46, 'false match'),
      ],
      needs: ['side-endpoint'],
      skip: noUploads,
      plans: (source) =>
        files(source, (file) => [
          send(upload(file)),
          send(upload({ ...file, content: 1 })),
          // The last byte alone.
          send(upload({ ...file, ending: 'a' })),
          send(upload({ ...file, ending: 'b' })),
        ]),
      exercised: (readings) => taken(readings).length > 1,
    },
    {
      id: 'UPLOAD-3',
      level: 'SHOULD',
      title: 'The same file uploaded at the same time has one id',
      statement: 'The same bytes uploaded several times at once get one id.',
      sources: [bugClass(1, 'check-then-insert race')],
      needs: ['side-endpoint'],
      skip: noUploads,
      plans: (source) =>
        files(source, (file, other) => {
          const width = Math.max(2, source.stormWidth);
          const alike = Array.from({ length: width }, (_, n) => upload(n % 2 === 0 ? file : { ...other, content: 0 }));
          return [storm(alike), send(upload(file))];
        }),
      exercised: (readings) => {
        const [first, ...rest] = taken(readings);
        return rest.some(({ exchange }) => exchange.sent < (first?.exchange.done ?? 0));
      },
    },
  ],
};

/** A plan over a file, and over another of the same type under another name. */
function files(source: PlanSource, steps: (file: FileUse, other: FileUse) => Step[]): fc.Arbitrary<Plan> {
  const types = source.contract.uploads?.types ?? ['png'];
  return fc
    .record({
      type: fc.constantFrom(...types),
      names: fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 2, maxLength: 2 }),
      boundaries: fc.array(fc.constantFrom(...BOUNDARIES), { minLength: 2, maxLength: 2 }),
    })
    .map(({ type, names, boundaries }) => {
      const [file, other] = names.map(
        (name, n): FileUse => ({ type, content: 0, name: `${name}.${type}`, boundary: boundaries[n] as string }),
      );
      return { keys: [], steps: steps(file as FileUse, other as FileUse) };
    });
}

/** What people's files are called, and what a careless server takes apart. */
const NAMES = [
  'deck',
  'Quarterly report (final) v2',
  'with "quotes"',
  "it's",
  'Größe – 資料 🙂',
  '../../etc/passwd',
  'C:\\temp\\deck',
  ' leading space',
  '.hidden',
  'a;b=c%22',
  'n'.repeat(180),
];

/**
 * All that RFC 2046 allows, up to its 70 characters; but parsers trip over one that is dashes alone, or stands in the
 * file without the dashes before it.
 */
const BOUNDARIES = ['----idem7MA4YWxkTrZu0gW', 'xyzzy9', "a'()+_,-./:=?b", `${'-'.repeat(69)}x`];

function upload(file: FileUse): Attempt {
  return { operation: 'upload', credential: 'first', file };
}

function taken(readings: Reading[]): Reading[] {
  return readings.filter(({ exchange, kind }) => exchange.operation === 'upload' && kind === 'ok');
}
