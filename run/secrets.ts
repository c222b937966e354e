/** Which values of a run are secrets, and whether they can be kept out of what it writes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { addressSecrets, headerSecrets } from '../client/mask/values.js';
import { Mask, SHORTEST_SECRET } from '../client/mask.js';
import type { Contract } from '../contracts/contract.js';
import { option, UsageError } from './options/usage.js';
import { isCredential } from './options/values.js';

/** What holds secrets, as a connection does. */
interface Holder {
  credentials: { first?: string | undefined; second?: string | undefined };
  headers: [name: string, value: string][];
  secretHeaders: string[];
  proxy: string | undefined;
}

/** Headers whose values are credentials whatever they look like. */
const ALWAYS = ['authorization', 'proxy-authorization', 'x-api-key'];

/** The mask of a run: API keys, headers that carry credentials, passwords in addresses, the webhook secret. */
export function maskFor(holder: Holder, contract: Contract, webhookSecret?: string): Mask {
  const { credentials, secretHeaders } = holder;
  const headers = [...Object.entries(contract.headers), ...holder.headers].filter(([name]) =>
    isCredential(name, secretHeaders),
  );
  return new Mask(
    [
      credentials.first,
      credentials.second,
      webhookSecret,
      // What is signed with stands after the prefix that some senders write.
      webhookSecret?.replace(/^whsec_/, ''),
      ...addressSecrets(holder.proxy),
    ],
    headers.flatMap(([name, value]) => headerSecrets(name, value)),
    secretHeaders,
  );
}

/** Throws `UsageError` where a secret could not be told from the other text of a report. */
export function checkSecrets(holder: Holder, targets: string[], webhookSecret?: string): void {
  for (const [name, secret] of named(holder, webhookSecret)) {
    if (secret.length < SHORTEST_SECRET) {
      throw new UsageError(
        `The secret in ${name} has fewer than ${SHORTEST_SECRET} characters: too few to be told from other text and kept out of reports. Nothing was sent. Use a longer one.`,
      );
    }
    const place = targets.some((target) => target.toLowerCase().includes(secret.toLowerCase()))
      ? 'the address of the target'
      : vocabulary().has(secret.toLowerCase())
        ? 'every report, as one of its own words'
        : null;
    if (place !== null) {
      throw new UsageError(
        `The secret in ${name} stands in ${place}, so it cannot be kept out of reports. Nothing was sent. Use another one.`,
      );
    }
  }
}

/** Secrets that the user gave, each with the name of the option. Of a header with several, the longest. */
function named({ credentials, headers, secretHeaders, proxy }: Holder, webhookSecret?: string): [string, string][] {
  const all: [string, string | undefined][] = [
    [option('credentials.first'), credentials.first],
    [option('credentials.second'), credentials.second],
    [option('webhooks.secret'), webhookSecret],
    ...headers
      .filter(([name]) => [...ALWAYS, ...secretHeaders].some((one) => one.toLowerCase() === name.toLowerCase()))
      .map(([name, value]): [string, string] => [`${option('headers')} ${name}`, longest(headerSecrets(name, value))]),
    ['HTTPS_PROXY', longest(addressSecrets(proxy))],
  ];
  return all.filter((one): one is [string, string] => (one[1] ?? '') !== '');
}

function longest(texts: string[]): string {
  return texts.reduce((one, other) => (other.length > one.length ? other : one), '');
}

let words: ReadonlySet<string> | undefined;

/** Words that results are made of: to mask one of them would break what reads results. */
function vocabulary(): ReadonlySet<string> {
  if (words === undefined) {
    const file = createRequire(import.meta.url).resolve('idem-conformance/results/results.schema.json');
    words = new Set(
      (JSON.stringify(JSON.parse(readFileSync(file, 'utf8'))).match(/"[^"]+"/g) ?? []).map((word) =>
        word.slice(1, -1).toLowerCase(),
      ),
    );
  }
  return words;
}
