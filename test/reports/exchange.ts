/** An exchange as a client records it, for cases that no run needs to be made for. */
import type { ExchangeRecord } from '../../results/results.js';

const target = 'http://127.0.0.1:4010';

export interface ExchangeOptions extends Partial<ExchangeRecord> {
  body?: string;
  status?: number;
  answerBody?: string;
}

export function exchange(
  name: string,
  sentMs: number,
  doneMs: number | null,
  options: ExchangeOptions = {},
): ExchangeRecord {
  const { body, status, answerBody, ...rest } = options;
  const key = rest.key === undefined ? 'weekly-deck:2026-W17:k7f3' : rest.key;
  return {
    name,
    attempt: name.charCodeAt(0) - 65,
    time: 0,
    retry: 0,
    operation: 'create',
    target: 0,
    resource: doneMs === null ? null : `order_${name}`,
    step: 0,
    outcome: 'created',
    proof: true,
    sentMs,
    doneMs,
    key,
    credential: 'first',
    request: {
      method: 'POST',
      url: `${target}/v1/orders`,
      headers: [
        ['Authorization', 'Bearer ‹secret 3f9a›'],
        ['Content-Type', 'application/json'],
        ['X-Version', '2026-05-01'],
      ],
      body: body ?? JSON.stringify({ prompt: 'n4x0 a deck about "Q2"', kind: 'slides', idempotency_key: key }),
      base64: null,
    },
    answer:
      doneMs === null
        ? null
        : {
            status: status ?? 201,
            headers: { 'content-type': 'application/json', 'x-request-id': `req_${name}` },
            body: answerBody ?? `{"id":"order_${name}","kind":"slides","status":"queued"}`,
            truncated: false,
          },
    silence: doneMs === null ? 'no answer within 30 s' : null,
    expected: 'order_A',
    ...rest,
  };
}
