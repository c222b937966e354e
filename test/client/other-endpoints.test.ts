/** Another endpoint is sent the companions of its key in the encoding of its body. */
import { expect, test } from 'vitest';
import { requestOf } from '../../client/wire.js';
import { decode } from '../../contracts/codec.js';
import type { Contract } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';

const { contract: ietf } = loadContract('ietf');

function contractWith(body: Contract['create']['body']): Contract {
  const endpoint = { method: 'POST', path: '/refunds', bodies: [{ reason: 'late' }], id: '/id' };
  return {
    ...ietf,
    create: { ...ietf.create, body },
    companions: [{ in: 'body', name: 'ref', value: 'text', repeats: 'equal' }],
    otherEndpoints: [endpoint] as Contract['otherEndpoints'],
  };
}

test.each(['json', 'form', 'multipart'] as const)('%s', (body) => {
  const contract = contractWith(body);
  const { headers, body: sent } = requestOf(
    { contract, credentials: {}, headers: [] },
    new URL('http://127.0.0.1:1'),
    { operation: 'other', credential: 'none', endpoint: 0, variant: 0, key: { kind: 'slot', slot: 0 } },
    { id: null, key: 'k', companions: ['a "b"&c'], execution: null },
  );
  const text = String(sent);
  expect(text).toContain({ json: '"a \\"b\\"&c"', form: 'ref=a+%22b%22%26c', multipart: '\r\n\r\na "b"&c\r\n' }[body]);
  expect(decode(contract, { headers, body: text })).toMatchObject({ value: { reason: 'late' }, key: 'k' });
});
