/** The signature of a webhook delivery. */
import { createHmac } from 'node:crypto';
import type { WebhookRules } from '../../contracts/contract.js';
import type { Delivery } from './side-behaviour.js';

export type SignatureRule = NonNullable<WebhookRules['signature']>;

export function signed({ body, secret }: Delivery, timestamp: string, rule: SignatureRule): Record<string, string> {
  return { [rule.timestamp]: timestamp, [rule.header]: `${rule.prefix}${macOf(secret, `${timestamp}.${body}`)}` };
}

export function macOf(secret: string, text: string): string {
  return createHmac('sha256', secret).update(text).digest('hex');
}

/** Unix seconds. */
export function secondsOf(ms: number): string {
  return String(Math.floor(ms / 1000));
}
