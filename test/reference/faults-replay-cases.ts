/** What faults of creating, replays, scope and storage look like from outside. */
import { type Case, inTurn, keys, type Probe, post, sequence, valid } from './faults-probes.js';

const list: Probe = async (api) => (await api.ids()).length;

/** How a replay is put on the wire. */
const again: Probe = async (api) => {
  await post(api, valid);
  const { status, headers, body } = await post(api, valid);
  return [status, headers['content-type'], typeof body?.id];
};

const unreadable = (faulty: unknown): Case => ({
  probe: again,
  correct: [200, 'application/json', 'string'],
  faulty,
  also: ['replay', 'conflict'],
});

const refused = (status: number): Case => ({
  probe: sequence(valid, valid),
  correct: 'a a',
  faulty: `a ${status}`,
  also: ['replay', 'conflict'],
});

const kinds: Probe = async (api) => [(await post(api, valid)).body.kind, (await post(api, valid)).body.kind];

const cancel: Probe = async (api) => {
  const { id } = (await post(api, valid)).body;
  await api.call({ method: 'POST', path: `/v1/tasks/${id}/cancel` });
};

/** A key, so many others, and the key again. */
function afterKeys(count: number): Case {
  const others: Probe = async (api) => {
    for (let i = 0; i < count; i++) await api.post({ ...valid, idempotency_key: `other-${i}` });
  };
  return {
    probe: inTurn(sequence(valid), others, sequence(valid), list),
    correct: `a; a; ${count + 1}`,
    faulty: `a; a; ${count + 2}`,
  };
}

/** A known key without an API key, and another one with a wrong API key. */
const strangers = sequence(
  valid,
  [valid, { credential: 'none' }],
  [{ ...valid, idempotency_key: 'k-2' }, { credential: 'wrong' }],
);

export const replayCases: Record<string, Case> = {
  'same-body-joined-within-a-second': {
    probe: keys('k', 'l', 'k'),
    correct: 'a b a',
    faulty: 'a a a',
    also: ['keys', 'refused', 'effects'],
  },
  'success-without-required-member': {
    probe: kinds,
    correct: ['design', 'design'],
    faulty: [undefined, undefined],
    also: ['elsewhere'],
  },
  'replay-without-id': unreadable([200, 'application/json', 'undefined']),
  'replay-wrapped': unreadable([200, 'application/json', 'undefined']),
  'replay-empty': unreadable([200, 'application/json', 'undefined']),
  'replay-204': unreadable([204, 'application/json', 'undefined']),
  'replay-as-text': unreadable([200, 'text/plain; charset=utf-8', 'undefined']),

  'replay-changes-kind': {
    probe: kinds,
    correct: ['design', 'design'],
    faulty: ['design', 'export'],
    also: ['replay'],
  },
  'replay-404': refused(404),
  'replay-425': refused(425),
  'replay-500': refused(500),
  'replay-already-exists': refused(409),
  'replay-shows-newest': {
    probe: sequence(valid, { ...valid, idempotency_key: 'k-2' }, valid),
    correct: 'a b a',
    faulty: 'a b b',
  },
  'replay-makes-orphan': {
    probe: inTurn(sequence(valid, valid), list),
    correct: 'a a; 1',
    faulty: 'a a; 2',
    also: ['effects'],
  },
  'replay-of-canceled-creates': {
    probe: inTurn(cancel, sequence(valid), list),
    correct: 'a; 1',
    faulty: 'a; 2',
  },

  'replays-before-authentication': { probe: strangers, correct: 'a 401 401', faulty: 'a a 401' },
  'any-api-key': { probe: strangers, correct: 'a 401 401', faulty: 'a b c' },
  'missing-api-key-crashes': { probe: strangers, correct: 'a 401 401', faulty: 'a 500 401' },

  'forgets-after-4-keys': afterKeys(4),
  'forgets-after-500-keys': afterKeys(500),
  'forgets-after-1000-keys': afterKeys(1000),
  'forgets-oldest-tenth': afterKeys(10),
};
