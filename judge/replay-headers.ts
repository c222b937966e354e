/** REPLAY-13 and REPLAY-14: the headers of a replay, which are those of the first answer or its own. */
import type { Contract } from '../contracts/contract.js';
import { isAcceptance, type Reading } from '../history/reading.js';
import { holderOf, sameRegister } from '../history/register.js';
import type { Finding } from './finding.js';

/** What an engineer would want to know where the contract says nothing. */
const USUALLY_EQUAL = ['Location', 'Content-Type'];
const USUALLY_FRESH = ['Set-Cookie', 'X-Request-Id', 'Request-Id'];

export function checkReplayHeaders(readings: Reading[], contract: Contract): Finding[] {
  const { equal, fresh } = contract.replay.headers ?? { equal: USUALLY_EQUAL, fresh: USUALLY_FRESH };
  return readings.flatMap((reading, index) => {
    const first = holderOf(reading, readings);
    if (first === undefined || first.id !== reading.id || !isSuccess(first) || !isSuccess(reading)) return [];
    const report = (id: string, rule: string) => (header: string) => {
      const [was, is] = [first, reading].map((x) => headerOf(x, header) ?? null);
      const at = readings.indexOf(first);
      const data = { subject: header, first: at, answered: index, was: was ?? null, is: is ?? null };
      return { id, rule, data, proof: [at, index] };
    };
    const isFurther = isAcceptance(first, contract) !== isAcceptance(reading, contract);
    const changed = (isFurther ? [] : equal).filter((header) => {
      const was = meant(first, header);
      return was !== undefined && was !== meant(reading, header);
    });
    const repeated = fresh.filter((header) => {
      const was = headerOf(first, header);
      return was !== undefined && was === headerOf(reading, header) && isItsOwn(first, header, readings);
    });
    return [
      ...changed.map(report('REPLAY-13', 'header-changed-in-replay')),
      ...repeated.map(report('REPLAY-14', 'header-repeated-in-replay')),
    ];
  });
}

/** A value is the first answer's own if other requests of the same sender to the same target have others, and none has it. */
function isItsOwn(first: Reading, header: string, readings: Reading[]): boolean {
  const was = headerOf(first, header);
  const others = readings.flatMap((x) => {
    const { operation, credential, target } = x.exchange;
    const comparable = credential === first.exchange.credential && target === first.exchange.target;
    if (operation !== 'create' || !comparable || x === first || sameRegister(x, first)) return [];
    return headerOf(x, header) ?? [];
  });
  return others.length > 0 && !others.includes(was ?? '');
}

/** The value as far as it counts: a media type without parameters, an address without the host that was asked. */
function meant(reading: Reading, header: string): string | undefined {
  const value = headerOf(reading, header);
  const name = header.toLowerCase();
  if (name === 'content-type') return value?.split(';')[0]?.trim().toLowerCase();
  const asked = reading.exchange.request.url;
  if (name !== 'location' || value === undefined || !URL.canParse(value, asked)) return value;
  const address = new URL(value, asked);
  return address.host === new URL(asked).host ? `${address.pathname}${address.search}` : address.href;
}

function headerOf({ exchange: { outcome } }: Reading, header: string): string | undefined {
  return outcome.kind === 'answer' ? outcome.headers[header.toLowerCase()] : undefined;
}

function isSuccess({ kind, exchange: { operation, outcome } }: Reading): boolean {
  return kind === 'ok' && operation === 'create' && outcome.kind === 'answer' && outcome.status < 300;
}
