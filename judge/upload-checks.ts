/** UPLOAD: equal bytes are one file, other bytes another, whatever the names. */
import type { UploadRules } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { attemptsOf, type FileUse, fileUseOf, type Plan } from '../history/plan.js';
import { doneAt, type Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { overlapped } from './times.js';

interface Upload {
  reading: Reading;
  index: number;
  file: FileUse;
  /** Equal where the bytes are. */
  bytes: string;
}

export function checkUploads(plan: Plan, readings: Reading[], rules: UploadRules | null): Finding[] {
  if (rules === null) return [];
  const attempts = attemptsOf(plan);
  const uploads = readings.flatMap((reading, index): Upload[] => {
    const file = fileUseOf(attempts[reading.exchange.attempt]);
    if (file === undefined || reading.kind !== 'ok') return [];
    return [{ reading, index, file, bytes: `${file.type} ${file.content} ${file.ending ?? ''}` }];
  });
  // What was sent may have been taken, whatever became of its answer.
  const isFirst = (one: Upload) =>
    readings.every((x) => {
      const file = fileUseOf(attempts[x.exchange.attempt]);
      const same = file !== undefined && `${file.type} ${file.content} ${file.ending ?? ''}` === one.bytes;
      return x === one.reading || !same || x.exchange.sent > (one.reading.exchange.done ?? 0);
    });
  return uploads.flatMap((one, n) => [
    ...uploads.slice(0, n).flatMap((earlier) => pair(earlier, one, uploads)),
    ...flag(one, isFirst(one), uploads, rules),
  ]);
}

function pair(a: Upload, b: Upload, uploads: Upload[]): Finding[] {
  const equal = a.bytes === b.bytes;
  if (equal === (a.reading.id === b.reading.id)) return [];
  if (equal && isRaced(a, b, uploads)) return [];
  const together = overlapped(a.reading, b.reading);
  return [
    {
      id: !equal ? 'UPLOAD-2' : together ? 'UPLOAD-3' : 'UPLOAD-1',
      rule: equal ? 'same-bytes-two-files' : 'other-bytes-same-file',
      data: { first: a.index, second: b.index },
      proof: [a.index, b.index],
    },
  ];
}

/** The later one agrees with an upload that ran at the same time as the earlier: of the two ids it can have only one. */
function isRaced(a: Upload, b: Upload, uploads: Upload[]): boolean {
  return uploads.some(
    (x) => x !== b && x.bytes === b.bytes && x.reading.id === b.reading.id && overlapped(a.reading, x.reading),
  );
}

/** The member that says whether the bytes were known. */
function flag(one: Upload, first: boolean, uploads: Upload[], { duplicate }: UploadRules): Finding[] {
  const { reading, index } = one;
  const known = uploads.find((x) => x.bytes === one.bytes && doneAt(x.reading) < reading.exchange.sent);
  const said = at(reading.json, duplicate) === true;
  if (known !== undefined ? said : !said || !first) return [];
  return [
    {
      id: known === undefined ? 'UPLOAD-2' : 'UPLOAD-1',
      rule: known === undefined ? 'new-bytes-called-known' : 'known-bytes-called-new',
      data: { answered: index, ...(known === undefined ? {} : { known: known.index }) },
      proof: [...(known === undefined ? [] : [known.index]), index],
    },
  ];
}
