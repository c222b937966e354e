/** Files to upload: valid, and each text has bytes of its own. */
import { crc32, inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { makeFile } from '../../client/files.js';
import { Mint } from '../../client/mint.js';

/** What files are told apart by: the texts that a run mints. */
const text = fc.stringMatching(/^idem-[0-9a-f]{12}$/);

interface Chunk {
  type: string;
  data: Buffer;
}

/** The chunks of a PNG, read by the standard: length, type, data, checksum. */
function chunksOf(png: Buffer): Chunk[] {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks: Chunk[] = [];
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const body = png.subarray(at + 4, at + 8 + length);
    expect(body.length).toBe(4 + length);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    chunks.push({ type: body.toString('latin1', 0, 4), data: body.subarray(4) });
    at += 12 + length;
  }
  return chunks;
}

test('a PNG is one grey pixel with the text as its comment, and every checksum is right', () => {
  fc.assert(
    fc.property(text, (comment) => {
      const chunks = chunksOf(makeFile('png', comment));
      const pixels = chunks.map(({ type, data }) => [
        type,
        type === 'IDAT' ? [...inflateSync(data)] : type === 'IHDR' ? [...data] : data.toString('latin1'),
      ]);
      expect(pixels).toEqual([
        // Width, height, eight bits of grey, and the usual methods.
        ['IHDR', [0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]],
        ['tEXt', `Comment\0${comment}`],
        // No filter, and one sample.
        ['IDAT', [0, 0x80]],
        ['IEND', ''],
      ]);
    }),
  );
});

test('a PDF’s table names the place of each object, and the trailer the place of the table', () => {
  fc.assert(
    fc.property(text, (title) => {
      const pdf = makeFile('pdf', title).toString('latin1');
      expect(pdf.startsWith('%PDF-1.4\n')).toBe(true);
      const table = Number(/startxref\n(\d+)\n%%EOF\n$/.exec(pdf)?.[1]);
      const [, count = '', rows = ''] =
        /^xref\n0 (\d+)\n((?:\d{10} \d{5} [fn] \n)+)trailer\n/.exec(pdf.slice(table)) ?? [];
      const entries = rows.match(/.{19}\n/g) ?? [];
      expect([entries.length, entries[0]]).toEqual([Number(count), '0000000000 65535 f \n']);
      const objects = entries.slice(1).map((entry) => pdf.slice(Number(entry.slice(0, 10))));
      for (const [index, object] of objects.entries()) expect(object).toMatch(new RegExp(`^${index + 1} 0 obj\n`));
      expect(pdf).toContain(`/Size ${count} /Root 1 0 R /Info 4 0 R`);
      expect(objects[0]).toContain('/Type /Catalog /Pages 2 0 R');
      expect(objects[3]?.split('\n')[1]).toBe(`<< /Title (${title}) >>`);
    }),
  );
});

describe.each(['png', 'pdf'] as const)('%s', (type) => {
  test('equal texts are equal bytes, other texts other bytes of the same length', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [a, b, c] = [makeFile(type, one), makeFile(type, one), makeFile(type, other)];
        expect([a.equals(b), a.equals(c), c.length]).toEqual([true, one === other, a.length]);
      }),
    );
  });

  test('files of other executions and of other numbers are other files', () => {
    const mint = new Mint();
    const executions = [mint.execution(), mint.execution(), new Mint().execution()];
    const files = executions.flatMap((one) =>
      [0, 1].map((content) => makeFile(type, one.nonce(content)).toString('hex')),
    );
    expect(new Set(files).size).toBe(6);
  });
});
