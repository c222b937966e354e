/** Valid documents of users: what the fuzzing puts mistakes into. */
import { cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../../contracts/json.js';
import type { Results } from '../../results/results.js';
import { fixture } from '../reports/fixtures.js';

const dialects = join(import.meta.dirname, '..', 'contracts', 'dialects');
const moda = join(import.meta.dirname, '..', '..', 'contracts', 'moda');
const yamlIn = (place: string) => parse(readFileSync(place, 'utf8')) as Json;

export const contracts: Json[] = [
  yamlIn(join(moda, 'contract.yaml')),
  ...readdirSync(dialects).flatMap((name) => (name.endsWith('.yaml') ? yamlIn(join(dialects, name)) : [])),
];

/** The contracts and the schemas that they name. */
export function copyContracts(folder: string): void {
  cpSync(dialects, folder, { recursive: true });
  cpSync(moda, folder, { recursive: true });
}

export const config: JsonObject = {
  contract: 'moda',
  profile: 'smoke',
  only: ['CREATE', 'REPLAY-1'],
  seed: 7,
  rate: 60,
  'max-time': 10,
  header: ['X-A: 1'],
  strict: true,
  endpoint: 'POST /orders',
  key: 'header:Idempotency-Key',
  'key-format': 'uuid',
  'storm-width': 4,
  shard: '1/3',
  format: ['json', 'html'],
  'api-key-env': ['A', 'B'],
  baseline: 'known.yaml',
};

export const baseline: Json = [
  { id: 'CREATE-1', reason: 'known', until: '2027-01-31' },
  { operation: 'create', id: 'STORM-1', reason: 'is being worked on' },
  { id: 'REPLAY-1', reason: 'x', until: null },
];

/** Results with so few requirements that reports of them are made quickly. */
function small(results: Results): Results {
  const kept = results.requirements.filter(({ findings }, n) => findings.length > 0 || n < 2).slice(0, 4);
  return { ...results, requirements: kept };
}

export const results = (['failing', 'storm', 'webhook', 'effect', 'shard', 'hostile'] as const).map((name) =>
  small(fixture(name)),
);

const line = (key: string | null, sent: number, more: object) =>
  ({ scope: 'first', key, bytes: 'b1', sent, done: sent + 5, ...more }) as Json;

/** Its lines. */
export const history: Json[] = [
  line('k1', 1, { kind: 'ok', id: 'order_1', status: 201 }),
  line('k1', 10, { kind: 'ok', id: 'order_1', status: 200, plan: 1, name: 'B' }),
  line('k1', 20, { bytes: 'b2', kind: 'conflict', status: 409 }),
  line('k2', 30, { body: '{"a":9007199254740993}', kind: 'unknown', done: null }),
  line('k2', 40, { status: 201, id: 'order_2', value: 'v' }),
  line(null, 50, { status: 500 }),
];
