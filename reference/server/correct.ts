/** The correct behaviour, from which faults and variations deviate. */
import { createHash } from 'node:crypto';
import type { Behaviour } from './behaviour.js';
import { newRequestId } from './ids.js';
import { isLoopback } from './loopback.js';
import { idempotencyConflict } from './problem.js';
import { secondsOf, signed } from './signature.js';
import { envelopeOf } from './task.js';

const longestKey = 4096;

export const correct: Behaviour = {
  latency: () => null,
  admit: () => null,

  keyOf: ({ value }) => (typeof value.idempotency_key === 'string' ? value.idempotency_key : null),
  refusesKey: (key) => (key.length > longestKey ? 'string_too_long' : null),
  scopeOf: ({ credential }) => credential,
  fingerprintOf: ({ bytes }) => createHash('sha256').update(bytes).digest('base64'),
  rules: { compares: true, retentionMs: null },

  find: (records, { scope, key }) => records.get(scope, key),
  beforeEffect: () => null,
  beforeRecord: () => null,
  onCollision: () => null,
  refusesTask: () => null,
  work: () => null,
  inFlight: () => null,
  onInvalid: null,
  onHangUp: null,

  onConflict: () => idempotencyConflict(),
  dropsUnknown: false,
  statusOf: () => 200,
  echoOf: ({ idempotency_key: _, ...rest }) => rest,
  present: (task, _view, at) => envelopeOf(task, at),
  newRequestId,
  renderProblem: (envelope) => ({ contentType: 'application/json', text: JSON.stringify(envelope) }),
  headers: {},

  hasList: true,
  lists: (task, credential) => task.owner === credential,
  gets: (task, credential) => task.owner === credential,
  cancelStatus: 200,

  registerAtBrandKits: () => null,

  uploadIdentity: ({ bytes }) => createHash('sha256').update(bytes).digest('base64'),
  beforeUpload: () => null,
  marksDuplicate: (duplicate) => duplicate,
  uploadStatus: 200,

  acceptsPlainCallback: isLoopback,
  watches: (view) => view === 'created',
  eventsOf: () => 1,
  eventIdOf: ({ id }) => id,
  eventDelayMs: 0,
  redelivers: true,
  sign: (delivery) => signed(delivery, secondsOf(delivery.at)),
};
