/** The first bytes of a body that is not text, as every hex viewer shows them. */

const most = 512;
const perLine = 16;

export function Hex({ base64 }: { base64: string }) {
  const { lines, partial } = hexOf(base64);
  return (
    <>
      <pre class="bytes hex">{lines.join('\n')}</pre>
      {partial ? <p class="none">Its first {most} bytes; results.json has all.</p> : null}
    </>
  );
}

export function hexOf(base64: string): { lines: string[]; partial: boolean } {
  const bytes = Buffer.from(base64, 'base64');
  const lines: string[] = [];
  for (let start = 0; start < Math.min(most, bytes.length); start += perLine) {
    const line = bytes.subarray(start, Math.min(start + perLine, most));
    const digits = (line.toString('hex').match(/../g) ?? []).join(' ').padEnd(perLine * 3 - 1);
    const letters = [...line].map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : '·')).join('');
    lines.push(`${start.toString(16).padStart(4, '0')}  ${digits}  ${letters}`);
  }
  return { lines, partial: bytes.length > most };
}
