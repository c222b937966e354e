/** Results as a run would give them: passing, failing, undecided, and full of hostile text. */
import { fingerprint } from '../../results/fingerprint.js';
import type {
  CaseRecord,
  ExchangeRecord,
  FindingRecord,
  RequirementRecord,
  Results,
  Status,
} from '../../results/results.js';

const target = 'http://127.0.0.1:4010';

const sentences: [string, RequirementRecord['level'], string, string][] = [
  ['CREATE-1', 'MUST', 'Without a key, identical bodies create separate tasks', 'Idempotency'],
  ['CREATE-2', 'MUST', 'A null key is no key: two requests with it are not joined', 'Start task'],
  ['CREATE-3', 'MUST', 'Different keys with the same body create separate tasks', 'Idempotency'],
  ['REPLAY-1', 'MUST', 'A repeat returns the task of the first call: the same id', 'Idempotency'],
  ['REPLAY-3', 'MUST', 'A repeat has no second effect', 'Idempotency'],
  ['REPLAY-9', 'SHOULD', '`input` echoes the first request', 'Task envelope'],
  ['REPLAY-10', 'OBSERVE', 'Status of a replay (as the first or not); snapshot or live state', 'Idempotency'],
  ['SCOPE-1', 'MUST', 'The same key and body under two API keys are two tasks', 'Idempotency'],
  ['SCOPE-2', 'MUST', 'Another body under another API key is no conflict', 'Idempotency'],
  ['STORM-1', 'MUST', 'Simultaneous identical requests yield one task: all successes carry one id', 'Idempotency'],
];

function requirement([id, level, sentence, source]: (typeof sentences)[number]): RequirementRecord {
  return {
    id,
    chapter: id.split('-')[0] ?? '',
    operation: 'create',
    level,
    title: sentence,
    statement: sentence,
    sources: [{ name: source, url: 'docs/' }],
    because: null,
    status: level === 'OBSERVE' ? 'observed' : 'passed',
    reason: level === 'OBSERVE' ? 'seen in 40 replays' : '',
    evidence: { plans: 20, exercised: 18, requests: 64 },
    findings: [],
  };
}

function withStatus(results: Results, changes: Record<string, [Status, string, FindingRecord[]?]>): Results {
  const requirements = results.requirements.map((other) => {
    const [status, reason, findings] = changes[other.id] ?? [other.status, other.reason];
    const none = status === 'skipped' || status === 'blocked';
    const evidence = none ? { plans: 0, exercised: 0, requests: 0 } : other.evidence;
    return { ...other, status, reason, evidence, findings: findings ?? other.findings };
  });
  return { ...results, requirements };
}

export const passing: Results = {
  schema: 'https://idem-conformance.dev/results/2',
  stop: null,
  verdict: 'conforms in all 8 MUSTs; everything was checked.',
  exitCode: 0,
  contract: { name: 'moda', version: '2026-05-01', title: 'Moda tasks', resource: 'task', id: '/id' },
  operations: [{ name: 'create', title: 'POST /v1/tasks' }],
  seed: 1234567,
  profile: 'standard',
  strict: false,
  required: [],
  decides: sentences.map(([id]) => id),
  catalogue: '2026-12',
  frozen: sentences.map(([id]) => id),
  baseline: [],
  shard: null,
  fault: null,
  rounds: { planned: 20, done: 20 },
  targets: [target],
  transport: 'HTTP/1.1, last byte held back, spread 0.4 ms (median)',
  requests: { sent: 3912, budget: 6000 },
  effects: { created: 1204, foreign: 0, observer: 'GET /v1/tasks' },
  latencies: [
    { outcome: 'created', count: 1204, p50: 1.2, p90: 2.4, p99: 7.8, longest: 21.5 },
    { outcome: 'replayed', count: 1980, p50: 0.6, p90: 1.1, p99: 4.2, longest: 18.3 },
    { outcome: 'conflict', count: 412, p50: 0.5, p90: 0.9, p99: 3.1, longest: 9.4 },
  ],
  storms: [
    { width: 2, spreadMs: 0.02, together: 2 },
    { width: 10, spreadMs: 0.4, together: 9 },
    { width: 10, spreadMs: 1.7, together: 6 },
  ],
  startedAt: '2026-05-01T09:30:00.000Z',
  durationMs: 8421,
  versions: { suite: '0.1.0', node: '20.19.0' },
  observations: [
    { operation: 'create', id: 'REPLAY-10', subject: 'Status of a replay', seen: [{ value: '200', count: 412 }] },
    {
      operation: 'create',
      id: 'REPLAY-10',
      subject: 'Body of a replay',
      seen: [
        { value: 'live state', count: 37 },
        { value: 'as the first', count: 3 },
      ],
    },
  ],
  notes: [],
  chapters: [
    { id: 'CREATE', title: 'no key, or another key' },
    { id: 'REPLAY', title: 'same key, same body' },
    { id: 'CONFLICT', title: 'same key, another body' },
    { id: 'SCOPE', title: 'whose key it is' },
    { id: 'STORM', title: 'at the same time' },
  ],
  requirements: sentences.map(requirement),
};

export interface ExchangeOptions extends Partial<ExchangeRecord> {
  body?: string;
  status?: number;
  answerBody?: string;
}

export function exchange(
  name: string,
  sentMs: number,
  doneMs: number | null,
  options: ExchangeOptions = {},
): ExchangeRecord {
  const { body, status, answerBody, ...rest } = options;
  const key = rest.key === undefined ? 'weekly-deck:2026-W17:k7f3' : rest.key;
  return {
    name,
    attempt: name.charCodeAt(0) - 65,
    time: 0,
    retry: 0,
    operation: 'create',
    target: 0,
    resource: null,
    step: 0,
    outcome: 'created',
    proof: true,
    sentMs,
    doneMs,
    key,
    credential: 'first',
    request: {
      method: 'POST',
      url: `${target}/v1/tasks`,
      headers: [
        ['Authorization', 'Bearer ***'],
        ['Content-Type', 'application/json'],
        ['Moda-Version', '2026-05-01'],
      ],
      body: body ?? JSON.stringify({ prompt: 'n4x0 a deck about "Q2"', kind: 'slides', idempotency_key: key }),
      base64: null,
    },
    answer:
      doneMs === null
        ? null
        : {
            status: status ?? 201,
            headers: { 'content-type': 'application/json', 'x-request-id': `req_${name}` },
            body: answerBody ?? `{"id":"task_${name}","kind":"slides","status":"queued"}`,
            truncated: false,
          },
    silence: doneMs === null ? 'no answer within 30 s' : null,
    expected: 'the task of A, as a replay',
    ...rest,
  };
}

const twoOfThem: CaseRecord = {
  plan: { keys: [], steps: [] },
  steps: ['POST /v1/tasks with key 1 and body 1', 'wait 240 ms', 'POST /v1/tasks with key 1 and body 1'],
  attempts: 2,
  exchanges: [exchange('A', 100, 112.4, { expected: 'a new task' }), exchange('B', 352.4, 361, { step: 2 })],
  deliveries: [],
  effects: [
    { id: 'task_A', named: ['A'] },
    { id: 'task_B', named: ['B'] },
  ],
};

const storm: CaseRecord = {
  plan: { keys: [], steps: [] },
  steps: ['POST /v1/tasks four times together, with key 1 and body 1', 'POST /v1/tasks with key 1 and body 2'],
  attempts: 5,
  exchanges: [
    exchange('A', 900, 913.1, { expected: 'a new task' }),
    exchange('B', 900.2, 914.6),
    exchange('C', 900.3, 905.2, {
      outcome: 'in flight',
      proof: false,
      status: 409,
      answerBody: '{"error":{"code":"request_in_progress","type":"conflict"}}',
    }),
    exchange('D', 900.4, null, { outcome: 'unknown', proof: false }),
    exchange('E', 960, 968, {
      step: 1,
      outcome: 'conflict',
      proof: false,
      status: 409,
      body: '{"prompt":"n4x0 another deck","kind":"slides","idempotency_key":"weekly-deck:2026-W17:k7f3"}',
      answerBody: '{"error":{"code":"idempotency_conflict","type":"conflict","request_id":"req_E"}}',
    }),
    exchange('F', 970, 974, { step: 1, outcome: 'replayed', proof: false, status: 200 }),
  ],
  effects: twoOfThem.effects,
  deliveries: [],
};

function finding(summary: string, smallest: CaseRecord, original: CaseRecord, foundBy: string): FindingRecord {
  return {
    operation: 'create',
    id: foundBy,
    rule: 'second-resource',
    data: { subject: summary },
    fingerprint: fingerprint(
      { operation: 'create', id: foundBy, rule: 'second-resource', data: { subject: summary } },
      false,
    ),
    illegal: 'B',
    summary,
    argument: [
      'A and B carried the same key and the same body.',
      'A was answered task_A, B was answered task_B.',
      'No order of A and B explains both.',
    ],
    expected: 'one id in all successes under this key',
    observed: 'task_A and task_B',
    foundBy,
    round: 3,
    seed: 1234567,
    path: '2',
    smallest,
    original,
    confirmed: { failed: 10, of: 10 },
    commands: {
      rerun: `npx idem-conformance --target ${target} --only ${foundBy} --seed 1234567 --path 2`,
    },
  };
}

const replayFinding = finding('A repeat made a second task', twoOfThem, storm, 'REPLAY-1');
const stormFinding = finding('Four simultaneous requests made two tasks', storm, storm, 'REPLAY-4');

/** Two MUSTs violated, a SHOULD violated, two not checked. */
export const failing: Results = withStatus(
  {
    ...passing,
    verdict: 'violates 2 of 8 MUSTs (REPLAY-1, STORM-1); 2 not checked: SCOPE, set IDEM_API_KEY_2.',
    exitCode: 1,
    notes: ['1,204 tasks were left on the target: the contract says no way to cancel them.'],
  },
  {
    'REPLAY-1': ['failed', 'A repeat made a second task', [replayFinding]],
    'STORM-1': ['failed', '', [{ ...stormFinding, confirmed: { failed: 7, of: 10 } }]],
    'REPLAY-9': [
      'warned',
      '`input` was empty',
      [
        {
          ...replayFinding,
          id: 'REPLAY-9',
          fingerprint: 'f'.repeat(32),
          summary: '`input` is empty in 12 of 12 replays',
          confirmed: { failed: 0, of: 0 },
        },
      ],
    ],
    'SCOPE-1': ['skipped', 'no second credential: set IDEM_API_KEY_2'],
    'SCOPE-2': ['skipped', 'no second credential: set IDEM_API_KEY_2'],
  },
);

/** Stopped by the budget before anything of STORM could be decided. */
export const undecided: Results = withStatus(
  {
    ...passing,
    verdict: 'conforms in 3 of 8 MUSTs so far; 5 not checked: the request budget was spent.',
    exitCode: 3,
    required: ['SCOPE-1'],
    requests: { sent: 120, budget: 120 },
    rounds: { planned: 20, done: 1 },
    observations: [],
    notes: ['The request budget of 120 was spent in round 2.'],
  },
  {
    'SCOPE-1': ['skipped', 'no second credential: set IDEM_API_KEY_2'],
    'SCOPE-2': ['skipped', 'no second credential: set IDEM_API_KEY_2'],
    'STORM-1': ['inconclusive', 'the request budget was spent before a storm overlapped'],
    'REPLAY-3': ['blocked', 'the list of tasks could not be read: 404'],
    'CREATE-2': ['error', 'the plan could not be made: no body is valid without a key'],
    'REPLAY-10': ['inconclusive', 'the request budget was spent before a storm overlapped'],
  },
);

export const nasty =
  '</script><script>alert(1)</script><img src=x onerror=alert(2)> ]]> | `x` **b** [l](javascript:1) @all \u0000\u001b[31m\u2028\u202e\ud800 \r\n# h "q" \'s\' & https://evil.example';

const nastyExchange = exchange('A', 1, 2.5, {
  outcome: nasty,
  key: nasty,
  body: nasty,
  answerBody: nasty,
  expected: nasty,
  silence: nasty,
});

const nastyCase: CaseRecord = {
  plan: { keys: [], steps: [] },
  steps: [nasty],
  attempts: 1,
  exchanges: [
    {
      ...nastyExchange,
      answer: { status: 200, headers: { 'x-<b>': nasty }, body: nasty, truncated: true },
    },
  ],
  effects: [{ id: nasty, named: [nasty] }],
  deliveries: [{ atMs: 1, event: nasty, type: nasty, resource: nasty, answered: 500 }],
};

/** Everything that can come from a target or a contract is hostile. */
export const hostile: Results = {
  ...withStatus(passing, {
    'CREATE-1': [
      'failed',
      nasty,
      [
        {
          ...finding(nasty, nastyCase, nastyCase, 'CREATE-1'),
          argument: [nasty],
          expected: nasty,
          observed: nasty,
          commands: { rerun: nasty },
        },
      ],
    ],
    'CREATE-2': ['skipped', nasty],
  }),
  exitCode: 1,
  verdict: nasty,
  contract: { name: nasty, version: nasty, title: nasty, resource: nasty, id: nasty },
  targets: [nasty],
  transport: nasty,
  notes: [nasty],
  observations: [{ operation: 'create', id: 'REPLAY-10', subject: nasty, seen: [{ value: nasty, count: 1 }] }],
};
