/** SCOPE-5 and ENDPOINT-1: what a key does at endpoints that take none. */
import { decode } from '../contracts/codec.js';
import type { Contract } from '../contracts/contract.js';
import { type IdPlace, idIn, placeOfId } from '../contracts/ids.js';
import { canonical } from '../contracts/json.js';
import { isConflict, mayBeWrong } from '../contracts/refusals.js';
import { NONCE_ANYWHERE } from '../history/nonce.js';
import type { Reading } from '../history/reading.js';
import { sharesKey } from '../history/register.js';
import type { Finding } from './finding.js';
import { isUnguessable } from './ids.js';

/** Nothing where the contract says that a key is the same at all endpoints. */
export function checkOthers(readings: Reading[], contract: Contract): Finding[] {
  if (contract.key.operations === 'shared') return [];
  return readings.flatMap((reading, index) => {
    if (reading.exchange.operation !== 'other') return [];
    return [
      ...sharedResource(reading, index, readings, contract),
      ...conflict(reading, index, readings, contract),
      ...joined(reading, index, readings, contract),
    ];
  });
}

/** Whether a write under test was answered as another endpoint answered the same key. */
export function answersAnother(reading: Reading, readings: Reading[], contract: Contract): boolean {
  return readings.some((x) => x.exchange.operation === 'other' && isSameAnswer(reading, x, contract));
}

/** Whether a write and a request to another endpoint with its key show one resource, in whichever of the two ways. */
function isSameAnswer(own: Reading, other: Reading, contract: Contract): boolean {
  if (own.exchange.operation !== 'create' || !sharesKey(own, other, contract)) return false;
  const places = [contract.create.id, placeOfId(other.exchange, contract)];
  const ids = places.flatMap((place) => {
    const id = isSuccess(own) && isSuccess(other) ? namedBy(own, place) : null;
    return id !== null && id === namedBy(other, place) && (id === own.id || id === other.id) ? [id] : [];
  });
  // Two counters may meet; what the other request never said can only be the write's own answer.
  const nonce = NONCE_ANYWHERE.exec(own.exchange.request.body)?.[0];
  const { outcome } = other.exchange;
  const echoed = nonce !== undefined && outcome.kind === 'answer' && outcome.body.includes(nonce);
  // A key that names resources does so at each endpoint.
  return ids.some((id) => echoed || (isUnguessable(id) && id !== own.exchange.key));
}

/** Addresses may hold keys, and what is new in every request. */
function isSameEndpoint({ exchange: a }: Reading, { exchange: b }: Reading): boolean {
  return a.operation === b.operation && a.endpoint === b.endpoint;
}

function namedBy({ exchange: { outcome }, json }: Reading, place: IdPlace): string | null {
  return outcome.kind === 'answer' ? idIn(place, { headers: outcome.headers, json }) : null;
}

function isSuccess({ exchange: { outcome } }: Reading): boolean {
  return outcome.kind === 'answer' && outcome.status >= 200 && outcome.status < 300;
}

/** SCOPE-5: a resource of the write under test, given out by another endpoint or the other way round. */
function sharedResource(reading: Reading, index: number, readings: Reading[], contract: Contract): Finding[] {
  const own = readings.findIndex((x) => isSameAnswer(x, reading, contract));
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
  if (outcome.kind !== 'answer' || !isConflict(contract, outcome, json)) return [];
  // The body may be wrong there, unless it was taken under another key.
  const isTaken = (x: Reading) =>
    x.kind === 'ok' &&
    isSameEndpoint(x, reading) &&
    x.exchange.key !== exchange.key &&
    bodyOf(x, contract) === bodyOf(reading, contract);
  if (mayBeWrong(contract, outcome.status) && !readings.some(isTaken)) return [];
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

/** The body without the key. The schema of the write under test says nothing of another endpoint's members. */
function bodyOf({ exchange: { request } }: Reading, contract: Contract): string {
  const { value } = decode(contract, request);
  return value === undefined ? request.body : canonical(value);
}

/** ENDPOINT-1: another body under the same key was given the first one's resource. */
function joined(reading: Reading, index: number, readings: Reading[], contract: Contract): Finding[] {
  const { exchange } = reading;
  const first = readings.findIndex(
    (x) =>
      sharesKey(x, reading, contract) &&
      isSameEndpoint(x, reading) &&
      x.bytes !== reading.bytes &&
      x.exchange.sent < exchange.sent &&
      x.id !== null &&
      x.id !== exchange.key &&
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
