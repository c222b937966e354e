import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Gate } from '../../client/gate.js';

/** Numbers of those that were let go, in order. */
function through(gate: Gate, ...numbers: number[]): number[] {
  const gone: number[] = [];
  for (const n of numbers) void gate.arrive().then(() => gone.push(n));
  return gone;
}

test('nobody goes before all are there, and then all go in one tick', async () => {
  const gate = new Gate(3, 10_000);
  const gone = through(gate, 1, 2);
  await sleep(20);
  expect(gone).toEqual([]);
  const last = through(gate, 3);
  // Promises only: no timer and no turn of the event loop lies between.
  await Promise.resolve();
  expect([...gone, ...last]).toEqual([1, 2, 3]);
});

test('who does not come is not waited for', async () => {
  const gate = new Gate(3, 10_000);
  const gone = through(gate, 1);
  gate.leave();
  await sleep(5);
  expect(gone).toEqual([]);
  gate.leave();
  await Promise.resolve();
  expect(gone).toEqual([1]);
});

test('patience ends, and those who come later are not held', async () => {
  const gate = new Gate(3, 30);
  const gone = through(gate, 1, 2);
  await sleep(60);
  expect(gone).toEqual([1, 2]);
  const late = through(gate, 3);
  await Promise.resolve();
  expect(late).toEqual([3]);
});

test('patience does not end while one is being signed, however long that takes', async () => {
  const gate = new Gate(3, 20);
  let sign = () => {};
  const signing = gate.signing(
    new Promise<void>((resolve) => {
      sign = resolve;
    }),
  );
  const gone = through(gate, 1, 2);
  await sleep(100);
  expect(gone).toEqual([]);
  sign();
  await signing;
  expect(gone).toEqual([]);
  const last = through(gate, 3);
  await Promise.resolve();
  expect([...gone, ...last]).toEqual([1, 2, 3]);
});

test('one that cannot be signed is waited for no longer', async () => {
  const gate = new Gate(2, 20);
  const gone = through(gate, 1);
  await expect(gate.signing(Promise.reject(new Error('no key')))).rejects.toThrow('no key');
  await sleep(100);
  expect(gone).toEqual([1]);
});
