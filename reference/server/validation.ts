/** Validation of the documented members, by the schema that the contract publishes. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { JsonObject } from '../../contracts/contract.js';

export interface FieldProblem {
  field: string;
  code: string;
}

const path = createRequire(import.meta.url).resolve('idem-conformance/contracts/moda/start-task.schema.json');
const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats.default(ajv);
const accepts = ajv.compile(JSON.parse(readFileSync(path, 'utf8')));

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

/** Everything that is wrong with a body; empty when it is valid. */
export function problemsOf(body: JsonObject, dropsUnknown: boolean): FieldProblem[] {
  const errors = accepts(body) ? [] : (accepts.errors ?? []).slice(0, 20);
  const problems = errors.filter(({ keyword }) => !(dropsUnknown && keyword === 'additionalProperties')).map(describe);
  for (const [one, other] of exclusive) {
    if (isGiven(body[one]) && isGiven(body[other])) problems.push({ field: `body.${other}`, code: 'value_error' });
  }
  return problems;
}

function describe({ keyword, instancePath, params }: ErrorObject): FieldProblem {
  const inner = params.missingProperty ?? params.additionalProperty;
  const field = ['body', ...instancePath.split('/').slice(1), ...(inner === undefined ? [] : [inner])].join('.');
  return { field, code: keyword === 'type' ? `${[params.type].flat()[0]}_type` : (codes[keyword] ?? 'value_error') };
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
