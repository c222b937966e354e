/** The correct behaviour, from which faults and variations deviate. */
import { createHash } from 'node:crypto';
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour } from './behaviour.js';
import { parseObject } from './body.js';
import { credentialOf } from './entrance.js';
import { newRequestId } from './ids.js';
import { isLoopback } from '../../contracts/loopback.js';
import { idempotencyConflict } from './problem.js';
import { secondsOf, signed } from './signature.js';
import { envelopeOf } from './task.js';

const longestKey = 4096;

const json = (body: JsonObject) => ({ contentType: 'application/json', text: JSON.stringify(body) });

export const correct: Behaviour = {
  latency: () => null,
  identify: credentialOf,
  admit: () => null,
  parse: parseObject,
  overlooks: () => false,

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
  onReplay: () => null,
  beforeReply: () => null,
  onInvalid: null,
  onCut: () => null,
  onHangUp: null,

  onConflict: () => idempotencyConflict(),
  dropsUnknown: false,
  statusOf: () => 200,
  echoOf: ({ idempotency_key: _, ...rest }) => rest,
  present: (task, _view, at) => envelopeOf(task, at),
  newRequestId,
  renderSuccess: json,
  renderProblem: json,
  headersOf: () => ({}),

  hasList: true,
  longestPage: 100,
  showsPage: (page) => page,
  lists: (task, credential) => task.owner === credential,
  gets: (task, credential) => task.owner === credential,
  cancelStatus: 200,
  refusesCancel: () => null,

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
