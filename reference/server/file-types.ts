/** Which files are accepted, known by their first bytes or, where these say nothing, by their label. */
import type { UploadRules } from '../../contracts/contract.js';

type Kind = UploadRules['types'][number];

const TYPES: Record<Kind, { type: string; start: string }> = {
  png: { type: 'image/png', start: '\x89PNG\r\n\x1a\n' },
  pdf: { type: 'application/pdf', start: '%PDF-' },
};

/** The type of an accepted file, otherwise `null`. */
export function typeOf(bytes: Buffer, label: string, kinds: readonly Kind[]): string | null {
  const accepted = kinds.map((kind) => TYPES[kind]);
  const start = bytes.subarray(0, 16).toString('latin1');
  const labelled = (label.split(';')[0] ?? '').trim().toLowerCase();
  const known = accepted.find((one) => start.startsWith(one.start)) ?? accepted.find(({ type }) => type === labelled);
  return known?.type ?? null;
}
