/** Every member of a contract is judged: the same server, held to another value of it, gets another verdict. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';
import type { Results } from '../../results/results.js';
import { run } from '../../run/run.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-members-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** One server, and what becomes of a requirement by what the contract says of a member. */
interface Mutated {
  member: string;
  id: string;
  /** What the reference serves: members besides those of the contract that it starts from. */
  served: string;
  fault?: string;
  /** What the contract says instead, and the status that follows. */
  said: [said: string, status: string][];
}

const twoOperations = `extends: ietf
key: { operations: separate }
otherEndpoints: [{ path: /refunds, bodies: [{ reason: late }, { reason: twice }], id: /refund/id }]`;

const refusesRepeats = `extends: ietf
replay: { kind: refusal, statuses: [410], pointer: /existing }`;

const members: Mutated[] = [
  ...(
    [
      ['CREATE-1', 'keyless-joined'],
      ['CREATE-1', 'keyless-joined-in-another-shape'],
      ['STORM-10', 'keyless-joined'],
    ] as const
  ).map(
    ([id, fault]): Mutated => ({
      member: 'key.keyless',
      id,
      served: 'extends: ietf\nkey: { required: false, keyless: separate }',
      fault,
      said: [
        ['key: { keyless: separate }', 'failed'],
        ['key: { keyless: null }', 'noticed'],
        ['key: { keyless: joined }', 'skipped'],
      ],
    }),
  ),
  ...(
    [
      ['REPLAY-13', 'equal', 'Location', 'replay-loses-location'],
      ['REPLAY-13', 'equal', 'Content-Type', 'replay-in-another-type'],
      ['REPLAY-14', 'fresh', 'Set-Cookie', 'replay-repeats-cookie'],
      ['REPLAY-14', 'fresh', 'X-Request-Id', 'replay-repeats-request-id'],
    ] as const
  ).map(
    ([id, member, header, fault]): Mutated => ({
      member: `replay.headers.${member}`,
      id,
      served: `extends: ietf\nreplay: { headers: { ${member}: [${header}] } }`,
      fault,
      said: [
        [`replay: { headers: { ${member}: [${header}] } }`, 'failed'],
        [`replay: { headers: { ${member}: [X-Other] } }`, 'passed'],
        ['replay: { headers: null }', 'noticed'],
        [`replay: { headers: { ${member}: [] } }`, 'skipped'],
      ],
    }),
  ),
  ...(
    [
      ['query', 'compares-query'],
      ['contentTypeParameters', 'compares-content-type'],
    ] as const
  ).map(
    ([part, fault]): Mutated => ({
      member: 'ignored',
      id: 'REPLAY-15',
      served: `extends: ietf\nignored: [${part}]`,
      fault,
      said: [
        [`ignored: [${part}]`, 'failed'],
        ['ignored: null', 'noticed'],
        ['ignored: [headerCase]', 'passed'],
        ['ignored: []', 'skipped'],
      ],
    }),
  ),
  {
    member: 'key.operations',
    id: 'SCOPE-5',
    served: twoOperations,
    fault: 'operations-answer-each-other',
    said: [
      ['key: { operations: separate }', 'failed'],
      ['key: { operations: null }', 'noticed'],
      ['key: { operations: shared }', 'skipped'],
    ],
  },
  {
    member: 'scope',
    id: 'SCOPE-1',
    served: 'extends: moda',
    fault: 'keys-global',
    said: [
      ['scope: credential', 'failed'],
      ['scope: account', 'skipped'],
    ],
  },
  {
    member: 'fingerprint',
    id: 'CONFLICT-1',
    served: 'extends: moda',
    said: [
      ['fingerprint: bytes', 'passed'],
      ['fingerprint: none', 'skipped'],
    ],
  },
  {
    member: 'create.success',
    id: 'CREATE-4',
    served: 'extends: ietf',
    said: [
      ['create: { success: [200] }', 'passed'],
      ['create: { success: [201] }', 'failed'],
    ],
  },
  {
    member: 'replay.statuses',
    id: 'CREATE-4',
    served: 'extends: ietf\ncreate: { success: [200] }\nreplay: { statuses: [203] }',
    said: [
      ['replay: { statuses: [203] }', 'passed'],
      ['replay: { statuses: [200] }', 'failed'],
    ],
  },
  {
    member: 'create.immutable',
    id: 'REPLAY-2',
    served: 'extends: moda',
    fault: 'replay-changes-immutable-member',
    said: [
      ['create: { immutable: [/id, /created_at] }', 'failed'],
      ['create: { immutable: [/id] }', 'passed'],
    ],
  },
  {
    member: 'create.echo',
    id: 'REPLAY-9',
    served: 'extends: moda',
    fault: 'replay-changes-echo',
    said: [
      ['create: { echo: /input }', 'warned'],
      ['create: { echo: null }', 'skipped'],
    ],
  },
  {
    member: 'replay.kind',
    id: 'REPLAY-1',
    served: refusesRepeats,
    said: [
      ['replay: { kind: refusal }', 'passed'],
      ['replay: { kind: success, statuses: [200] }', 'failed'],
    ],
  },
  {
    member: 'replay.pointer',
    id: 'REPLAY-1',
    served: refusesRepeats,
    said: [
      ['replay: { pointer: /existing }', 'passed'],
      ['replay: { pointer: /title }', 'failed'],
    ],
  },
  {
    member: 'conflict',
    id: 'CONFLICT-1',
    served: 'extends: moda',
    said: [
      ['conflict: { statuses: [409] }', 'passed'],
      ['conflict: { statuses: [422] }', 'failed'],
      ['conflict: null', 'observed'],
    ],
  },
  {
    member: 'errors.mediaType',
    id: 'ENVELOPE-1',
    served: 'extends: ietf',
    said: [
      ['errors: { mediaType: application/problem+json }', 'passed'],
      ['errors: { mediaType: application/json }', 'warned'],
    ],
  },
  {
    member: 'errors.requestId',
    id: 'CONFLICT-9',
    served: 'extends: moda',
    said: [
      ['errors: { requestId: { pointer: /error/request_id, header: X-Request-ID } }', 'passed'],
      ['errors: { requestId: null }', 'skipped'],
    ],
  },
  {
    member: 'errors.authentication',
    id: 'REJECT-4',
    served: 'extends: moda',
    said: [
      ['errors: { authentication: { statuses: [401] } }', 'passed'],
      ['errors: { authentication: { statuses: [403] } }', 'failed'],
    ],
  },
  {
    member: 'status',
    id: 'REPLAY-8',
    served: 'extends: moda',
    said: [
      ['status: { pointer: /status }', 'passed'],
      ['status: null', 'skipped'],
    ],
  },
  {
    member: 'get',
    id: 'REPLAY-11',
    served: 'extends: moda',
    fault: 'acknowledged-not-found',
    said: [
      ['get: { path: "/tasks/{id}" }', 'failed'],
      ['get: null', 'skipped'],
    ],
  },
];

let files = 0;

function contractFile(text: string): string {
  files += 1;
  const file = join(folder, `contract-${files}.yaml`);
  writeFileSync(file, `${text}\n`);
  return file;
}

/** What a run says of the requirement, and the others that fail where this one does not. */
async function seenBy(contract: string, { url, keys }: { url: string; keys: string[] }, id: string): Promise<string[]> {
  const [first = '', second = ''] = keys;
  const results: Results = await run({
    contract,
    targets: [url],
    credentials: { first, second },
    profile: 'smoke',
    seed: 1,
    stormWidth: 4,
    only: [id],
  });
  const decided = results.requirements.find((one) => one.id === id);
  // Where the machine is busy, the target may seem to be down for a moment.
  const others = results.requirements
    .filter((one) => one.id !== id && one.chapter !== 'SERVER' && one.status === 'failed')
    .map((one) => one.id);
  const status = decided?.status ?? 'unknown';
  return [status, ...(status === 'failed' ? [] : others)];
}

test.each(members)('$member: $id', async ({ id, served, fault, said }) => {
  const contract = contractFile(served);
  const reference = await startReference({ contract, ...(fault === undefined ? {} : { fault }) });
  onTestFinished(() => reference.close());
  const seen: [string, string[]][] = [];
  for (const [change] of said)
    seen.push([change, await seenBy(contractFile(`extends: ${contract}\n${change}`), reference, id)]);
  expect(seen).toEqual(said.map(([change, status]) => [change, [status]]));
  expect(new Set(said.map(([, status]) => status)).size).toBe(said.length);
});
