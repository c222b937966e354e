/** A handful of requests that show how an unknown API behaves, in sentences, by the contract's member they speak of. */

import fc from 'fast-check';
import { Client } from '../client/client.js';
import { EffectsUnseen } from '../client/effect-source.js';
import { EffectReader } from '../client/effects.js';
import type { Contract, JsonObject, Pages } from '../contracts/contract.js';
import { isFreeForm } from '../contracts/key-grammar.js';
import type { LoadedContract } from '../contracts/load.js';
import { bodies } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import { body, create, send, slot } from '../generators/plans.js';
import type { Reading } from '../history/reading.js';
import { read } from '../judge/classify.js';
import { answerWords } from '../judge/words.js';
import { learnKeys, mayRefuseKey } from './key-format.js';
import type { Connection } from './options.js';

/**
 * Four requests: a write, its repeat, another body, and the list. Where the API turns out to want keys of some format, the
 * contract says so afterwards.
 */
export async function probe(loaded: LoadedContract, connection: Connection): Promise<Record<string, string>> {
  const { contract, schemas } = loaded;
  const client = new Client({
    contract,
    ...connection,
    parallel: 1,
    maxRequests: null,
    maxCreates: null,
    perMinute: null,
    signal: new AbortController().signal,
  });
  try {
    const source = {
      contract,
      requestSchema: schemas.requestSchema,
      validate: (one: unknown) => schemas.request(one) === true,
    };
    const [one, other] = fc.sample(bodies(source), { seed: 1, numRuns: 2 }) as [JsonObject, JsonObject];
    const steps = [
      send(create(slot(0), body(one))),
      send(create(slot(0), body(one))),
      send(create(slot(0), body(other, 1))),
    ];
    const execute = () => client.execute({ keys: keyExamples(contract.key).slice(0, 1), steps });
    let { history } = await execute();
    const [refused] = history.exchanges;
    const { learnt } =
      refused !== undefined && mayRefuseKey(refused) && isFreeForm(contract.key)
        ? await learnKeys(client, contract.key, one)
        : { learnt: null };
    if (learnt !== null) {
      Object.assign(contract.key, learnt.grammar);
      ({ history } = await execute());
    }
    const [first, again, changed] = history.exchanges.map((exchange) => read(exchange, loaded));
    return {
      ...told(first, again, changed),
      ...refusedIn(first, contract),
      ...(learnt === null ? {} : { key: ` Seen: ${learnt.seen}.` }),
      ...(await listSeen(client, loaded)),
    };
  } finally {
    await client.close();
  }
}

function told(
  first: Reading | undefined,
  again: Reading | undefined,
  changed: Reading | undefined,
): Record<string, string> {
  const seen: Record<string, string> = {};
  if (first !== undefined) seen.create = ` Seen: a first call was answered ${answerWords(first)}.`;
  if (first !== undefined && again !== undefined) {
    const same =
      first.id === null || again.id === null
        ? ''
        : again.id === first.id
          ? ', the same id'
          : ', ANOTHER id: a second resource';
    const markers = newHeaders(first, again);
    seen.replay = ` Seen: its repeat was answered ${answerWords(again)}${same}.${markers === '' ? '' : ` Headers that only the repeat had: ${markers}.`}`;
  }
  if (changed !== undefined)
    seen.conflict = ` Seen: another body under the same key was answered ${answerWords(changed)}.`;
  return Object.fromEntries(
    Object.entries(seen).map(([member, text]) => [member, text.replace(/\s+/g, ' ').replace(/^ ?/, ' ')]),
  );
}

/** Whether nobody is let in, so that nothing else was learnt. */
function refusedIn(first: Reading | undefined, { authentication }: Contract): Record<string, string> {
  const outcome = first?.exchange.outcome;
  if (outcome?.kind !== 'answer' || (outcome.status !== 401 && outcome.status !== 403)) return {};
  const advice =
    authentication === null
      ? 'no API key was sent. Set IDEM_API_KEY and write this file again'
      : 'the API key was refused. Check IDEM_API_KEY and the header in which it goes, and write this file again';
  return { authentication: ` Seen: every request was answered ${outcome.status}: ${advice}.` };
}

function newHeaders(first: Reading, again: Reading): string {
  const [a, b] = [first.exchange.outcome, again.exchange.outcome];
  if (a.kind !== 'answer' || b.kind !== 'answer') return '';
  return Object.keys(b.headers)
    .filter((name) => !(name in a.headers))
    .join(', ');
}

async function listSeen(client: Client, { contract }: LoadedContract): Promise<Record<string, string>> {
  const { list } = contract.effects;
  if (list === null) return {};
  try {
    const reader = new EffectReader(client, list, 'first');
    const found = await reader.read();
    const count = `${found.length} ${found.length === 1 ? 'resource' : 'resources'}`;
    return { effects: ` Seen: GET ${list.path} showed ${count}${pagesSeen(reader.pages)}.` };
  } catch (error) {
    if (!(error instanceof EffectsUnseen)) throw error;
    return { effects: ` Seen: ${error.message}.` };
  }
}

function pagesSeen(pages: Pages | null): string {
  if (pages === null)
    return ', on one page. If others follow, say in list how they are reached: pages: {kind: page, query: page} or {kind: offset, query: offset}';
  const { kind, query, next } = pages;
  const by = { link: 'the Link header', url: `the URL at ${next}`, cursor: `the cursor at ${next}, as ?${query}=` };
  return kind in by
    ? `. The next page is reached by ${by[kind as keyof typeof by]}`
    : `. The next page is asked for as ?${query ?? kind}=`;
}
