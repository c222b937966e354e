/** Reads a recorded line, or says what is wrong with it. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { ErrorObject, ValidateFunction } from 'ajv/dist/2020.js';
import { compileValid } from '../contracts/schemas.js';
import type { RecordedLine } from './ndjson.js';

let compiled: ValidateFunction<RecordedLine> | null = null;

/** A line that the published schema accepts, or what is wrong with it. */
export function readLine(text: string): RecordedLine | { problem: string } {
  const valid = validator();
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    // The parser's own message would quote the line, which may hold secrets.
    return { problem: 'is not JSON' };
  }
  if (!valid(line)) return { problem: wrong(valid.errors ?? []) };
  if (typeof line.done === 'number' && line.done < line.sent) return { problem: 'done is before sent' };
  return line;
}

/** Compiled once, and only where lines are read. */
function validator(): ValidateFunction<RecordedLine> {
  if (compiled === null) {
    const file = createRequire(import.meta.url).resolve('idem-conformance/history/history.schema.json');
    compiled = compileValid<RecordedLine>(JSON.parse(readFileSync(file, 'utf8')), { strict: true });
  }
  return compiled;
}

function wrong(errors: ErrorObject[]): string {
  const neither = errors.some(({ keyword, schemaPath }) => keyword === 'anyOf' && schemaPath === '#/anyOf');
  const others = errors
    .filter(({ keyword, schemaPath }) => keyword !== 'if' && !schemaPath.includes('anyOf'))
    .map(sentence);
  return [...new Set([...others, ...(neither ? ['bytes or body is missing'] : [])])].join('; ');
}

function sentence({ keyword, instancePath, params, message }: ErrorObject): string {
  const member = instancePath.slice(1);
  if (keyword === 'required') return `${params.missingProperty} is missing`;
  if (keyword === 'additionalProperties') return `there is no member ${JSON.stringify(params.additionalProperty)}`;
  if (keyword === 'enum') return `${member} must be one of ${params.allowedValues.join(', ')}`;
  return `${member === '' ? 'it' : member} ${message}`;
}
