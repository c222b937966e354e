/** Tokens of templates: they stand for what is made only at sending. Private-use characters, which no generator produces. */
import { PADDING } from './padding.js';

export const NONCE_TOKEN = '\uE000nonce\uE001';
export const KEY_TOKEN = '\uE000key\uE001';
/** The address of the webhook receiver. */
export const RECEIVER_TOKEN = '\uE000receiver\uE001';

/** Any token, padding included; of a companion with the quotes of its JSON, and with its number. */
export const TOKEN = new RegExp(
  `"?\\uE000companion(\\d+)\\uE001"?|\\uE000(?:nonce|key|receiver)\\uE001|${PADDING.source}`,
  'g',
);
