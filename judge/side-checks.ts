/** SCOPE-5 and ENDPOINT-1: what a key does at endpoints that take none. */
import type { Contract } from '../contracts/contract.js';
import { isRefusal } from '../contracts/refusals.js';
import type { Reading } from '../history/reading.js';
import { sharesKey } from '../history/register.js';
import type { Finding } from './finding.js';

export function checkOthers(readings: Reading[], contract: Contract): Finding[] {
  return readings.flatMap((reading, index) => {
    if (reading.exchange.operation !== 'other') return [];
    return [
      ...sharedResource(reading, index, readings),
      ...conflict(reading, index, readings, contract),
      ...joined(reading, index, readings, contract),
    ];
  });
}

/** SCOPE-5: a resource of the write under test, given out by another endpoint or the other way round. */
function sharedResource(reading: Reading, index: number, readings: Reading[]): Finding[] {
  const own = readings.findIndex(
    ({ exchange, id }) => exchange.operation === 'create' && id !== null && id === reading.id,
  );
  if (own < 0) return [];
  return [
    {
      id: 'SCOPE-5',
      rule: 'endpoints-share-a-key',
      data: { create: own, answered: index },
      proof: [own, index].sort((a, b) => a - b),
    },
  ];
}

/** The key's conflict where no key is known: SCOPE-5 if the key was bound elsewhere, otherwise ENDPOINT-1. */
function conflict(reading: Reading, index: number, readings: Reading[], contract: Contract): Finding[] {
  const { exchange, json } = reading;
  const { outcome } = exchange;
  if (outcome.kind !== 'answer' || !isRefusal(contract.conflict, outcome.status, json)) return [];
  const earlier = readings.findIndex(
    (x) => x !== reading && sharesKey(x, reading, contract) && x.exchange.sent < exchange.sent,
  );
  const before = readings[earlier];
  const elsewhere = before !== undefined && before.exchange.operation === 'create';
  return [
    {
      id: elsewhere ? 'SCOPE-5' : 'ENDPOINT-1',
      rule: 'conflict-at-another-endpoint',
      data: { answered: index, ...(before === undefined ? {} : { before: earlier }) },
      proof: [...(before === undefined ? [] : [earlier]), index],
    },
  ];
}

/** ENDPOINT-1: another body under the same key was given the first one's resource. */
function joined(reading: Reading, index: number, readings: Reading[], contract: Contract): Finding[] {
  const { exchange } = reading;
  const first = readings.findIndex(
    (x) =>
      sharesKey(x, reading, contract) &&
      x.exchange.operation === 'other' &&
      x.exchange.request.url === exchange.request.url &&
      x.exchange.request.body !== exchange.request.body &&
      x.exchange.sent < exchange.sent &&
      x.id !== null &&
      x.id === reading.id,
  );
  if (first < 0) return [];
  return [
    {
      id: 'ENDPOINT-1',
      rule: 'another-endpoint-joins-bodies',
      data: { first, answered: index },
      proof: [first, index],
    },
  ];
}
