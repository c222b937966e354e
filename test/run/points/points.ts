/** What the contract language has to express, each with example APIs, and ways in which a server breaks each of them. */
import type { ServeOptions } from '../../../reference/server/server.js';
import type { RunOptions } from '../../../run/options.js';

/** A fault of the reference, or other members of the contract that it keeps. */
export type Wrong = { fault: string } | { says: string };

export interface Api {
  /** A file in examples/contracts, without its ending. */
  name: string;
  /** A file in examples/openapi: a run reads that, and the reference keeps the contract. */
  document?: string;
  options?: Pick<RunOptions, 'exclusive'>;
  serve?: Pick<ServeOptions, 'timing'>;
  /** Three forms at least, each with the requirement that fails it. */
  broken: [wrong: Wrong, id: string][];
}

const fault = (name: string): Wrong => ({ fault: name });

/** Nothing in the requests says whose a resource is. */
const exclusive = { exclusive: true };
/** The work goes on for longer than an effect may take to show. */
const slow = { timing: { runningAfterMs: 100, finishedAfterMs: 250 } };

export const points: Record<string, Api[]> = {
  operations: [
    {
      name: 'operations',
      broken: [
        [
          { says: 'operations: { refund: { replay: { kind: refusal, statuses: [410], pointer: null } } }' },
          'refund REPLAY-1',
        ],
        [fault('never-replays'), 'order REPLAY-1'],
        [fault('never-replays'), 'refund REPLAY-1'],
        [{ says: 'key: { operations: shared }' }, 'refund SCOPE-5'],
      ],
    },
  ],
  openApi: [
    {
      name: 'operations',
      document: 'orders',
      broken: [
        [fault('never-replays'), 'post-orders REPLAY-1'],
        [fault('replay-makes-orphan'), 'post-refunds REPLAY-3'],
        [fault('race-5ms'), 'post-orders STORM-1'],
      ],
    },
  ],
  credentials: ['query', 'basic', 'token'].map(
    (kind): Api => ({
      name: `credentials-${kind}`,
      broken: [
        [fault('keys-global'), 'SCOPE-1'],
        [fault('any-api-key'), 'SCOPE-4'],
        [fault('replays-before-authentication'), 'SCOPE-4'],
        ...(kind === 'token' ? [[fault('keys-by-access-token'), 'SCOPE-6'] satisfies [Wrong, string]] : []),
      ],
    }),
  ),
  ids: [
    {
      name: 'id-in-location',
      broken: [
        [fault('replay-names-another'), 'REPLAY-1'],
        [fault('replay-without-id-header'), 'CREATE-4'],
        [fault('never-replays'), 'REPLAY-3'],
      ],
    },
    {
      name: 'id-nowhere',
      broken: [
        [fault('replay-with-a-body'), 'REPLAY-2'],
        [fault('never-replays'), 'REPLAY-1'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
      ],
    },
  ],
  setUp: [
    {
      name: 'setup',
      broken: [
        [fault('never-replays'), 'REPLAY-1'],
        [fault('acknowledged-not-found'), 'REPLAY-11'],
        [fault('keys-in-lower-case'), 'KEY-2'],
      ],
    },
  ],
  places: [
    {
      name: 'key-in-query',
      broken: [
        [fault('keys-in-lower-case'), 'KEY-2'],
        [fault('keys-in-a-decoded-query'), 'KEY-2'],
        [fault('never-replays'), 'REPLAY-1'],
      ],
    },
    {
      name: 'key-in-path',
      broken: [
        [fault('keys-percent-decoded'), 'KEY-2'],
        [fault('conflict-creates'), 'CONFLICT-5'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
      ],
    },
    {
      name: 'key-inside-body',
      broken: [
        [fault('keys-trimmed'), 'KEY-2'],
        [fault('no-string-key-as-text'), 'KEY-4'],
        [fault('body-part-of-key'), 'CONFLICT-1'],
      ],
    },
    {
      name: 'graphql',
      broken: [
        [fault('keys-trimmed'), 'KEY-2'],
        [fault('body-part-of-key'), 'CONFLICT-1'],
        [fault('same-body-joined-within-a-second'), 'CREATE-3'],
      ],
    },
    {
      name: 'companions',
      broken: [
        [fault('fresh-values-compared'), 'REPLAY-1'],
        [fault('fresh-values-as-keys'), 'REPLAY-1'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
      ],
    },
  ],
  bodies: [
    {
      name: 'form',
      broken: [
        [fault('compares-bytes-of-a-value'), 'CONFLICT-7'],
        [fault('ignores-names-with-brackets'), 'CONFLICT-3'],
        [fault('last-of-a-repeated-name-wins'), 'CONFLICT-3'],
      ],
    },
    {
      name: 'multipart',
      broken: [
        [fault('boundary-counts'), 'CONFLICT-7'],
        [fault('ignores-files'), 'CONFLICT-3'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
      ],
    },
    {
      name: 'no-body',
      options: exclusive,
      broken: [
        [fault('never-replays'), 'REPLAY-1'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
        [fault('same-body-joined-within-a-second'), 'CREATE-3'],
      ],
    },
  ],
  methods: [
    {
      name: 'put',
      broken: [
        [fault('never-replays'), 'REPLAY-1'],
        [fault('conflict-creates'), 'CONFLICT-5'],
        [fault('other-body-replaces'), 'CONFLICT-3'],
      ],
    },
    {
      name: 'patch',
      broken: [
        [fault('other-body-replaces'), 'CONFLICT-3'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
        [fault('keys-in-lower-case'), 'KEY-2'],
      ],
    },
    {
      name: 'delete',
      options: exclusive,
      broken: [
        [fault('never-replays'), 'REPLAY-1'],
        [fault('replay-makes-orphan'), 'REPLAY-3'],
        [fault('keys-in-lower-case'), 'KEY-2'],
      ],
    },
  ],
  effects: [
    {
      name: 'accepted',
      serve: slow,
      broken: [
        [fault('repeat-starts-work-again'), 'REPLAY-3'],
        [fault('never-replays'), 'REPLAY-1'],
        [fault('conflict-creates'), 'CONFLICT-5'],
      ],
    },
    {
      name: 'batch',
      broken: [
        [fault('batch-keyed-as-whole'), 'REPLAY-3'],
        [fault('twice-in-batch'), 'BATCH-1'],
        [fault('conflict-repeats-neighbours'), 'BATCH-2'],
      ],
    },
    {
      name: 'per-write',
      broken: [
        [fault('replay-makes-orphan'), 'REPLAY-3'],
        [fault('conflict-creates'), 'CONFLICT-5'],
        [fault('refused-body-creates'), 'REJECT-2'],
      ],
    },
  ],
  refusals: [
    {
      name: 'refusals-by-header',
      broken: [
        [fault('conflict-without-header'), 'CONFLICT-1'],
        [fault('in-flight-conflict'), 'STORM-3'],
        [fault('refused-body-binds'), 'REJECT-3'],
      ],
    },
    {
      name: 'refusals-2xx',
      broken: [
        [{ says: 'fingerprint: none' }, 'CONFLICT-3'],
        [fault('conflict-other-code'), 'CONFLICT-1'],
        [fault('in-flight-202-without-id'), 'STORM-3'],
        [fault('missing-member-accepted'), 'REJECT-1'],
      ],
    },
  ],
};
