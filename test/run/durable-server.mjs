// A small backend with a durable store: an append-only file with fsync. Started by restart-durable.mjs.
//   node durable-server.mjs PORT FOLDER [record-last]
// With `record-last` the effect is stored first and its key 40 ms later: killed in between, the key is lost.
import { appendFileSync, closeSync, existsSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, folder, mode] = process.argv.slice(2);
const file = join(folder, 'store.ndjson');
const tasks = [];
const keys = new Map();

function remember({ task, key, body }) {
  if (task !== undefined) tasks.unshift(task);
  if (key !== undefined) keys.set(key, { id: (task ?? tasks.find((one) => one.id === body.id)).id, text: body.text });
}

if (existsSync(file)) {
  // The last line may have been cut off by a kill.
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) remember(JSON.parse(line));
}
const log = openSync(file, 'a');

function store(entry) {
  appendFileSync(log, `${JSON.stringify(entry)}\n`);
  fsyncSync(log);
  remember(entry);
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const newId = () => `task_${Array.from({ length: 26 }, () => alphabet[Math.floor(Math.random() * 32)]).join('')}`;
let requests = 0;

const server = createServer((request, response) => {
  const requestId = `request-${process.pid}-${++requests}`;
  const send = (status, body) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': requestId });
    response.end(JSON.stringify(body));
  };
  const refuse = (status, type, code) => send(status, { error: { type, code, message: code, request_id: requestId } });
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const scope = request.headers.authorization;
    if (scope !== 'Bearer durable-first' && scope !== 'Bearer durable-second') {
      return refuse(401, 'authentication', 'authentication');
    }
    const text = Buffer.concat(chunks).toString();
    const { pathname } = new URL(request.url, 'http://x');
    if (request.method === 'GET' && pathname === '/v1/tasks') return send(200, { data: tasks, next_cursor: null });
    if (request.method !== 'POST' || pathname !== '/v1/tasks') return refuse(404, 'not_found', 'not_found');
    let body;
    try {
      body = JSON.parse(text);
    } catch {
      return refuse(400, 'invalid_request', 'invalid_request');
    }
    if (typeof body.prompt !== 'string') return refuse(422, 'unprocessable', 'validation_failed');
    const key = typeof body.idempotency_key === 'string' ? `${scope} ${body.idempotency_key}` : undefined;
    const held = key === undefined ? undefined : keys.get(key);
    if (held !== undefined && held.text !== text) return refuse(409, 'idempotency_conflict', 'idempotency_conflict');
    if (held !== undefined)
      return send(
        200,
        tasks.find((one) => one.id === held.id),
      );
    const task = {
      id: newId(),
      kind: 'design',
      status: 'queued',
      created_at: new Date().toISOString(),
      input: { prompt: body.prompt },
    };
    if (mode === 'record-last') {
      store({ task });
      await sleep(40);
      if (key !== undefined) store({ key, body: { id: task.id, text } });
    } else store({ task, ...(key === undefined ? {} : { key, body: { text } }) });
    send(200, task);
  });
});
server.listen(Number(port), '127.0.0.1');
process.on('exit', () => closeSync(log));
