/** UPLOAD: equal bytes are one file, other bytes another, whatever the names. */
import type { UploadRules } from '../contracts/contract.js';
import { at } from '../contracts/pointer.js';
import { attemptsOf, type FileUse, type Plan } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import type { Finding } from './finding.js';
import { answerWords, name, overlapped } from './words.js';

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
    const file = attempts[reading.exchange.attempt]?.file;
    if (file === undefined || reading.kind !== 'ok') return [];
    return [{ reading, index, file, bytes: `${file.type} ${file.content} ${file.ending ?? ''}` }];
  });
  // What was sent may have been taken, whatever became of its answer.
  const isFirst = (one: Upload) =>
    readings.every((x) => {
      const file = attempts[x.exchange.attempt]?.file;
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
  const names = a.file.name === b.file.name ? 'the same name' : 'different names';
  const together = overlapped(a.reading, b.reading);
  return [
    {
      id: !equal ? 'UPLOAD-2' : together ? 'UPLOAD-3' : 'UPLOAD-1',
      summary: equal ? 'The same bytes were taken as two files.' : 'Other bytes were taken as the same file.',
      argument: [
        `${name(a.reading)} and ${name(b.reading)} uploaded ${equal ? 'the same bytes' : `different bytes${endings(a, b)}`} under ${names}${together ? ', at the same time' : ''}.`,
        `${name(a.reading)} was answered ${answerWords(a.reading)}, ${name(b.reading)} ${answerWords(b.reading)}.`,
      ],
      expected: equal ? `${name(b.reading)}: ${a.reading.id}` : `${name(b.reading)}: another file than ${a.reading.id}`,
      observed: answerWords(b.reading),
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

/** In what two files differ that are the same up to what stands behind their end. */
function endings(a: Upload, b: Upload): string {
  if (a.file.type !== b.file.type || a.file.content !== b.file.content) return '';
  const [one, other] = [a.file.ending ?? '', b.file.ending ?? ''].map((ending) => Buffer.byteLength(ending));
  if (one === other) return ` (equal but for the last ${one === 1 ? 'byte' : `${one} bytes`})`;
  return ' (equal, but one is longer at its end)';
}

/** The member that says whether the bytes were known. */
function flag(one: Upload, first: boolean, uploads: Upload[], { duplicate }: UploadRules): Finding[] {
  const { reading, index } = one;
  const known = uploads.find(
    (x) => x.bytes === one.bytes && (x.reading.exchange.done ?? Number.POSITIVE_INFINITY) < reading.exchange.sent,
  );
  const said = at(reading.json, duplicate) === true;
  if (known !== undefined ? said : !said || !first) return [];
  return [
    {
      id: known === undefined ? 'UPLOAD-2' : 'UPLOAD-1',
      summary:
        known === undefined
          ? `Bytes that were never uploaded before are answered with ${duplicate}: true.`
          : `Bytes that were uploaded before are not answered with ${duplicate}: true.`,
      argument: [
        ...(known === undefined
          ? [`${name(reading)} uploaded bytes that nobody had sent before.`]
          : [`${name(known.reading)} had uploaded the same bytes and was answered ${answerWords(known.reading)}.`]),
        `${name(reading)} was answered ${duplicate}: ${JSON.stringify(at(reading.json, duplicate) ?? null)}.`,
      ],
      expected: `${duplicate}: ${known !== undefined}`,
      observed: `${duplicate}: ${JSON.stringify(at(reading.json, duplicate) ?? null)}`,
      proof: [...(known === undefined ? [] : [known.index]), index],
    },
  ];
}
