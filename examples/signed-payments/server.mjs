// Payments for requests that are signed: HMAC-SHA256 over method, path with query, timestamp and body.
//   IDEM_API_KEY=merchant:secret node server.mjs [PORT] [DEFECT]
// DEFECT is one of timestamp-compared, keys-shared, check-then-act: see what the suite says of each.
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const [port = '0', defect = 'none'] = process.argv.slice(2);
const secrets = new Map(
  [process.env.IDEM_API_KEY, process.env.IDEM_API_KEY_2].filter(Boolean).map((one) => one.split(/:(.*)/s)),
);
/** Milliseconds that a signature is good for. */
const TOLERANCE_MS = 300_000;

const payments = [];
/** What was answered under each key, or the promise of it. */
const records = new Map();

/** The merchant that signed; `null` where the signature is missing, wrong or too old. */
function signer({ method, url, headers }, body) {
  const [, merchant, signature] = /^HMAC-SHA256 ([^:]+):([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? [];
  const secret = secrets.get(merchant);
  const timestamp = headers['x-timestamp'] ?? '';
  if (secret === undefined || !(Math.abs(Date.now() - Number(timestamp)) <= TOLERANCE_MS)) return null;
  const expected = createHmac('sha256', secret).update(`${method}\n${url}\n${timestamp}\n`).update(body).digest();
  return timingSafeEqual(Buffer.from(signature, 'hex'), expected) ? merchant : null;
}

async function pay(merchant, { amount, note }) {
  // As long as a database takes.
  await sleep(2);
  const payment = { id: `pay_${randomUUID()}`, merchant, amount, note };
  payments.push(payment);
  return payment;
}

async function create(request, merchant, body) {
  const key = request.headers['idempotency-key'];
  if (!key) return [400, { error: 'The header Idempotency-Key is required.' }];
  let value;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    return [400, { error: 'The body is not JSON.' }];
  }
  if (!Number.isInteger(value?.amount) || typeof value.note !== 'string')
    return [400, { error: 'amount must be a whole number, and note a string.' }];
  const record = defect === 'keys-shared' ? key : `${merchant} ${key}`;
  const sent = defect === 'timestamp-compared' ? `${request.headers['x-timestamp']} ${body}` : body.toString('latin1');
  const known = records.get(record);
  if (known !== undefined && known.sent !== sent) return [422, { error: 'The key was used with another request.' }];
  if (known !== undefined) return [201, await known.payment];
  if (defect === 'check-then-act') {
    const payment = await pay(merchant, value);
    records.set(record, { sent, payment });
    return [201, payment];
  }
  const payment = pay(merchant, value);
  records.set(record, { sent, payment });
  return [201, await payment];
}

async function answer(request, body) {
  const merchant = signer(request, body);
  if (merchant === null) return [401, { error: 'The signature is missing, wrong or too old.' }];
  const own = payments.filter((one) => one.merchant === merchant);
  const { pathname } = new URL(request.url, 'http://localhost');
  if (request.method === 'POST' && pathname === '/payments') return create(request, merchant, body);
  if (request.method === 'GET' && pathname === '/payments') return [200, { items: own }];
  const found = request.method === 'GET' ? own.find(({ id }) => pathname === `/payments/${id}`) : undefined;
  return found === undefined ? [404, { error: 'There is no such payment.' }] : [200, found];
}

const server = createServer(async (request, response) => {
  try {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const [status, body] = await answer(request, Buffer.concat(chunks));
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  } catch {
    // The client hung up.
    response.destroy();
  }
});
server.listen(Number(port), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
