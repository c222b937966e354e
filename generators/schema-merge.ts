/** One schema that says what several say together, as far as values can be drawn from it. */

export interface Schema {
  [keyword: string]: unknown;
  /** Of an array: as many elements, as far as there are different ones. No keyword of JSON Schema. */
  wantedItems?: number;
}

/** Bounds of which the larger one counts, and those of which the smaller one does. */
const LOWER = new Set(['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties', 'minContains']);
const UPPER = new Set(['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties', 'maxContains']);

/** Accepts nothing. */
const NOTHING: Schema = { enum: [] };

/** A schema that is a boolean, as an object. */
export function schemaOf(said: unknown): Schema {
  if (said === false) return NOTHING;
  return typeof said === 'object' && said !== null && !Array.isArray(said) ? (said as Schema) : {};
}

/**
 * What both schemas accept. Where that cannot be written as one schema, the result accepts more: what is drawn from it is
 * validated afterwards.
 */
export function merged(one: Schema, other: Schema): Schema {
  const both: Schema = { ...one };
  for (const [keyword, said] of Object.entries(other)) {
    const had = one[keyword];
    both[keyword] = had === undefined ? said : together(keyword, had, said);
  }
  // Two choices are made one after the other.
  if (one.oneOf !== undefined && other.oneOf !== undefined && both.anyOf === undefined) both.anyOf = one.oneOf;
  return both;
}

function together(keyword: string, had: unknown, said: unknown): unknown {
  if (LOWER.has(keyword)) return Math.max(had as number, said as number);
  if (UPPER.has(keyword)) return Math.min(had as number, said as number);
  switch (keyword) {
    case 'required':
      return [...new Set([...(had as string[]), ...(said as string[])])];
    case 'allOf':
      return [...(had as unknown[]), ...(said as unknown[])];
    case 'enum':
      return (had as unknown[]).filter((a) => (said as unknown[]).some((b) => JSON.stringify(a) === JSON.stringify(b)));
    case 'type':
      return commonTypes([had].flat() as string[], [said].flat() as string[]);
    case 'properties':
      return mergedMembers(had as Record<string, unknown>, said as Record<string, unknown>);
    case 'items':
    case 'additionalProperties':
      return Array.isArray(had) || Array.isArray(said) ? said : { allOf: [had, said] };
    default:
      return said;
  }
}

/** Types as `type` has them; every integer is a number. */
function commonTypes(had: string[], said: string[]): string | string[] {
  const common = had.flatMap((one) => {
    if (said.includes(one)) return [one];
    const isInteger = (one === 'number' && said.includes('integer')) || (one === 'integer' && said.includes('number'));
    return isInteger ? ['integer'] : [];
  });
  const [first, ...others] = new Set(common);
  return first !== undefined && others.length === 0 ? first : [...new Set(common)];
}

function mergedMembers(had: Record<string, unknown>, said: Record<string, unknown>): Record<string, unknown> {
  const all = { ...had };
  for (const [name, schema] of Object.entries(said))
    all[name] = Object.hasOwn(had, name) ? { allOf: [had[name], schema] } : schema;
  return all;
}
