/** Writes that are accepted, and whose work is done after their answer. */
import type { Contract } from './contract.js';
import type { Problem } from './document.js';
import type { Json } from './json.js';
import { at } from './pointer.js';
import type { Answer } from './refusals.js';

/** Whether a status says that the work is still to be done. */
export function isAccepted({ accepted }: Contract, status: number): boolean {
  return accepted?.statuses.includes(status) === true;
}

/** The URL at which the end of an accepted write can be seen, as it was sent; `null` where the answer has none. */
export function statusUrlOf(
  { accepted }: Contract,
  { status, headers }: Answer,
  json: Json | undefined,
): string | null {
  if (accepted === null || !accepted.statuses.includes(status)) return null;
  const { header, pointer } = accepted.url;
  const url =
    header === null ? (json === undefined ? undefined : at(json, pointer ?? '')) : headers[header.toLowerCase()];
  return typeof url === 'string' && url !== '' ? url : null;
}

/** How far a write is, by the answer of its status URL; `open`: neither done nor failed. */
export function stateOf({ accepted }: Contract, json: Json | undefined): 'done' | 'failed' | 'open' {
  const status = accepted === null || json === undefined ? undefined : at(json, accepted.status);
  if (typeof status !== 'string') return 'open';
  if (accepted?.done.includes(status)) return 'done';
  return accepted?.failed.includes(status) ? 'failed' : 'open';
}

/** What leaves no status URL, or two of them. */
export function acceptedProblems({ accepted }: Contract): Problem[] {
  if (accepted === null || (accepted.url.header === null) !== (accepted.url.pointer === null)) return [];
  return [
    {
      member: '/accepted/url',
      text: 'must say one of header and pointer: {header: Location}, or {pointer: /status_url}',
    },
  ];
}
