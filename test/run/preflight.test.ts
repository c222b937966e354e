/** The first requests: a connection that is cut is tried again, within bounds; one that is refused is not. */
import { describe, expect, test } from 'vitest';
import { run } from '../../run/run.js';
import { closedPort } from '../cli/targets.js';
import { openShop, shopContract } from './shop.js';

const options = { contract: shopContract('cut'), only: ['CREATE-1'], profile: 'smoke' as const, seed: 1 };

async function against(cuts: number) {
  const shop = await openShop({ cuts });
  try {
    return await run({ ...options, targets: [shop.url.replace('0.0.0.0', '127.0.0.1')] });
  } finally {
    await shop.close();
  }
}

describe.concurrent('a target', () => {
  test.each([2, 4, 6])('that cuts the first %d writes is judged', async (cuts) => {
    expect(await against(cuts)).toMatchObject({ exitCode: 0, stop: null });
  });

  test('that cuts all of them stops the run, which says how often it tried', async () => {
    const { exitCode, stop, requests } = await against(Number.POSITIVE_INFINITY);
    expect(exitCode).toBe(3);
    expect(stop?.message).toMatch(/ got no answer: other side closed \(UND_ERR_SOCKET\), the last of 4 tries\. /);
    expect(requests.sent).toBe(8);
  });

  test('that refuses the connection is asked once', async () => {
    const { exitCode, stop, requests } = await run({ ...options, targets: [(await closedPort()).url] });
    expect(exitCode).toBe(3);
    expect(stop?.message).toMatch(/ was not sent: connect ECONNREFUSED [^,]*\. Nothing listens there/);
    expect(requests.sent).toBe(2);
  });
});
