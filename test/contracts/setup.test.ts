/** Set-up steps in a contract: what they send, and what is wrong with them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fill } from '../../contracts/codec.js';
import { companionToken } from '../../contracts/companions.js';
import type { Contract } from '../../contracts/contract.js';
import { loadContract } from '../../contracts/load.js';
import { ExactNumber, naming, savedIn, withSaved } from '../../contracts/saved.js';
import { type SetUpStep, stepRequest } from '../../contracts/set-up.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-setup-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A contract file, or what is said against it, with the folder taken out. */
function loaded(text: string): Contract | string {
  const file = join(folder, 'own.yaml');
  writeFileSync(file, text);
  try {
    return loadContract(file).contract;
  } catch (error) {
    return (error as Error).message.replaceAll(file, 'own.yaml');
  }
}

/** A contract whose last lines are the given ones. */
const beginning = `extends: ietf
create: { path: '/orders/{order}/capture', body: none }
get: null
effects: { list: null }
`;

describe('a wrong contract is told with file, line, member and what to write', () => {
  test.each<[string, string, string[]]>([
    [
      'no step saves a name',
      `${beginning}setup: [{ path: /orders }]`,
      [
        'own.yaml:2:11: /create/path: has {order}, which has no value; give it in create.parameters: { order: … }, or save it in a step of setup',
      ],
    ],
    [
      'a step uses what a later one saves',
      `${beginning}setup:
  - { path: '/carts/{cart}/orders', save: { order: /id } }
  - { path: /carts, save: { cart: /id } }`,
      [
        'own.yaml:6:7: /setup/0/path: has {cart}, which is saved later; a step uses what earlier ones save, so put that step before this one',
      ],
    ],
    [
      'nothing saves what stands in a body',
      `${beginning}setup:
  - path: /orders
    body: { lines: ['{product}'] }
    save: { order: /id }`,
      [
        'own.yaml:7:21: /setup/0/body/lines/0: has {product}, which has no value; save it in a step: setup: [{ path: …, save: { product: /id } }]',
      ],
    ],
    [
      'made less often than what it uses',
      `${beginning}setup:
  - { path: /carts, save: { cart: /id } }
  - { path: '/carts/{cart}/orders', each: run, save: { order: /id } }`,
      [
        'own.yaml:7:37: /setup/1/each: must be operation, as that of the step that saves {cart}: it cannot be made less often',
      ],
    ],
    [
      'a list of one write alone',
      `extends: ietf
create: { path: '/orders/{order}/capture', body: none }
get: null
effects: { list: { path: '/orders/{order}/captures' } }
setup: [{ path: /orders, save: { order: /id } }]`,
      [
        'own.yaml:4:20: /effects/list/path: has {order}, which is another one for each operation, and this is read for all of them: say `each: run` in the step that saves it, or a path without it',
      ],
    ],
    [
      'names with a meaning, a value or a saver of their own',
      `extends: ietf
create: { path: '/{shop}/orders/{order}/capture', parameters: { shop: s_1 }, body: none }
get: null
effects: { list: null }
setup:
  - { path: /orders, save: { order: /id, id: /id, shop: /shop } }
  - { path: /orders, save: { order: /id } }`,
      [
        'own.yaml:6:42: /setup/0/save/id: is a name that has a meaning of its own; take another',
        'own.yaml:6:51: /setup/0/save/shop: has a value in create.parameters; name it otherwise',
        'own.yaml:7:30: /setup/1/save/order: is saved by an earlier step; name it otherwise',
      ],
    ],
    [
      'what no header carries, and a type of no body',
      `${beginning}setup:
  - path: /orders
    headers: { Host: shop, X-Mode: "a\\nb" }
    bodyType: form
    save: { order: /id }
    cleanUp: { path: '/orders/{other}' }`,
      [
        'own.yaml:7:16: /setup/0/headers/Host: the client sets that header itself; leave it out',
        'own.yaml:7:28: /setup/0/headers/X-Mode: holds characters that no header may carry; take them out',
        'own.yaml:8:5: /setup/0/bodyType: is of no use without a body; leave it out',
        'own.yaml:10:16: /setup/0/cleanUp/path: has {other}, which has no value; save it in a step: setup: [{ path: …, save: { other: /id } }]',
      ],
    ],
    [
      'companions',
      `extends: ietf
key: { required: false, keyless: joined }
create: { path: /payments, example: { note: two of them } }
setup: [{ path: /consents, save: { consent: /id } }]
companions:
  - { name: X-Consent, value: '{consent}', repeats: fresh }
  - { name: X-Customer, value: 'Customer {customer}' }`,
      [
        'own.yaml:6:44: /companions/0/repeats: must be equal for a saved value, which is the same in all requests of one key; leave it out',
        'own.yaml:7:25: /companions/1/value: has {customer}, which has no value; save it in a step: setup: [{ path: …, save: { customer: /id } }]',
        'own.yaml:2:25: /key/keyless: cannot be joined: each write without a key acts on what setup makes for it alone; write separate, or null',
      ],
    ],
    [
      'saved names where nothing is filled in',
      `extends: ietf
headers: { X-Order: 'of {order}' }
create: { path: '/orders/{order}/lines', example: { name: '{order}', kind: '{other}' } }
get: null
cancel: { path: '/lines/{id}', body: { orders: ['{order}'] } }
otherEndpoints: [{ path: '/orders/{order}/notes', bodies: [{ text: a }, { text: '{order}' }] }]
effects: { list: { path: /lines, query: { order: '{order}' } }, counter: { path: /count, query: { of: '{order}' }, pointer: /n } }
setup: [{ path: /orders, save: { order: /id } }]`,
      [
        'own.yaml:2:12: /headers/X-Order: has {order}, for which no saved value is filled in here; leave it out, and say it in companions, which go with the write',
        'own.yaml:3:53: /create/example/name: has {order}, for which no saved value is filled in here; write an example here, and say the name in companions: [{ in: body, … }]',
        'own.yaml:5:49: /cancel/body/orders/0: has {order}, for which no saved value is filled in here; write a value that is always the same',
        'own.yaml:6:75: /otherEndpoints/0/bodies/1/text: has {order}, for which no saved value is filled in here; write a value that is always the same',
        'own.yaml:7:43: /effects/list/query/order: has {order}, for which no saved value is filled in here; write a value that is always the same',
        'own.yaml:7:99: /effects/counter/query/of: has {order}, for which no saved value is filled in here; write a value that is always the same',
      ],
    ],
    [
      'a UUID in a path',
      `${beginning}setup: [{ path: '/orders/{unique}', save: { order: /id } }]`,
      [
        'own.yaml:5:11: /setup/0/path: has {unique}, which stands for a UUID only in headers and bodies of set-up steps; take it out',
      ],
    ],
    [
      'what the schema says',
      `${beginning}setup:
  - { save: { order: 7, '1st': /id }, each: request }
companions: [{ name: X-Consent, value: always }]`,
      [
        "own.yaml:7:33: /companions/0/value: must be one of http-date, iso-date, unix-seconds, uuid, text, signature, or a string with the name of a saved value in braces: '{customer}'",
        'own.yaml:6:5: /setup/0/path: is missing; add it: Path after basePath; {name} stands for a value that an earlier step saved.',
      ],
    ],
  ])('%s', (_, text, expected) => {
    const said = loaded(text);
    expect(typeof said).toBe('string');
    const lines = (said as string).split('\n');
    for (const line of expected) expect(lines).toContain(line);
  });
});

describe('what a step sends', () => {
  const contract = loaded(`${beginning}setup:
  - { path: /carts, save: { cart: /id, product: /product } }
  - path: '/carts/{cart}/orders'
    headers: { X-Cart: 'cart {cart}' }
    body: { lines: [{ product: '{product}', text: 'of {product}' }], query: '{ id }', key: '{unique}' }
    save: { order: /id }`);
  const values = { cart: 'a/b', product: new ExactNumber('12345678901234567890') };

  test('has saved values in its path, headers and body, numbers with all their digits', () => {
    const step = (contract as Contract).setup[1] as SetUpStep;
    expect(stepRequest(step, contract as Contract, values, 'new')).toEqual({
      method: 'POST',
      path: '/carts/a%2Fb/orders',
      headers: [['X-Cart', 'cart a/b']],
      contentType: 'application/json',
      body: '{"lines":[{"product":12345678901234567890,"text":"of 12345678901234567890"}],"query":"{ id }","key":"new"}',
    });
  });

  test('may be a form, or nothing', () => {
    const step = { ...((contract as Contract).setup[1] as SetUpStep), bodyType: 'form' as const };
    expect(stepRequest(step, contract as Contract, values, 'new')).toMatchObject({
      contentType: 'application/x-www-form-urlencoded',
      body: 'lines[0][product]=12345678901234567890&lines[0][text]=of+12345678901234567890&query=%7B+id+%7D&key=new',
    });
    expect(stepRequest({ ...step, body: null }, contract as Contract, values, 'new')).toMatchObject({
      contentType: null,
      body: null,
    });
  });
});

describe('saved values', () => {
  const answer = naming({
    headers: { location: '/orders/a%2Fb' },
    body: '{"id":12345678901234567890,"n":7,"s":"7","o":{}}',
  });

  test.each<[string, string | { header: string; pattern: string | null }, string | ExactNumber | null]>([
    ['a number beyond 2^53', '/id', new ExactNumber('12345678901234567890')],
    ['a number', '/n', new ExactNumber('7')],
    ['a string', '/s', '7'],
    ['an object', '/o', null],
    ['a header', { header: 'Location', pattern: null }, 'a/b'],
  ])('%s', (_, place, expected) => {
    expect(savedIn(place, answer)).toEqual(expected);
  });

  test('a companion that is a number alone is that number in a JSON body, and text elsewhere', () => {
    const number = new ExactNumber('12345678901234567890');
    const companions = [withSaved('{n}', { n: number }), withSaved('no. {n}', { n: number })];
    const template = JSON.stringify({ a: companionToken(0), b: companionToken(1) });
    const filled = { key: null, nonce: '', companions };
    expect(fill(template, filled)).toBe('{"a":12345678901234567890,"b":"no. 12345678901234567890"}');
    expect(fill(`a=${companionToken(0)}`, filled, 'form')).toBe('a=12345678901234567890');
  });
});
