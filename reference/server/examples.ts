/** Values that are valid by a JSON Schema, for answers: the same ones in every start. */
import type { ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { parsePointer } from '../../contracts/pointer.js';
import { fromSchema, type SchemaContext } from '../../generators/schema.js';
import { putAll } from './put.js';

const SAMPLES = 100;
/** A schema may refer to itself. */
const DEEPEST = 8;

interface ExampleOptions {
  /** Members with a value of their own, by their pointers. */
  fixed: ReadonlyMap<string, Json>;
  /** Whether optional members are there, too. */
  whole: boolean;
}

/** Different examples with the fixed members; none where the schema accepts none of the values tried. */
export function examplesOf(schema: JsonObject, accepts: ValidateFunction, options: ExampleOptions): JsonObject[] {
  const { fixed, whole } = options;
  const context: SchemaContext = {
    root: schema,
    at: (place) => {
      const value = fixed.get(place);
      if (value !== undefined) return fc.constant(value);
      return parsePointer(place).length > DEEPEST ? null : undefined;
    },
    needed: (place) => whole || [...fixed.keys()].some((one) => one === place || one.startsWith(`${place}/`)),
  };
  const values = fromSchema(schema, context);
  if (values === null) return [];
  const samples = fc.sample(values, { seed: 1, numRuns: SAMPLES });
  const different = new Map<string, JsonObject>();
  for (const sample of samples) {
    const example = putAll(sample, fixed);
    if (accepts(example)) different.set(JSON.stringify(example), example as JsonObject);
  }
  return [...different.values()];
}
