/** Uploads as others read them: undici's parser, and a plain search for what separates the parts. */
import fc from 'fast-check';
import { Response } from 'undici';
import { describe, expect, test } from 'vitest';
import { makeFile } from '../../client/files.js';
import { type Multipart, multipart } from '../../client/multipart.js';
import { type Attempt, attemptsOf, type FileUse, fileUseOf } from '../../history/plan.js';
import { plannedRequirements } from '../../suites/index.js';
import { moda } from '../generators/sources.js';
import { clientFor, exchangesOf, startTarget, valuesOf } from './target.js';

const UNIQUE = 'idem-0123456789ab';

/** Whatever the UPLOAD chapter sends. */
const sent: FileUse[] = plannedRequirements
  .filter(({ id }) => id.startsWith('UPLOAD-'))
  .flatMap((suite) =>
    fc
      .sample(
        suite.plans({
          ...moda,
          round: 0,
          stormWidth: 2,
          storms: 1,
          repeats: 4,
          fanOut: 2,
          longestKey: 1_000,
          largestBody: 100_000,
          secondCredential: true,
        }),
        {
          seed: 1,
          numRuns: 400,
        },
      )
      .flatMap(attemptsOf)
      .flatMap((one) => fileUseOf(one) ?? []),
  );
const names = [...new Set(sent.map(({ name, type }) => name.slice(0, -type.length - 1)))];
const boundaries = [...new Set(sent.map(({ boundary }) => boundary))];

async function parsed({ body, contentType }: Multipart) {
  const form = await new Response(body, { headers: { 'content-type': contentType } }).formData();
  const parts = [...form.entries()];
  return Promise.all(
    parts.map(async ([part, file]) =>
      typeof file === 'string'
        ? { part, text: file }
        : { part, name: file.name, type: file.type, bytes: Buffer.from(await file.arrayBuffer()) },
    ),
  );
}

/** `%22` stands for a quotation mark, as with browsers: a name that holds it for another reason is read as one. */
function asRead(name: string): string {
  return name.replaceAll('%22', '"');
}

test('the chapter sends careless names, and boundaries up to the longest', () => {
  expect([names.length, boundaries.length]).toEqual([11, 4]);
  expect(Math.max(...boundaries.map((one) => one.length))).toBe(70);
});

describe.each(boundaries)('between boundaries %j', (boundary) => {
  test.each(names)('name and bytes of %j come through', async (name) => {
    for (const type of ['png', 'pdf'] as const) {
      const media = { png: 'image/png', pdf: 'application/pdf' }[type];
      const file = { type, content: 0, name: `${name}.${type}`, boundary };
      const bytes = makeFile(type, UNIQUE);
      expect(await parsed(multipart(file, 'file', UNIQUE))).toEqual([
        { part: 'file', name: asRead(`${name}.${type}`), type: media, bytes },
      ]);
      const longer = Buffer.concat([bytes, Buffer.from('a')]);
      expect(await parsed(multipart({ ...file, ending: 'a' }, 'file', UNIQUE))).toEqual([
        { part: 'file', name: asRead(`${name}.${type}`), type: media, bytes: longer },
      ]);
    }
  });
});

test('what separates the parts stands nowhere else', () => {
  for (const [boundary, type] of boundaries.flatMap((one) => [[one, 'png'] as const, [one, 'pdf'] as const])) {
    const { body } = multipart({ type, content: 0, name: 'deck', boundary }, 'file', UNIQUE);
    const text = body.toString('latin1');
    expect(text.startsWith(`--${boundary}\r\n`)).toBe(true);
    expect(text.endsWith(`\r\n--${boundary}--\r\n`)).toBe(true);
    // Not even without what stands before it: some parsers look for no more.
    expect(text.split(boundary)).toHaveLength(3);
  }
});

test('no name breaks out of its header', async () => {
  // A lone surrogate is no character, and has no bytes.
  const name = fc.string({ unit: 'grapheme', minLength: 1 }).filter((one) => !/[%\p{Surrogate}]/u.test(one));
  await fc.assert(
    fc.asyncProperty(name, async (one) => {
      const file = { type: 'png' as const, content: 0, name: one, boundary: 'xyzzy9' };
      const [part, ...more] = await parsed(multipart(file, 'the "part"', UNIQUE));
      expect([part, more]).toEqual([
        { part: 'the "part"', name: one, type: 'image/png', bytes: makeFile('png', UNIQUE) },
        [],
      ]);
    }),
  );
});

test('over the wire: the same bytes for one number, other bytes for another, and for another execution', async () => {
  const target = await startTarget(() => ({ status: 201, body: { id: 'file_1', was_duplicate: false } }));
  const upload = (file: Partial<FileUse>): Attempt => ({
    operation: 'upload',
    credential: 'first',
    file: { type: 'png', content: 0, name: 'deck.png', boundary: 'xyzzy9', ...file },
  });
  const steps = [
    upload({}),
    upload({ name: 'other.png', boundary: 'abcd' }),
    upload({ content: 1 }),
    upload({ ending: 'a' }),
  ];
  const client = clientFor(target.url);
  const exchanges = [...(await exchangesOf(client, ...steps)), ...(await exchangesOf(client, ...steps))];
  expect(target.received.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(8).fill('POST /v1/uploads'));
  const read = await Promise.all(
    target.received.map(async (one) => {
      const [contentType = ''] = valuesOf(one, 'content-type');
      const [part] = await parsed({ body: one.body, contentType });
      return part as { name: string; bytes: Buffer };
    }),
  );
  expect(read.map(({ name }) => name)).toEqual(
    [...Array(2)].flatMap(() => ['deck.png', 'other.png', 'deck.png', 'deck.png']),
  );
  const bytes = read.map((one) => one.bytes.toString('hex'));
  const kinds = bytes.map((one) => bytes.indexOf(one));
  expect(kinds).toEqual([0, 0, 2, 3, 4, 4, 6, 7]);
  // What is kept of a request can be sent again, byte for byte.
  expect(exchanges.map(({ request }) => Buffer.from(request.base64 ?? '', 'base64'))).toEqual(
    target.received.map(({ body }) => body),
  );
  expect(exchanges[0]?.request.body).toMatch(
    /^--xyzzy9\r\nContent-Disposition: form-data; name="file"; filename="deck\.png"\r\n/,
  );
});

test('a PDF is text, and kept as such', async () => {
  const target = await startTarget(() => ({ status: 201, body: { id: 'file_1' } }));
  const file: FileUse = { type: 'pdf', content: 0, name: 'Größe.pdf', boundary: 'xyzzy9' };
  const [exchange] = await exchangesOf(clientFor(target.url), { operation: 'upload', credential: 'first', file });
  expect(exchange?.request).toEqual({
    ...exchange?.request,
    body: target.received[0]?.body.toString('utf8'),
  });
  expect(exchange?.request.base64).toBeUndefined();
});
