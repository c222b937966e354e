/** What faults of requests in flight, lost answers and refusals look like from outside. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Case, inTurn, type Probe, post, sequence, storm, valid } from './faults-probes.js';
import { type Api, type Call, openSocket, rawHead } from './server-caller.js';

const { idempotency_key: _, ...keyless } = valid;
const other = { ...valid, prompt: 'Coffee' };
/** The key first, so that a part of the body holds it. */
const keyed = { idempotency_key: 'k-1', prompt: 'Tea', canvas_name: 'Deck' };

const list: Probe = async (api) => (await api.ids()).length;

/** A client that sends so many bytes of a body, all of it unless said, and leaves. */
const left =
  (value: object, less = 0): Probe =>
  async (api) => {
    const socket = await openSocket(api);
    const body = JSON.stringify(value);
    socket.write(rawHead(api, body.length) + body.slice(0, body.length - less));
    await sleep(5);
    socket.resetAndDestroy();
    await sleep(30);
  };

/** Two at once, of which the second leaves. */
const leftInStorm: Probe = async (api) => {
  await Promise.all([api.post(valid, { fresh: true }), left(valid)(api)]);
};

/** The status of a repeat some time after two at once, of which one may never be answered. */
const afterTwo: Probe = async (api) => {
  for (let i = 0; i < 2; i++) void api.post(valid, { fresh: true }).catch(() => {});
  await sleep(60);
  const patience = sleep(2000).then(() => 'no answer');
  return Promise.race([patience, api.post(valid, { fresh: true }).then(({ status }) => status, String)]);
};

const idOf = async (api: Api, call: Call = {}): Promise<string> =>
  (await api.post(valid, { fresh: true, ...call })).body.id;

/** Whether two keys were joined. */
const joined: Probe = async (api) => {
  const [one, two] = [await post(api, valid), await post(api, { ...valid, idempotency_key: 'k-2' })];
  return one.body.id === two.body.id;
};

/** A clock that is 5 ms later each time. */
function everLater(): () => number {
  let time = Date.now();
  return () => {
    time += 5;
    return time;
  };
}

const takenOver: Probe = async (api) => {
  const [one, two] = await Promise.all([idOf(api), idOf(api)]);
  return [one === two, one === (await idOf(api))];
};

const heldBack: Probe = async (api) => {
  const headers = { prefer: 'wait=2' };
  const [one, two] = await Promise.all([idOf(api, { headers }), sleep(30).then(() => idOf(api, { headers }))]);
  return one === two;
};

const race = (faulty: string): Case => ({ probe: storm(valid, valid), correct: 'a a, tasks: 1', faulty });

const status =
  (body: unknown): Probe =>
  async (api) =>
    (await post(api, body)).status;

const formOf =
  (ask: (api: Api) => ReturnType<Api['call']>): Probe =>
  async (api) => {
    const { headers, body } = await ask(api);
    return [headers['content-type'], typeof body?.error, typeof body?.error?.request_id];
  };

const refusal = ['application/json', 'object', 'string'];
const page = ['text/html; charset=utf-8', 'undefined', 'undefined'];

export const inFlightCases: Record<string, Case> = {
  'in-flight-conflict': race('a x, tasks: 1'),
  'in-flight-waits-for-conflict': race('a x, tasks: 1'),
  'in-flight-202-without-id': race('a b, tasks: 1'),
  'duplicate-locks': { probe: afterTwo, correct: 200, faulty: 'no answer' },
  'in-flight-refusal-is-kept': { probe: afterTwo, correct: 200, faulty: 409 },
  'keys-joined-within-2ms': {
    probe: joined,
    correct: false,
    faulty: true,
    options: { now: () => 0 },
    // Each look at the clock is a moment of its own.
    baselineOptions: { now: everLater() },
  },
  'keyless-joined-in-flight': {
    probe: storm(keyless, keyless),
    correct: 'a b, tasks: 2',
    faulty: 'a a, tasks: 1',
  },
  'loser-takes-over': { probe: takenOver, correct: [true, true], faulty: [true, false] },
  'held-back-not-recorded': { probe: heldBack, correct: true, faulty: false },

  'cut-body-is-executed': { probe: inTurn(left(keyed, 4), sequence(keyed), list), correct: 'a; 1', faulty: 'x; 1' },
  'cut-body-makes-orphan': { probe: inTurn(left(keyed, 4), sequence(keyed), list), correct: 'a; 1', faulty: 'a; 2' },
  'hang-up-in-a-storm-forgets': { probe: inTurn(leftInStorm, sequence(valid), list), correct: 'a; 1', faulty: 'a; 2' },
  'hang-up-wins-late': {
    probe: inTurn(left(valid), sequence(other), sequence(valid, other), list),
    correct: 'x; a x; 1',
    faulty: 'a; a x; 2',
  },
  'hang-up-on-replay-forgets': {
    probe: inTurn(sequence(valid), left(valid), sequence(valid), list),
    correct: 'a; a; 1',
    faulty: 'a; a; 2',
  },
  'hang-up-on-conflict-overwrites': {
    probe: inTurn(sequence(valid), left(other), sequence(valid, other), list),
    correct: 'a; a x; 1',
    faulty: 'a; x a; 1',
  },

  'malformed-json-crashes': { probe: status('{"prompt":'), correct: 400, faulty: 500 },
  'trailing-comma-accepted': { probe: status(`${JSON.stringify(valid)},`), correct: 400, faulty: 200 },
  'types-not-checked': { probe: status({ ...valid, canvas_name: 1 }), correct: 422, faulty: 200 },
  'missing-member-accepted': {
    probe: status({ canvas_name: 'Deck' }),
    correct: 422,
    faulty: 200,
    also: ['refused', 'list'],
  },
  'refused-as-200': { probe: status({ canvas_name: 'Deck' }), correct: 422, faulty: 200, also: ['refused'] },
  'refused-body-creates': {
    probe: inTurn(sequence({ ...valid, prompt: 1 }), list),
    correct: '422; 0',
    faulty: '422; 1',
    also: ['effects'],
  },
  'unauthenticated-as-html': {
    probe: formOf((api) => api.post(valid, { credential: 'wrong' })),
    correct: refusal,
    faulty: page,
  },
  'not-found-without-envelope': { probe: formOf((api) => api.get('/v1/tasks/x')), correct: refusal, faulty: page },
  'validation-without-request-id': {
    probe: formOf((api) => api.post({})),
    correct: refusal,
    faulty: ['application/json', 'object', 'undefined'],
    also: ['refused'],
  },
  'errors-as-strings': {
    probe: formOf((api) => api.post({})),
    correct: refusal,
    faulty: ['application/json', 'undefined', 'undefined'],
    also: ['conflict', 'refused'],
  },
};
