/** Validation of the documented members, of a task by the schema that the contract publishes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../contracts/contract.js';
import type { Behaviour } from './behaviour.js';

export interface FieldProblem {
  field: string;
  code: string;
}

const path = createRequire(import.meta.url).resolve('idem-conformance/contracts/moda/start-task.schema.json');
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const acceptsTask = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));
const acceptsBrandKit = ajv.compile({
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  // A bare domain will do. A key does nothing here, so it may be anything.
  properties: { url: { type: 'string', minLength: 1, maxLength: 2048, pattern: '^\\S*$' }, idempotency_key: true },
});

/** At most one of each group may stand in a request. */
const exclusive: [string, string][] = [
  ['canvas_id', 'template_canvas_id'],
  ['conversation_id', 'template_canvas_id'],
];

const codes: Record<string, string> = {
  required: 'missing',
  additionalProperties: 'extra_forbidden',
  pattern: 'string_pattern_mismatch',
  minLength: 'string_too_short',
  maxLength: 'string_too_long',
  minimum: 'greater_than_equal',
  maximum: 'less_than_equal',
  maxItems: 'too_long',
};

/** Everything that is wrong with the start of a task; empty when it is valid. */
export function taskProblems(body: JsonObject, behaviour: Behaviour): FieldProblem[] {
  const plainCallback = ({ instancePath, keyword }: ErrorObject) =>
    instancePath === '/callback_url' && keyword === 'pattern' && behaviour.acceptsPlainCallback(`${body.callback_url}`);
  const problems = errorsOf(acceptsTask, body, behaviour)
    .filter((error) => !plainCallback(error))
    .map(describe);
  for (const [one, other] of exclusive) {
    if (isGiven(body[one]) && isGiven(body[other])) problems.push({ field: `body.${other}`, code: 'value_error' });
  }
  return problems;
}

/** The same for an extraction of a brand kit. */
export function brandKitProblems(body: JsonObject, behaviour: Behaviour): FieldProblem[] {
  return errorsOf(acceptsBrandKit, body, behaviour).map(describe);
}

function errorsOf(accepts: ValidateFunction, body: JsonObject, { dropsUnknown }: Behaviour): ErrorObject[] {
  const errors = accepts(body) ? [] : (accepts.errors ?? []).slice(0, 20);
  return errors.filter(({ keyword }) => !(dropsUnknown && keyword === 'additionalProperties'));
}

function describe({ keyword, instancePath, params }: ErrorObject): FieldProblem {
  const inner = params.missingProperty ?? params.additionalProperty;
  const field = ['body', ...instancePath.split('/').slice(1), ...(inner === undefined ? [] : [inner])].join('.');
  return { field, code: keyword === 'type' ? `${[params.type].flat()[0]}_type` : (codes[keyword] ?? 'value_error') };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
