/** A handful of requests that show how an unknown API behaves, and what they come to for its contract. */
import fc from 'fast-check';
import { Client } from '../client/client.js';
import type { Tokens } from '../client/credentials.js';
import type { Mask } from '../client/mask.js';
import { BudgetSpent } from '../client/pace.js';
import { bodyIn, isTyped, spell, spellingsOf } from '../contracts/codec.js';
import { idPlaceWords, idPointer } from '../contracts/ids.js';
import { type JsonObject, parseJson } from '../contracts/json.js';
import { isSeparable } from '../contracts/key.js';
import { isFreeForm } from '../contracts/key-grammar.js';
import type { LoadedContract } from '../contracts/load.js';
import { bodies } from '../generators/bodies.js';
import { keyExamples } from '../generators/keys.js';
import { body, create, slot, storm } from '../generators/plans.js';
import type { Body, CreateAttempt, KeyUse } from '../history/plan.js';
import { templateOf } from '../history/text.js';
import { read } from '../judge/classify.js';
import { answerWords, excerpt } from '../judge/words.js';
import { hasSecond } from './credentials.js';
import { bodySource } from './drawing.js';
import { learnKeys, mayRefuseKey } from './key-format.js';
import type { NameOf } from './options/usage.js';
import type { Connection } from './options.js';
import {
  type Conclusion,
  isOk,
  lineOf,
  linesOf,
  type Probe,
  type Sent,
  type StepName,
  statusOf,
} from './probe/conclusion.js';
import { concludeEffects, type ListAnswer, listPath } from './probe/effects.js';
import { concludeKeys } from './probe/keys.js';
import { guessId, guessIdHeader } from './probe/leaves.js';
import { pageTries } from './probe/pages.js';
import { concludeRepeats } from './probe/repeats.js';
import { maskFor } from './secrets.js';
import { tokensFor } from './tokens.js';

/** Requests that probes send at most. */
export const MOST_PROBES = 32;

export interface Probed {
  conclusions: Conclusion[];
  sent: number;
  /** Resources that were made, as far as answers name them. */
  made: number;
  /** Why the target lets nothing in, so that nothing was learnt. */
  refused: string | null;
}

/** Slots of the keys, by what they are used for. */
const KEYS = { one: 0, two: 1, three: 2, pair: 3 } as const;

/** Nonces of the bodies. */
const OPERATIONS = { A: 0, B: 1, keyless: 2, empty: 3, pair: 4 } as const;

/** What is asked of other bodies, and of the same in other bytes. */
const ABOUT_BODIES: StepName[] = ['oneOther', 'twoOther', 'spelled', 'spaced'];

/** Sends at most `MOST_PROBES` requests. What is not learnt before the budget is spent stays open. */
export async function probe(loaded: LoadedContract, connection: Connection, nameOf: NameOf): Promise<Probed> {
  const prober = new Prober(loaded, connection, nameOf);
  try {
    return prober.client.mask.all(await prober.all());
  } finally {
    await prober.client.close();
  }
}

class Prober {
  client: Client;
  #loaded: LoadedContract;
  readonly #connection: Connection;
  readonly #mask: Mask;
  readonly #tokens: Tokens | undefined;
  readonly #values: JsonObject[];
  #sent = 0;
  readonly #made = new Set<string>();

  constructor(loaded: LoadedContract, connection: Connection, nameOf: NameOf) {
    this.#loaded = loaded;
    this.#connection = connection;
    this.#mask = maskFor(connection, [loaded.contract]);
    const { signal } = new AbortController();
    const source = { connection, contract: loaded.contract, bundled: false, flagged: true, nameOf };
    this.#tokens = tokensFor({ ...source, mask: this.#mask, signal });
    this.client = this.#newClient();
    this.#values = fc.sample(bodies(bodySource({ contract: loaded })), { seed: 1, numRuns: 2 });
  }

  #newClient(): Client {
    return new Client({
      contract: this.#loaded.contract,
      ...this.#connection,
      mask: this.#mask,
      tokens: this.#tokens,
      parallel: 1,
      maxRequests: MOST_PROBES - this.#sent,
      maxCreates: null,
      perMinute: null,
      signal: new AbortController().signal,
    });
  }

  async all(): Promise<Probed> {
    await this.client.open();
    const conclusions: Conclusion[] = [];
    const first = await this.#first(conclusions);
    const ended = (refused: string | null = null) => ({
      conclusions,
      sent: this.#sent + this.client.pace.sent,
      made: this.#made.size,
      refused,
    });
    if (first === undefined || !isOk(first)) {
      const says = first === undefined ? 'nothing was sent' : `a first call was answered ${answerWords(first.reading)}`;
      const refused = first === undefined ? null : this.#refusal(first);
      const member = refused === null ? '/create' : '/authentication';
      conclusions.push({
        member,
        says: refused ?? `${says}.`.replace(/\s+/g, ' '),
        lines: refused === null ? linesOf(first) : [],
      });
      return ended(refused);
    }
    const before = await this.#list();
    const made = this.#made.size;
    const sent = await this.#main();
    const after = await this.#list();
    const { contract } = this.#loaded;
    const isClear = Object.values(sent)
      .flat()
      .every(({ reading }) => reading.kind !== 'unknown');
    const ids = [...this.#made];
    const pages = after === null ? null : await this.#pages(after, ids);
    const created = isClear ? this.#made.size - made : null;
    conclusions.push(
      ...concludeRepeats(first, sent),
      ...concludeKeys(sent, contract, this.#hasSecond()),
      ...concludeEffects(contract, before, after, { ids, created, pages }),
    );
    return ended();
  }

  /** A lone first request. Where it fails for how the key is quoted, or its id stands elsewhere, that is found out. */
  async #first(conclusions: Conclusion[]): Promise<Probe | undefined> {
    const [probed = null] = await this.#send([[this.#attempt(KEYS.one, 'A')]], ['a first key, body A']);
    if (probed === null) return undefined;
    const { contract } = this.#loaded;
    const json = probed.reading.json;
    const status = statusOf(probed) ?? 0;
    if (status === 400 && contract.key.in === 'header' && contract.key.quoting === 'none') {
      this.#with({ ...contract, key: { ...contract.key, quoting: 'sf-string' } });
      const [quoted = null] = await this.#send([[this.#attempt(KEYS.one, 'A')]], ['a first key in quotes, body A']);
      if (quoted !== null && isOk(quoted)) {
        const says = 'A bare key was refused, and one as an RFC 8941 string, in quotes, accepted.';
        conclusions.push({ member: '/key/quoting', value: 'sf-string', says, lines: linesOf(probed, quoted) });
        return quoted;
      }
      this.#with(contract);
    }
    if (mayRefuseKey(probed.reading.exchange) && isFreeForm(contract.key))
      return this.#firstOfFormat(probed, conclusions);
    const { outcome } = probed.reading.exchange;
    const headers = outcome.kind === 'answer' ? outcome.headers : {};
    const id = status >= 200 && status < 300 && !isOk(probed) ? (guessId(json) ?? guessIdHeader(headers)) : null;
    if (id === null) return probed;
    const says = `A success shows nothing ${idPlaceWords(contract.create.id)}; this looks like its id.`;
    conclusions.push({ member: '/create/id', value: id, says, lines: [lineOf(probed)] });
    const immutable = idPointer(id) === null ? [] : [id as string];
    this.#with({ ...contract, create: { ...contract.create, id, immutable } });
    const reading = read(probed.reading.exchange, this.#loaded);
    if (reading.id !== null) this.#made.add(reading.id);
    return { ...probed, reading };
  }

  /** A first request under a key of the format that the API takes, where that is what it refuses. */
  async #firstOfFormat(refused: Probe, conclusions: Conclusion[]): Promise<Probe> {
    const { contract } = this.#loaded;
    const { learnt } = await learnKeys(this.client, contract.key, this.#values[0] as JsonObject);
    if (learnt === null) return refused;
    this.#with({ ...contract, key: { ...contract.key, ...learnt.grammar } });
    const [accepted = null] = await this.#send(
      [[this.#attempt(KEYS.one, 'A')]],
      ['a first key of that format, body A'],
    );
    const lines = accepted === null ? linesOf(refused) : linesOf(refused, accepted);
    for (const [name, value] of Object.entries(learnt.grammar))
      if (value !== null)
        conclusions.push({
          member: `/key/${name}`,
          value,
          says: `${learnt.seen[0]?.toUpperCase()}${learnt.seen.slice(1)}.`,
          lines,
        });
    return accepted ?? refused;
  }

  #with(contract: LoadedContract['contract']): void {
    this.#loaded = { ...this.#loaded, contract };
    const old = this.client;
    this.#sent += old.pace.sent;
    this.client = this.#newClient();
    void old.close();
  }

  #body(name: keyof typeof OPERATIONS): Body {
    return body(this.#values[name === 'B' ? 1 : 0] as JsonObject, OPERATIONS[name]);
  }

  #attempt(
    key: number | KeyUse,
    name: keyof typeof OPERATIONS,
    credential: 'first' | 'second' = 'first',
  ): CreateAttempt {
    return create(typeof key === 'number' ? slot(key) : key, this.#body(name), { credential });
  }

  /** The same value in other bytes: white space alone, or also the order of members and how whole numbers are written. */
  #respelled(spaceOnly: boolean): CreateAttempt {
    const plain = this.#body('A');
    const { contract } = this.#loaded;
    const spelled = templateOf(plain, slot(KEYS.one), contract);
    const value = bodyIn(contract, spelled, this.#loaded.schemas.requestSchema) as JsonObject;
    const turned = Object.fromEntries(Object.entries(value).reverse());
    const rewrite = { name: 'spelled otherwise', pointer: '' };
    if (!isTyped(contract)) {
      const other = spaceOnly
        ? (spellingsOf(contract, spelled).at(-1)?.text ?? spelled)
        : spell(contract, turned, undefined);
      return create(slot(KEYS.one), { ...plain, rewrite, text: other });
    }
    const text = JSON.stringify(spaceOnly ? value : turned, null, 2);
    const numbers = text.replace(/^( {2}"[^"]*": \d+)(,?)$/gm, '$1.0$2');
    return create(slot(KEYS.one), { ...plain, rewrite, text: spaceOnly ? text : numbers });
  }

  /** All requests but the first and the lists, in one plan, so that keys and bodies stay the same. */
  async #main(): Promise<Sent> {
    const empty: KeyUse = { kind: 'literal', value: '' };
    const absent: KeyUse = { kind: 'absent' };
    const one = this.#attempt(KEYS.one, 'A');
    const pair = this.#attempt(KEYS.pair, 'pair');
    const foreign = this.#attempt(KEYS.one, 'A', 'second');
    const keyless: [name: StepName, label: string, attempt: CreateAttempt][] = [
      ['keyless', 'no key, body C', this.#attempt(absent, 'keyless')],
      ['keylessAgain', 'no key, body C again', this.#attempt(absent, 'keyless')],
      ['blank', 'an empty key, body D', this.#attempt(empty, 'empty')],
      ['blankAgain', 'an empty key, body D again', this.#attempt(empty, 'empty')],
    ];
    const all: [name: StepName, label: string, ...attempts: CreateAttempt[]][] = [
      ['one', 'key 1, body A', one],
      ['oneAgain', 'key 1, body A again', one],
      ['oneOther', 'key 1, body B', this.#attempt(KEYS.one, 'B')],
      ['two', 'key 2, body B', this.#attempt(KEYS.two, 'B')],
      ['twoAgain', 'key 2, body B again', this.#attempt(KEYS.two, 'B')],
      ['twoOther', 'key 2, body A', this.#attempt(KEYS.two, 'A')],
      ['three', 'key 3, body A', this.#attempt(KEYS.three, 'A')],
      ...(isSeparable(this.#loaded.contract.key) ? keyless : []),
      ['spelled', 'key 1, body A spelled otherwise', this.#respelled(false)],
      ['spaced', 'key 1, body A with other white space', this.#respelled(true)],
      ['pair', 'key 4, body E, two at the same time', pair, pair],
      ['pairAfter', 'key 4, body E afterwards', pair],
    ];
    if (this.#hasSecond()) all.push(['foreign', 'key 1, body A, the second API key', foreign]);
    const hasBody = this.#loaded.contract.create.body !== 'none';
    const steps = all.filter(([name]) => hasBody || !ABOUT_BODIES.includes(name));
    const probes = await this.#send(
      steps.map(([, , ...attempts]) => attempts),
      steps.flatMap(([, label, ...attempts]) => attempts.map(() => label)),
    );
    const sent: Sent = {};
    for (const [name, , ...attempts] of steps)
      sent[name] = probes.splice(0, attempts.length).filter((one) => one !== null);
    return sent;
  }

  #hasSecond(): boolean {
    return hasSecond(this.#connection, this.#loaded.contract);
  }

  /** What each attempt was answered in the end; `null` where it was not sent any more. */
  async #send(storms: CreateAttempt[][], labels: string[]): Promise<(Probe | null)[]> {
    const [template = ''] = keyExamples(this.#loaded.contract.key);
    const keys = Object.keys(KEYS).map(() => template);
    const { history } = await this.client.execute({ keys, steps: storms.map((attempts) => storm(attempts)) });
    return labels.map((label, attempt) => {
      const exchange = history.exchanges.findLast((one) => one.attempt === attempt);
      if (exchange === undefined) return null;
      const reading = read(exchange, this.#loaded);
      if (reading.kind === 'ok' && reading.id !== null) this.#made.add(reading.id);
      return { label, reading };
    });
  }

  /** The first page of the list that the flags name, or else of the endpoint itself, where that has one. */
  async #list(path = listPath(this.#loaded.contract)): Promise<ListAnswer | null> {
    try {
      const { outcome } = await this.client.read(path, 'first');
      if (outcome.kind !== 'answer') return null;
      const { status, headers } = outcome;
      const shown = excerpt(this.client.mask.text(outcome.body));
      return { path, status, headers, json: parseJson(outcome.body), shown };
    } catch (error) {
      if (error instanceof BudgetSpent) return null;
      throw error;
    }
  }

  /** How the next page is asked for, where the first does not show it; `null` where nothing that is usual leads there. */
  async #pages(first: ListAnswer, ids: string[]): Promise<JsonObject | null> {
    for (const { pages, paths, fits } of pageTries(this.#loaded.contract, first, ids)) {
      const answers: ListAnswer[] = [];
      for (const path of paths) {
        const answer = await this.#list(path);
        if (answer?.status === 200) answers.push(answer);
      }
      if (fits(answers)) return pages;
    }
    return null;
  }

  /** Whether nobody is let in, so that nothing else was learnt. */
  #refusal(first: Probe): string | null {
    const status = statusOf(first);
    if (status !== 401 && status !== 403) return null;
    const advice =
      this.#loaded.contract.authentication === null
        ? 'no API key was sent. Set IDEM_API_KEY and write this file again'
        : 'the API key was refused. Check IDEM_API_KEY and the header in which it goes, and write this file again';
    return `every request was answered ${status}: ${advice}.`;
  }
}
