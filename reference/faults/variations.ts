/** What a correct server is free to do: none of it may be called a violation. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../contracts/contract.js';
import type { Deviation } from '../server/behaviour.js';
import { invalidRequest, rateLimited, requestInProgress, tooManyTasks, unavailable } from '../server/problem.js';
import { envelopeOf } from '../server/task.js';
import { canonical } from './canonical.js';
import type { Fault } from './fault.js';

export const variations: Fault[] = [
  variation('success-201', 'Every success is a 201.', () => ({ statusOf: () => 201 })),
  variation('success-202', 'Every success is a 202.', () => ({ statusOf: () => 202 })),
  variation('success-201-then-200', 'A new task is a 201, a replay a 200.', () => ({
    statusOf: (view) => (view === 'created' ? 201 : 200),
  })),
  variation('success-202-then-200', 'A new task is a 202, a replay a 200.', () => ({
    statusOf: (view) => (view === 'created' ? 202 : 200),
  })),
  variation('replay-marked', 'A replay has the header Idempotent-Replayed.', () => ({
    headersOf: (view): Record<string, string> => (view === 'replayed' ? { 'idempotent-replayed': 'true' } : {}),
  })),
  variation('replay-snapshot', 'A replay shows the task as it was when it was made.', () => ({
    present: (task, view, at) => envelopeOf(task, view === 'replayed' ? task.createdAt : at),
  })),
  variation('replay-live', 'A replay shows the task as it is now.', () => ({
    present: (task, _view, at) => envelopeOf(task, at),
  })),
  variation('optional-left-out', 'A task has no members but id, kind and status.', (correct) => ({
    present: (...call) => {
      const { id = null, kind = null, status = null } = correct.present(...call);
      return { id, kind, status };
    },
  })),
  variation('extra-members', 'A task has members that nobody documented.', (correct) => ({
    present: (task, view, at) => ({
      ...correct.present(task, view, at),
      replayed: view === 'replayed',
      trace: [view, at],
    }),
  })),
  variation('optional-null', 'All members of a task but id, kind and status are null.', (correct) => ({
    present: (...call) => {
      const { id = null, kind = null, status = null, ...rest } = correct.present(...call);
      return { ...Object.fromEntries(Object.keys(rest).map((name) => [name, null])), id, kind, status };
    },
  })),
  variation('timestamps-in-seconds', 'Timestamps end with Z and have whole seconds.', (correct) => ({
    present: (...call) => {
      const envelope = correct.present(...call);
      const times = Object.entries(envelope).filter(([name, value]) => name.endsWith('_at') && value !== null);
      const rounded = times.map(([name, value]) => [name, inSeconds(String(value))]);
      return { ...envelope, ...Object.fromEntries(rounded) };
    },
  })),
  variation('ids-in-lower-case', 'Ids of tasks are in lower case.', (correct) => ({
    present: (...call) => {
      const envelope = correct.present(...call);
      return { ...envelope, id: String(envelope.id).toLowerCase() };
    },
  })),
  variation('input-empty', 'A task does not echo its request.', () => ({ echoOf: () => ({}) })),

  variation('no-list', 'There is no list endpoint.', () => ({ hasList: false })),
  variation('team-list', 'List and GET show the tasks of all API keys.', () => ({
    lists: () => true,
    gets: () => true,
  })),
  variation('list-50ms-late', 'A task shows in the list after 50 ms.', (correct) => ({
    lists: (task, credential, at) => at - task.createdAt >= 50 && correct.lists(task, credential, at),
  })),

  variation('list-pages-of-10', 'A page of the list holds at most ten tasks.', () => ({ longestPage: 10 })),
  // One task that is shown twice is one task.
  variation('list-shows-twice', 'The list shows each task twice.', () => ({
    showsPage: (page) => page.flatMap((task) => [task, task]),
  })),
  variation('get-100ms-late', 'A task is found by GET after 100 ms, as at a replica that lags.', (correct) => ({
    gets: (task, credential, at) => at - task.createdAt >= 100 && correct.gets(task, credential, at),
  })),

  variation('compares-values', 'Bodies are compared as JSON values.', () => ({
    fingerprintOf: ({ value }) => canonical(value),
  })),
  variation(
    'compares-typed-model',
    'Nulls, defaults and unknown members are dropped before bodies are compared.',
    () => ({
      fingerprintOf: ({ value }) => canonical(typedModel(value)),
      dropsUnknown: true,
    }),
  ),
  variation('blank-key-absent', 'An empty or blank key is no key.', (correct) => ({
    keyOf: (request) => {
      const key = correct.keyOf(request);
      return key?.trim() ? key : null;
    },
  })),
  variation('blank-key-refused', 'An empty or blank key is refused by validation.', (correct) => ({
    refusesKey: (key) => (key.trim() === '' ? 'string_too_short' : correct.refusesKey(key)),
  })),
  variation('keys-up-to-255', 'Keys of more than 255 characters are refused by validation.', () => ({
    refusesKey: (key) => (key.length > 255 ? 'string_too_long' : null),
  })),
  variation('conflict-type-conflict', 'A conflict has the type conflict.', (correct) => ({
    onConflict: (encounter) => ({ ...correct.onConflict(encounter), type: 'conflict' }),
  })),
  variation('conflict-type-idempotency-conflict', 'A conflict has the type idempotency_conflict.', (correct) => ({
    onConflict: (encounter) => ({ ...correct.onConflict(encounter), type: 'idempotency_conflict' }),
  })),

  variation('in-flight-waits', 'The first request works for 20 ms, and duplicates wait for it.', () => ({
    work: () => sleep(20),
  })),
  variation('in-flight-refused', 'The first request works for 20 ms, and duplicates are told to come again.', () => ({
    work: () => sleep(20),
    inFlight: requestInProgress,
  })),
  variation('in-flight-waits-long', 'The first request works for up to 200 ms, and duplicates wait for it.', () => ({
    work: () => sleep(200 * Math.random()),
  })),
  variation('in-flight-hint-in-body', 'Duplicates in flight are told only in the body when to come again.', () => ({
    work: () => sleep(20),
    inFlight: () => {
      const { retryAfter: _, ...problem } = requestInProgress();
      return problem;
    },
    renderProblem: (envelope, { code }) => {
      const hint = code === 'request_in_progress' ? { retry_after_ms: 100 } : {};
      const error = { ...(envelope.error as JsonObject), ...hint };
      return { contentType: 'application/json', text: JSON.stringify({ error }) };
    },
  })),
  variation('latency-30ms', 'Every answer takes 30 ms.', () => ({ latency: () => sleep(30) })),
  variation('latency-with-jitter', 'Every answer takes 30 ms, or up to twice as long.', () => ({
    latency: () => sleep(30 + 30 * Math.random()),
  })),
  variation('rate-limit-300', 'From 300 requests a second on, the answer is a 429 with a hint.', () => {
    let second = 0;
    let count = 0;
    return {
      admit: (_credential, at) => {
        const now = Math.floor(at / 1000);
        count = now === second ? count + 1 : 1;
        second = now;
        return count > 300 ? rateLimited() : null;
      },
    };
  }),
  variation('rate-limit-by-credential', 'From 300 requests a second of one API key on, the answer is a 429.', () => {
    const counts = new Map<string, { second: number; count: number }>();
    return {
      admit: (credential, at) => {
        const second = Math.floor(at / 1000);
        const before = counts.get(credential);
        const count = before?.second === second ? before.count + 1 : 1;
        counts.set(credential, { second, count });
        return count > 300 ? rateLimited() : null;
      },
    };
  }),
  unfinished(15),
  unfinished(3),
  variation('unavailable-2-percent', 'Two requests in a hundred are answered with a 503 and a hint.', () => ({
    admit: () => (Math.random() < 0.02 ? unavailable() : null),
  })),
  variation('reads-unavailable-2-percent', 'Two reads in a hundred are answered with a 503 and a hint.', () => ({
    admit: (_credential, _at, method) => (method === 'GET' && Math.random() < 0.02 ? unavailable() : null),
  })),
  variation('every-third-connection-close', 'Every third answer closes its connection.', () => {
    let answers = 0;
    return { headersOf: (): Record<string, string> => (++answers % 3 === 0 ? { connection: 'close' } : {}) };
  }),
  variation('connection-close', 'Every connection is closed after its answer.', () => ({
    headersOf: () => ({ connection: 'close' }),
  })),

  variation('webhooks-https-only', 'Every callback URL that is not HTTPS is refused, on loopback too.', () => ({
    acceptsPlainCallback: () => false,
  })),
  variation('webhook-late', 'An event is sent 300 ms after its task ended.', () => ({ eventDelayMs: 300 })),
  variation('upload-status-201', 'An upload is answered with a 201.', () => ({ uploadStatus: 201 })),
  variation('cancel-202', 'A cancellation is answered with a 202.', () => ({ cancelStatus: 202 })),
  variation('cancel-409-once-terminal', 'A task that has ended cannot be cancelled: the answer is a 409.', () => ({
    refusesCancel: () => ({ ...invalidRequest('The task has ended.', 409, 'task_not_cancelable'), type: 'conflict' }),
  })),
];

function variation(name: string, sentence: string, deviation: Deviation): Fault {
  return { name, sentence, kind: 'variation', breaks: [], deviation };
}

/** Only a new task is refused: a replay makes none. */
function unfinished(most: number): Fault {
  return variation(
    `at-most-${most}-unfinished`,
    `While ${most} tasks are queued or running, a new one is refused with a 429 and a hint.`,
    () => ({ refusesTask: (tasks, at) => (tasks.unfinished(at) >= most ? tooManyTasks() : null) }),
  );
}

const documented = new Set([
  ...['prompt', 'conversation_id', 'canvas_id', 'template_canvas_id', 'canvas_name', 'brand_kit_id', 'skip_brand_kit'],
  ...['callback_url', 'idempotency_key', 'attachments', 'format', 'model_tier', 'reference_canvas_ids'],
  ...['number_of_slides', 'export_on_complete'],
]);

function inSeconds(timestamp: string): string {
  return `${new Date(timestamp).toISOString().slice(0, 19)}Z`;
}

function typedModel(body: JsonObject): Json {
  const known = Object.entries(body).filter(([name]) => documented.has(name));
  return withoutNulls(
    Object.fromEntries(known.filter(([name, value]) => name !== 'skip_brand_kit' || value !== false)),
  );
}

function withoutNulls(value: Json): Json {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (value === null || typeof value !== 'object') return value;
  const given = Object.entries(value).filter(([, member]) => member !== null);
  return Object.fromEntries(given.map(([name, member]) => [name, withoutNulls(member)]));
}
