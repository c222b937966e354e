/** REPLAY-13 and REPLAY-14: which headers of a replay are wrong. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Contract } from '../../contracts/contract.js';
import { type Asked, found, made, moda, slot, write } from './side-histories.js';

type Headers = Record<string, string>;

/** A request with headers, another request with others, and a repeat of the first. */
function seenBy(said: Contract['replay']['headers'], first: Headers, replay: Headers, other: Headers = {}): string[] {
  const asked: Asked[] = [
    { attempt: write(slot(0)), answer: made(1), headers: first },
    { attempt: write(slot(1), 1), answer: made(2), headers: other },
    { attempt: write(slot(0)), answer: made(1), headers: replay },
  ];
  const { contract } = moda;
  return found(asked, undefined, { ...moda, contract: { ...contract, replay: { ...contract.replay, headers: said } } });
}

const url = 'http://127.0.0.1:8080';

describe('headers that a replay has as the first answer had them', () => {
  const equal = { equal: ['location', 'CONTENT-TYPE', 'X-Version'], fresh: [] };

  it.each<[string, Headers, Headers]>([
    ['lost', { location: '/v1/tasks/1' }, {}],
    ['another address', { location: '/v1/tasks/1' }, { location: '/v1/tasks/2' }],
    ['another host', { location: '/v1/tasks/1' }, { location: 'http://a.example/v1/tasks/1' }],
    ['another media type', { 'content-type': 'application/json' }, { 'content-type': 'text/plain' }],
    ['another value', { 'x-version': '1' }, { 'x-version': '2' }],
  ])('%s', (_, first, replay) => expect(seenBy(equal, first, replay)).toEqual(['REPLAY-13 AC']));

  it.each<[string, Headers, Headers]>([
    ['the same', { location: '/v1/tasks/1', 'x-version': '1' }, { location: '/v1/tasks/1', 'x-version': '1' }],
    ['the host that was asked', { location: '/v1/tasks/1' }, { location: `${url}/v1/tasks/1` }],
    ['parameters', { 'content-type': 'application/json' }, { 'content-type': 'Application/JSON; charset=utf-8' }],
    ['the first had none', {}, { location: '/v1/tasks/1', 'x-version': '1' }],
    ['no such header', { etag: '1' }, { etag: '2' }],
  ])('not: %s', (_, first, replay) => expect(seenBy(equal, first, replay)).toEqual([]));
});

describe('headers that a replay does not repeat', () => {
  const fresh = { equal: [], fresh: ['Set-Cookie'] };
  const cookie = (value: string): Headers => ({ 'set-cookie': value });

  it('the value of the first answer, where others have others', () => {
    expect(seenBy(fresh, cookie('s=1'), cookie('s=1'), cookie('s=2'))).toEqual(['REPLAY-14 AC']);
  });

  it('not: a value that every answer has, or its own, or none', () => {
    expect(seenBy(fresh, cookie('s=1'), cookie('s=1'), cookie('s=1'))).toEqual([]);
    expect(seenBy(fresh, cookie('s=1'), cookie('s=1'))).toEqual([]);
    expect(seenBy(fresh, cookie('s=1'), cookie('s=3'), cookie('s=2'))).toEqual([]);
    expect(seenBy(fresh, cookie('s=1'), {}, cookie('s=2'))).toEqual([]);
  });

  it('not: others of another target, or of another sender', () => {
    for (const change of [{ target: 1 }, { credential: 'second' as const }]) {
      const asked: Asked[] = [
        { attempt: write(slot(0)), answer: made(1), headers: cookie('s=1') },
        { attempt: write(slot(1), 1, change), answer: made(2), headers: cookie('s=2') },
        { attempt: write(slot(0)), answer: made(1), headers: cookie('s=1') },
      ];
      const { contract } = moda;
      const replay = { ...contract.replay, headers: fresh };
      expect(found(asked, undefined, { ...moda, contract: { ...contract, replay } })).toEqual([]);
    }
  });
});

it('where the contract does not say, the usual ones are looked at', () => {
  expect(seenBy(null, { location: '/1', 'set-cookie': 'a' }, { 'set-cookie': 'a' }, { 'set-cookie': 'b' })).toEqual([
    'REPLAY-13 AC',
    'REPLAY-14 AC',
  ]);
});

it('headers of neither kind are free', () => {
  const names = fc.constantFrom('etag', 'date', 'vary', 'location', 'set-cookie', 'content-type', 'x-cache');
  const headers = fc.dictionary(names, fc.constantFrom('1', '2', '3'));
  fc.assert(
    fc.property(headers, headers, headers, (first, replay, other) => {
      expect(seenBy({ equal: [], fresh: [] }, first, replay, other)).toEqual([]);
    }),
  );
});
