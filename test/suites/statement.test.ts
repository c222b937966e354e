import { expect, test } from 'vitest';
import { requirements } from '../../suites/index.js';
import { statementOf } from '../../suites/statement.js';

const statement = 'A {resource} is created. It is not a {resource} of two {resource}s, the {resource} is.';

test.each([
  ['task', 'A task is created. It is not a task of two tasks, the task is.'],
  ['order', 'An order is created. It is not an order of two orders, the order is.'],
  ['entry', 'An entry is created. It is not an entry of two entries, the entry is.'],
  ['box', 'A box is created. It is not a box of two boxes, the box is.'],
  ['user', 'A user is created. It is not a user of two users, the user is.'],
  ['survey', 'A survey is created. It is not a survey of two surveys, the survey is.'],
  ['address', 'An address is created. It is not an address of two addresses, the address is.'],
  [
    'payment intent',
    'A payment intent is created. It is not a payment intent of two payment intents, the payment intent is.',
  ],
])('the noun %s', (noun, expected) => expect(statementOf({ statement }, noun)).toBe(expected));

test('no placeholder is left in the statement of any requirement', () => {
  expect(requirements.filter((one) => statementOf(one, 'resource').includes('{'))).toEqual([]);
});
