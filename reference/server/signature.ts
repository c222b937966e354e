/** The signature of a webhook delivery. */
import { createHmac } from 'node:crypto';
import type { Delivery } from './side-behaviour.js';

export function signed({ body, secret }: Delivery, timestamp: string): Record<string, string> {
  return { 'X-Webhook-Timestamp': timestamp, 'X-Webhook-Signature': `v1=${macOf(secret, `${timestamp}.${body}`)}` };
}

export function macOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Unix seconds. */
export function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}
