/** What a correct server is free to do: none of it may be called a violation. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Json, JsonObject } from '../../contracts/contract.js';
import type { Deviation } from '../server/behaviour.js';
import { rateLimited, requestInProgress, tooManyTasks, unavailable } from '../server/problem.js';
import { envelopeOf } from '../server/task.js';
import { canonical } from './canonical.js';
import type { Fault } from './fault.js';

export const variations: Fault[] = [
  variation('success-201', 'Every success is a 201.', () => ({ statusOf: () => 201 })),
  variation('success-202', 'Every success is a 202.', () => ({ statusOf: () => 202 })),
  variation('success-201-then-200', 'A new task is a 201, a replay a 200.', () => ({
    statusOf: (view) => (view === 'created' ? 201 : 200),
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
  variation('input-empty', 'A task does not echo its request.', () => ({ echoOf: () => ({}) })),

  variation('no-list', 'There is no list endpoint.', () => ({ hasList: false })),
  variation('team-list', 'List and GET show the tasks of all API keys.', () => ({
    lists: () => true,
    gets: () => true,
  })),
  variation('list-50ms-late', 'A task shows in the list after 50 ms.', (correct) => ({
    lists: (task, credential, at) => at - task.createdAt >= 50 && correct.lists(task, credential, at),
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
  unfinished(15),
  unfinished(3),
  variation('unavailable-2-percent', 'Two requests in a hundred are answered with a 503 and a hint.', () => ({
    admit: () => (Math.random() < 0.02 ? unavailable() : null),
  })),
  variation('connection-close', 'Every connection is closed after its answer.', () => ({
    headers: { connection: 'close' },
  })),

  variation('webhooks-https-only', 'Every callback URL that is not HTTPS is refused, on loopback too.', () => ({
    acceptsPlainCallback: () => false,
  })),
  variation('webhook-late', 'An event is sent 300 ms after its task ended.', () => ({ eventDelayMs: 300 })),
  variation('upload-status-201', 'An upload is answered with a 201.', () => ({ uploadStatus: 201 })),
  variation('cancel-202', 'A cancellation is answered with a 202.', () => ({ cancelStatus: 202 })),
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
