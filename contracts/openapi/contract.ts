/** The contract of one write, as far as a document says it: what is understood, what is guessed, what is missing. */

import { isObject, type Json, type JsonObject } from '../json.js';
import { accepts } from './accepts.js';
import { type Answer, answersOf, errorsOf, idIn, nounsOf, refusalsOf, successesOf } from './answers.js';
import { bodyOf } from './bodies.js';
import type { OpenApiDocument } from './document.js';
import { listAt, oneAt } from './lists.js';
import { givenValue } from './media.js';
import { type Note, type TakeNote, Untestable } from './notes.js';
import type { Write } from './operations.js';
import { compiled, translated } from './schemas.js';
import { type AtHand, credentialOf } from './security.js';
import { basePathOf, productionHostsOf } from './servers.js';
import { stepAt } from './set-up.js';

export interface Derived {
  /** As in the document, e.g. `POST /customers/{customer}/orders`. */
  endpoint: string;
  /** The members of a contract. */
  contract: JsonObject;
  notes: Note[];
  /** Why it cannot be tested, as the end of a sentence; `null`: it can. */
  problem: string | null;
}

/** What is known besides the document. */
export interface Besides extends AtHand {
  /** Ids of the requirements that are judged. */
  judged: string[];
  /** What the user says instead of the document. */
  said: ReadonlySet<'body' | 'keyFormat' | 'id' | 'list'>;
}

/**
 * Throws `OpenApiError`.
 * @param name of the operation
 * @param values of path parameters, by their names
 */
export function contractOf(
  document: OpenApiDocument,
  write: Write,
  name: string,
  values: ReadonlyMap<string, string>,
  besides: Besides,
): Derived {
  const building = new Building(document, write, name, values, besides);
  const endpoint = `${write.method} ${write.path}`;
  try {
    return { endpoint, ...building.build(), problem: null };
  } catch (error) {
    if (!(error instanceof Untestable)) throw error;
    return { endpoint, contract: {}, notes: building.notes, problem: error.message };
  }
}

/** What a write is called: its `operationId`, or its path, in small letters. */
export function nameOf({ method, path, operation: { operationId } }: Write): string {
  const words =
    typeof operationId === 'string' ? operationId.replaceAll(/([a-z])([A-Z])/g, '$1-$2') : `${method}${path}`;
  return slug(words) || 'write';
}

function slug(words: string): string {
  return words
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}

class Building {
  readonly notes: Note[] = [];
  readonly #steps: JsonObject[] = [];
  /** Parameters of the path whose values set-up steps save: under which name, and whether each request needs its own. */
  readonly #saved = new Map<string, { as: string; apart: boolean }>();

  constructor(
    readonly document: OpenApiDocument,
    readonly write: Write,
    readonly name: string,
    readonly values: ReadonlyMap<string, string>,
    readonly besides: Besides,
  ) {}

  build(): Pick<Derived, 'contract' | 'notes'> {
    const { document, write } = this;
    const key = this.#key();
    const path = this.#path();
    const nouns = nounsOf(this.#collection);
    const answers = answersOf(document, write.operation);
    const { authentication, words, advice } = credentialOf(document, write, this.besides);
    this.#note('credential', '/authentication', advice === null ? words : `${words}; ${advice}`, advice !== null);
    const headers = this.#headers();
    const { info } = document.value;
    const version =
      isObject(info) && typeof info.version === 'string' && info.version !== '' ? info.version : undefined;
    const productionHosts = productionHostsOf(document);
    const contract = {
      name: slug(document.title ?? '') || 'api',
      version,
      resource: nouns[0],
      judged: this.besides.judged,
      basePath: this.#basePath(),
      productionHosts: productionHosts.length === 0 ? undefined : productionHosts,
      authentication: authentication ?? undefined,
      headers: Object.keys(headers).length === 0 ? undefined : headers,
      key,
      companions: this.#companions(),
      setup: this.#steps.length === 0 ? undefined : this.#steps,
      create: {
        name: this.name,
        ...(write.method === 'POST' ? {} : { method: write.method }),
        path,
        ...(this.besides.said.has('body') ? {} : bodyOf(document, write, this.#note)),
        ...this.#success(answers, nouns),
      },
      ...this.#refusals(answers),
      errors: this.#errors(answers),
      ...this.#reads(),
    };
    // What is left out has its default.
    const said = Object.entries(contract).filter(([, value]) => value !== undefined) as [string, Json][];
    return { contract: Object.fromEntries(said), notes: this.notes };
  }

  #note: TakeNote = (subject, member, text, guess = false) => {
    this.notes.push({ subject, member, text, guess });
  };

  #key(): JsonObject {
    const { in: place, name, required, schema, example, because } = this.write.key;
    const where = { in: place, ...(place === 'path' ? {} : { name }) };
    const open = this.besides.said.has('keyFormat') || because === 'as you say';
    const { pattern, minLength, maxLength, format } = open ? ({} as JsonObject) : schema;
    const isQuoted = place === 'header' && typeof example === 'string' && /^".*"$/.test(example);
    const words = place === 'path' ? `{${name}} in the path` : `${place} ${name}`;
    this.#note(
      'key',
      '/key',
      `${words}${required ? ', required' : ''}${because === null ? '' : `, ${because}`}`,
      place === 'path',
    );
    return {
      ...where,
      ...(required ? { required } : {}),
      ...(format === 'uuid' ? { format } : {}),
      ...(typeof pattern === 'string' && accepts({ key: { pattern } }) ? { pattern } : {}),
      ...(typeof minLength === 'number' ? { minLength } : {}),
      ...(typeof maxLength === 'number' ? { maxLength } : {}),
      ...(isQuoted ? { quoting: 'sf-string' } : {}),
    };
  }

  /** Where the write adds, as in the document: without the key at its end. */
  get #collection(): string {
    const { key, path } = this.write;
    return key.in === 'path' ? path.replace(/\/\{[^{}/]+\}$/, '') : path;
  }

  #path(): string {
    const { method, path, key, parameters, operation } = this.write;
    const own = key.in === 'path' ? path.replace(`{${key.name}}`, '{key}') : path;
    const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name as string);
    const fixed = names.filter((name) => key.in !== 'path' || name !== key.name);
    const hasBody = this.document.member(operation, 'requestBody') !== undefined;
    const acts = fixed.length > 0 && ((method !== 'POST' && path.endsWith('}') && key.in !== 'path') || !hasBody);
    const missing = fixed.filter((name) => this.#givenValue(name) === undefined);
    const newest = acts ? fixed.at(-1) : undefined;
    for (const name of fixed) if (name === newest || missing.includes(name)) this.#setUp(name, name === newest);
    if (newest !== undefined && !this.#saved.has(newest))
      throw new Untestable(
        `it acts on what ${fixed.map((name) => `{${name}}`).join(' and ')} names, and needs a new one for each request: write a contract with a setup that makes it`,
      );
    const filled = this.#fillIn(own);
    if (filled === null) {
      const example = missing.reduce((line, name) => line.replace(`{${name}}`, 'VALUE'), `${method} ${path}`);
      throw new Untestable(
        `a value is missing for ${missing.map((name) => `{${name}}`).join(' and ')}: the document has no example of it. Write it into the path, as in --endpoint '${example}'`,
      );
    }
    for (const name of fixed.filter((one) => !this.#saved.has(one)))
      this.#note('path', '/create/path', `{${name}} is ${this.#givenValue(name)}`, !this.values.has(name));
    const query = parameters.filter((one) => one.in === 'query' && one.required && one.name !== key.name);
    const pairs = query.map(({ name, node }): [string, string] => {
      const value = givenValue(this.document, node);
      if (value === undefined || typeof value === 'object')
        throw new Untestable(`a value is missing for its query parameter ${name}: the document has no example of it`);
      return [name, String(value)];
    });
    const endpoint = pairs.length === 0 ? filled : `${filled}?${new URLSearchParams(pairs)}`;
    if (!accepts({ create: { path: endpoint } }))
      throw new Untestable('its path holds characters that no path may have');
    return endpoint;
  }

  /** Finds the POST that makes what a name in the path stands for; `apart`: each request needs one of its own. */
  #setUp(name: string, apart: boolean): void {
    const { path } = this.write;
    const collection = path.slice(0, Math.max(0, path.indexOf(`/{${name}}`)));
    const filled = this.#fillIn(collection);
    if (collection === '' || filled === null) return;
    const [noun = 'made'] = nounsOf(collection);
    const isFree = /^[A-Za-z_][A-Za-z0-9_-]*$/.test(name) && !['id', 'key', 'unique'].includes(name);
    const as = isFree ? name : `${noun.replaceAll(/[^a-z0-9]/g, '').replace(/^\d/, '_')}_id`;
    const found = stepAt(this.document, collection, filled, as);
    if (found === null || [...this.#saved.values()].some((one) => one.as === as)) return;
    this.#saved.set(name, { as, apart });
    this.#steps.push({ name: noun, ...(apart ? {} : { each: 'run' }), ...found.step });
    const often = apart ? 'for each key' : 'once';
    this.#note('set-up', '/setup', `POST ${filled} ${often}, whose id ${found.words} is {${as}} of the path`, true);
  }

  /** The value of a path parameter: the one that the user wrote, or the document's. */
  #givenValue(name: string): string | undefined {
    const given = this.values.get(name);
    if (given !== undefined) return given;
    const node = this.write.parameters.find((one) => one.in === 'path' && one.name === name)?.node;
    const value = node === undefined ? undefined : givenValue(this.document, node);
    return value === undefined || typeof value === 'object' || value === '' ? undefined : String(value);
  }

  /** The one place where values of path parameters are written. */
  #fillIn = (path: string): string | null => {
    let isWhole = true;
    const filled = path.replaceAll(/\{([^{}]+)\}/g, (part, name: string) => {
      if (name === 'key' && this.write.key.in === 'path') return part;
      const saved = this.#saved.get(name);
      if (saved !== undefined) return `{${saved.as}}`;
      const value = this.#givenValue(name);
      if (value === undefined) isWhole = false;
      return value === undefined ? part : encodeURIComponent(value);
    });
    return isWhole ? filled : null;
  };

  #basePath(): string | undefined {
    const path = basePathOf(this.document, this.write);
    if (path === '' || !accepts({ basePath: path })) return undefined;
    this.#note('base path', '/basePath', path);
    return path;
  }

  /** Headers that the write requires, with the document's values. */
  #headers(): JsonObject {
    const { key, parameters } = this.write;
    const others = parameters.filter(
      (one) =>
        one.in === 'header' &&
        one.required &&
        !/^(accept|content-type|authorization|repeatability-first-sent)$/i.test(one.name) &&
        !(key.in === 'header' && one.name.toLowerCase() === key.name.toLowerCase()),
    );
    const headers: JsonObject = {};
    for (const { name, node } of others) {
      const value = givenValue(this.document, node);
      if (value === undefined || typeof value === 'object')
        this.#note(
          'header',
          '/headers',
          `${name} is required, and the document has no value: give --header '${name}: VALUE'`,
          true,
        );
      else headers[name] = String(value);
    }
    return headers;
  }

  /** https://docs.oasis-open.org/odata/repeatable-requests/v1.0/: the time of the first sending goes with the key. */
  #companions(): JsonObject[] | undefined {
    const sent = this.write.parameters.find(
      (one) => /^repeatability-first-sent$/i.test(one.name) && one.in === 'header',
    );
    if (sent === undefined) return undefined;
    return [{ in: 'header', name: sent.name, value: 'http-date', repeats: 'equal' }];
  }

  #success(answers: Answer[], nouns: string[]): JsonObject {
    const { document } = this;
    const [first, ...others] = successesOf(answers);
    const statuses = [first, ...others].flatMap((one) =>
      /^\d+$/.test(one?.status ?? '') ? [Number(one?.status)] : [],
    );
    this.#note(
      'success',
      '/create/success',
      statuses.length === 0 ? 'any 2xx' : statuses.join(', '),
      statuses.length === 0,
    );
    // Few documents say with which of them a repeat is answered.
    const unusual = statuses.some((status) => ![200, 201, 202, 203].includes(status));
    const success = unusual ? { success: [...new Set([...statuses, 200, 201, 202, 203])] } : {};
    const schema = first?.media?.kind === 'json' ? this.#answerSchema(first.media.schema) : undefined;
    return {
      ...success,
      ...(schema === undefined ? {} : { resourceSchema: schema }),
      ...(this.besides.said.has('id') ? {} : { id: this.#id(first, nouns, document) }),
    };
  }

  #id(first: Answer | undefined, nouns: string[], document: OpenApiDocument): Json {
    const found = idIn(document, first?.media ?? null, nouns);
    if (found !== null) {
      this.#note(
        'id',
        '/create/id',
        `at ${found.pointer}${found.guess === null ? '' : ` (${found.guess})`}`,
        found.guess !== null,
      );
      return found.pointer;
    }
    const location = { header: 'Location' };
    const isLocated = first?.headers.some((name) => name.toLowerCase() === 'location') === true;
    if (isLocated) {
      this.#note('id', '/create/id', 'the last part of Location');
      return location;
    }
    // Of other statuses without a body it is more often left out than not there, unless the write makes nothing new.
    const acts = [...this.#saved.values()].some(({ apart }) => apart);
    if (first !== undefined && (/^20[45]$/.test(first.status) || (acts && first.media === null))) {
      this.#note('id', '/create/id', 'none is shown', true);
      return null;
    }
    this.#note('id', '/create/id', 'at /id (the document does not say: give --id POINTER)', true);
    return '/id';
  }

  #answerSchema(schema: Json | undefined): JsonObject | undefined {
    if (schema === undefined) return undefined;
    const own = translated(this.document, schema, 'answer');
    const { examples: _, ...said } = own;
    if (Object.keys(said).length === 0) return undefined;
    compiled(this.document, own, 'answer');
    return own;
  }

  #errors(answers: Answer[]): JsonObject | undefined {
    const { mediaType, schema } = errorsOf(answers);
    const own = this.#answerSchema(schema);
    const isJudged = mediaType !== null && accepts({ errors: { mediaType } });
    if (!isJudged && own === undefined) return undefined;
    return { ...(isJudged ? { mediaType } : {}), ...(own === undefined ? {} : { schema: own }) };
  }

  #refusals(answers: Answer[]): JsonObject {
    const { conflict, inFlight } = refusalsOf(answers);
    if (conflict.length > 0) this.#note('conflict', '/conflict', `${conflict.join(', ')}, by its description`, true);
    if (inFlight.length > 0) this.#note('in flight', '/inFlight', `${inFlight.join(', ')}, by its description`, true);
    return {
      ...(conflict.length === 0 ? {} : { conflict: { statuses: conflict } }),
      ...(inFlight.length === 0 ? {} : { inFlight: { policy: 'either', statuses: inFlight } }),
    };
  }

  #reads(): JsonObject {
    const one = oneAt(this.document, this.#collection, this.#fillIn);
    if (one !== null) this.#note('get', '/get', `GET ${one}`);
    return { ...this.#list(), ...(one === null ? {} : { get: { path: one } }) };
  }

  #list(): JsonObject {
    if (this.besides.said.has('list')) return {};
    // A list is read for all writes.
    const shared = (path: string) =>
      [...this.#saved].some(([name, { apart }]) => apart && path.includes(`{${name}}`)) ? null : this.#fillIn(path);
    const found = listAt(this.document, this.#collection, shared);
    if (found === null) {
      this.#note('effects', '/effects', 'no list was found, so effects are not counted: name one with --list', true);
      return {};
    }
    const { list, guesses } = found;
    const items = list.items === '' ? 'an array' : `items at ${list.items}`;
    this.#note('effects', '/effects', [`GET ${list.path}`, items, ...guesses].join(', '), guesses.length > 0);
    return { effects: { list } };
  }
}
