/** A lost answer names the requirement where it came before what is wrong, and not where it came later. */
import { describe, expect, it } from 'vitest';
import { Account } from '../../judge/effects.js';
import { judgeHistory } from '../../judge/judge-history.js';
import { type Asked, found, historyOf, lost, made, moda, refusal, slot, task, write } from './side-histories.js';

const first: Asked = { attempt: write(slot(0)), answer: made(1), at: 0 };
const gone: Asked = { attempt: write(slot(0), 0, { hangUp: { after: 'body', ms: 0 } }), answer: lost };

it('before: a hang-up on a replay has lost the record', () => {
  const again: Asked = { attempt: write(slot(0)), answer: made(2), at: 2000 };
  expect(found([first, { ...gone, at: 1000 }, again])).toEqual(['LOST-7 AC']);
});

it('later, as where the run was stopped: the repeat is what was answered wrongly', () => {
  const again: Asked = { attempt: write(slot(0)), answer: made(2), at: 1000 };
  expect(found([first, again, { ...gone, at: 2000 }])).toEqual(['REPLAY-1 AB']);
});

it('another body, before and later', () => {
  const other: Asked = { attempt: write(slot(0), 1), answer: made(1), at: 1000 };
  expect(found([first, { ...gone, at: 500 }, other])).toEqual(['LOST-7 AC']);
  expect(found([first, other, { ...gone, at: 2000 }])).toEqual(['CONFLICT-3 AB']);
});

describe('a second resource that only the list shows', () => {
  /** What an account says of requests of which all but the last are released together. */
  function counted(asked: Asked[], ids: string[]): string[] {
    const history = historyOf(asked);
    for (const exchange of history.exchanges) exchange.step = exchange.attempt === asked.length - 1 ? 1 : 0;
    const { readings } = judgeHistory(history, moda);
    const account = new Account({
      exclusive: true,
      effects: { perWrite: 1 },
      fingerprint: 'bytes',
      scope: 'credential',
    });
    account.add({ plan: history.plan, readings }, readings);
    const effects = ids.map((id) => ({ id, credential: 'first' as const, nonce: null, readable: true }));
    const [nonce = null] = /idem-[0-9a-f]+/.exec(readings[0]?.exchange.request.body ?? '') ?? [];
    return account.count(effects.map((one) => ({ ...one, nonce }))).map(({ finding }) => finding.id);
  }

  const running = refusal(409, 'conflict', 'request_in_progress');
  const hungUp = { ...gone, at: 0 };
  const repeat: Asked = { attempt: write(slot(0)), answer: made(2), at: 1000 };

  it('in a storm whose answers were lost or in flight: what hung up may have made it', () => {
    const together: Asked = { attempt: write(slot(0)), answer: running, at: 1, takes: 5 };
    expect(counted([hungUp, together, repeat], [task(1), task(2)])).toEqual(['LOST-3']);
    expect(counted([hungUp, { ...gone, at: 1 }, repeat], [task(1), task(2)])).toEqual(['LOST-3']);
  });

  it('in a storm that acknowledged its winner: a loser made it', () => {
    const winner: Asked = { attempt: write(slot(0)), answer: made(2), at: 1, takes: 5 };
    const loser: Asked = { attempt: write(slot(0)), answer: made(2), at: 3, takes: 5 };
    expect(counted([hungUp, winner, loser, repeat], [task(1), task(2)])).toEqual(['STORM-2']);
    expect(counted([winner, loser, repeat], [task(1), task(2)])).toEqual(['STORM-2']);
  });
});
