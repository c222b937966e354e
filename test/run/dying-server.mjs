// Orders in a file, which outlives the process that ends itself.
//   node dying-server.mjs PORT FOLDER hang-up|key|once|freeze|slow|often
// hang-up: when a client leaves before its answer. key: for a key with a quote. once: for one write, the 20th of all
// processes. freeze: as for hang-up, but it only answers nothing any more. slow: nothing for a while.
// often: by itself, whatever is sent, and it takes a while to start.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const [port, folder, mode] = process.argv.slice(2);
const writes = join(folder, 'writes');
const orders = join(folder, 'orders');
const lines = existsSync(orders) ? readFileSync(orders, 'utf8').trim().split('\n') : [];
const made = new Map(lines.filter(Boolean).map((line) => JSON.parse(line)));
let frozen = false;
if (mode === 'often') {
  await sleep(300);
  setTimeout(() => process.exit(1), 250 + Math.random() * 150);
}

const server = createServer(async (request, response) => {
  const answer = (status, json) => {
    if (!frozen) response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(json));
  };
  const late = frozen;
  response.on('close', () => {
    if (response.writableFinished || frozen || late) return;
    if (mode === 'hang-up') process.exit(1);
    if (mode === 'freeze' || mode === 'slow') frozen = true;
    if (mode === 'slow') setTimeout(() => (frozen = false), 2500);
  });
  let text = '';
  try {
    for await (const chunk of request) text += chunk;
  } catch {
    return;
  }
  if (request.method !== 'POST') return answer(404, { error: 'not found' });
  const key = request.headers['idempotency-key'];
  if (mode === 'key' && /['"]/.test(key ?? '')) process.exit(1);
  appendFileSync(writes, 'w');
  if (mode === 'once' && readFileSync(writes, 'utf8').length === 20) process.exit(1);
  const held = made.get(key ?? '');
  if (held !== undefined && held.text !== text) return answer(422, { error: 'another body' });
  const order = held ?? { text, id: `order_${process.pid}_${made.size}` };
  if (held === undefined) {
    const name = key ?? `without ${made.size}`;
    made.set(name, order);
    appendFileSync(orders, `${JSON.stringify([name, order])}\n`);
  }
  // Long enough to be left before the answer.
  await sleep(20);
  answer(201, { id: order.id });
});
server.listen(Number(port), '127.0.0.1');
