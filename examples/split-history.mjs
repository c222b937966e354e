#!/usr/bin/env node
/**
 * Splits a history by key, so that its parts can be judged on different machines:
 *
 *   node split-history.mjs 8 < history.ndjson        # shard-0.ndjson to shard-7.ndjson
 *   node split-history.mjs 8 id < history.ndjson     # the successes by id: who judges these finds ids of two keys
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { createInterface } from 'node:readline';

const [count = '8', by = 'key'] = process.argv.slice(2);
const shards = Array.from({ length: Number(count) }, (_, n) => createWriteStream(`shard-${n}.ndjson`));

for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  if (text.trim() === '') continue;
  const { scope, key, id, status, kind } = JSON.parse(text);
  const success = id !== undefined && (kind === undefined ? status >= 200 && status < 300 : kind === 'ok');
  if (by === 'id' && !success) continue;
  // A request without a key is judged alone: any shard will do.
  const name = by === 'id' ? id : `${scope} ${key ?? text}`;
  const shard = shards[createHash('sha256').update(name).digest().readUInt32BE() % shards.length];
  if (!shard.write(`${text}\n`)) await once(shard, 'drain');
}
for (const shard of shards) shard.end();
