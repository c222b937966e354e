/** What a schema refused, in the words of the validator. */
import type { ValidateFunction } from 'ajv/dist/2020.js';

/** By member, the first five. */
export function problemsOf(validate: ValidateFunction): string[] {
  return (validate.errors ?? [])
    .slice(0, 5)
    .map(({ instancePath, message }) => `${instancePath || 'the answer'} ${message}`);
}
