/** The bodies of refusals: examples of the contract's error schema that carry what the contract asks for. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import { formatPointer, parsePointer } from '../../contracts/pointer.js';
import { schemasAt } from '../../contracts/schemas.js';
import { examplesOf } from './examples.js';
import type { Problem } from './problem.js';
import { put, putAll } from './put.js';

/** Members that hold words for people, and those that hold a word for programs. */
const MESSAGES = ['message', 'detail', 'title', 'description', 'error_description'];
const NAMES = ['code', 'type', 'name', 'error'];

/** What a value of an enumeration has in it, where it fits the problem. */
const FITTING: Record<string, RegExp> = {
  conflict: /conflict/,
  request_in_progress: /^conflict|progress|concurrent/,
  not_found: /not_?found/,
  authentication: /auth/,
  rate_limited: /rate/,
  validation_failed: /valid|unprocess/,
  internal_error: /internal|server/,
  unavailable: /upstream|unavail/,
};

interface Template {
  body: JsonObject;
  messages: string[];
}

export class Envelopes {
  readonly #templates = new Map<string, Template>();

  constructor(readonly loaded: LoadedContract) {}

  of(problem: Problem, requestId: string): JsonObject {
    const { errors } = this.loaded.contract;
    const { body, messages } = this.#template(problem);
    const members: [string, Json][] = messages.map((pointer) => [pointer, problem.message]);
    if (errors.requestId) members.push([errors.requestId.pointer, requestId]);
    if (errors.retryAfterMs !== null && problem.retryAfter !== undefined)
      members.push([errors.retryAfterMs, problem.retryAfter * 1000]);
    return putAll(body, [...members, ...Object.entries(problem.members ?? {})]) as JsonObject;
  }

  /** All bodies that were found for a problem: where there are several, a server may send either. */
  candidates(problem: Problem): JsonObject[] {
    const { error: accepts, errorSchema: schema } = this.loaded.schemas;
    if (accepts === null || schema === null) return [];
    const { requestId } = this.loaded.contract.errors;
    const fixed = new Map<string, Json>(ownWords(schema, problem));
    if (requestId) fixed.set(requestId.pointer, 'request-id');
    for (const [pointer, value] of Object.entries(problem.members ?? {})) fixed.set(pointer, value);
    if (problem.code) fixed.set(problem.code.pointer, problem.code.value);
    return examplesOf(schema, accepts, { fixed, whole: false });
  }

  #template(problem: Problem): Template {
    const { status, name, code, members = {} } = problem;
    const known = JSON.stringify([status, name, code, Object.keys(members)]);
    const template = this.#templates.get(known) ?? this.#make(problem);
    this.#templates.set(known, template);
    return template;
  }

  #make(problem: Problem): Template {
    const fits = FITTING[problem.name] ?? /invalid/;
    const [best] = this.candidates({ ...problem, message: MESSAGE })
      .map((body) => ({ body, text: JSON.stringify(body).replaceAll(JSON.stringify(problem.name), '') }))
      .sort((a, b) => Number(fits.test(b.text)) - Number(fits.test(a.text)) || a.text.length - b.text.length);
    if (best !== undefined) return { body: best.body, messages: pointersTo(best.body, MESSAGE) };
    const pointer = problem.code?.pointer ?? this.#usualPlace();
    const message = formatPointer([...parsePointer(pointer).slice(0, -1), 'message']);
    return { body: put({}, pointer, problem.code?.value ?? problem.name) as JsonObject, messages: [message] };
  }

  /** Where a code stands, so that a refusal that the contract knows by none is not taken for one of those. */
  #usualPlace(): string {
    const { conflict, inFlight, errors } = this.loaded.contract;
    const beside = parsePointer(errors.requestId?.pointer ?? '').slice(0, -1);
    return conflict?.code?.pointer ?? inFlight?.code?.pointer ?? formatPointer([...beside, 'code']);
  }
}

/** Stands for the message while a body is looked for. */
const MESSAGE = 'The message stands here.';

/** Values for the members of an error schema that say what happened in words of the server's own. */
function ownWords(schema: JsonObject, problem: Problem): [string, Json][] {
  const words: [string, Json][] = [];
  const walk = (pointer: string) => {
    for (const one of schemasAt(schema, pointer)) {
      for (const name of Object.keys((one.properties ?? {}) as JsonObject)) {
        const place = pointer + formatPointer([name]);
        if (words.some(([known]) => known === place) || parsePointer(place).length > 4) continue;
        const inner = schemasAt(schema, place);
        const types = inner.flatMap(({ type }) => [type ?? []].flat());
        const free = !inner.some((each) => 'enum' in each || 'const' in each || 'pattern' in each || 'format' in each);
        if (types.includes('string') && free && MESSAGES.includes(name)) words.push([place, problem.message]);
        else if (types.includes('string') && free && NAMES.includes(name)) words.push([place, problem.name]);
        else if (name === 'status' && (types.includes('integer') || types.includes('number')))
          words.push([place, problem.status]);
        else walk(place);
      }
    }
  };
  walk('');
  return words;
}

function pointersTo(value: Json, text: string, names: string[] = []): string[] {
  if (value === text) return [formatPointer(names)];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => pointersTo(inner, text, [...names, name]));
}
