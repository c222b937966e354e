/** Which files are accepted, told by their first bytes or, where these say nothing, by their label. */

const pptx = 'application/vnd.openxmlformats-officedocument.presentationml.presentation';
const accepted = ['image/png', 'image/jpeg', 'image/webp', 'application/pdf', pptx];

/** The type of an accepted file, otherwise `null`. */
export function typeOf(bytes: Buffer, label: string): string | null {
  const type = (label.split(';')[0] ?? '').trim().toLowerCase();
  return sniff(bytes) ?? (accepted.includes(type) ? type : null);
}

function sniff(bytes: Buffer): string | null {
  const start = bytes.subarray(0, 16).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (/^RIFF.{4}WEBP/s.test(start)) return 'image/webp';
  if (start.startsWith('%PDF-')) return 'application/pdf';
  // A presentation is a ZIP archive, and names of members are not compressed.
  return start.startsWith('PK\x03\x04') && bytes.includes('ppt/') ? pptx : null;
}
