/** CONFLICT-10 is free: what a server does with another spelling of the same body is only told. */
import { expect, it } from 'vitest';
import { check } from './check.js';

const spellings = ['members in another order at the top', 'white space between tokens at the top'];

it.each([
  { server: 'compares bytes', fault: undefined, way: 'conflicts' },
  { server: 'compares values', fault: 'compares-values', way: 'replays' },
  { server: 'makes a task every time', fault: 'never-replays', way: 'creates' },
])('a server that $server: $way', async ({ fault, way }) => {
  // The other spellings are sent for CONFLICT-7.
  const results = await check({ fault, only: ['CONFLICT-7', 'CONFLICT-10'], profile: 'smoke' });
  const told = results.observations.filter(({ id, subject }) => id === 'CONFLICT-10' && spellings.includes(subject));
  const expected = spellings.map((subject) => ({
    operation: 'create',
    id: 'CONFLICT-10',
    subject,
    seen: [{ value: way, count: 2 }],
  }));
  expect(told).toEqual(expect.arrayContaining(expected));
});
