/** Turns what ajv says about a contract file into sentences that say what to do. */
import type { ErrorObject } from 'ajv';
import type { Problem } from './document.js';
import { formatPointer } from './pointer.js';

interface Described {
  title?: string;
  description?: string;
  properties?: Record<string, Described>;
}

/** Members of the first edition, and what they are called now. */
const RENAMED: Record<string, string> = {
  '/create/request': 'requestSchema',
  '/create/resource': 'resourceSchema',
  '/effects/list/cursor': 'pages: { kind: cursor, query: …, next: … }',
};

/** One problem for each ajv error; needs ajv's `verbose`. */
export function explain(errors: readonly ErrorObject[]): Problem[] {
  const problems = errors.filter(({ keyword }) => keyword !== 'propertyNames').map(explainOne);
  // One wrong value may break several keywords, which all say the same.
  return [...new Map(problems.map((one) => [`${one.member}\n${one.text}`, one])).values()];
}

function explainOne(error: ErrorObject): Problem {
  const { keyword, params, instancePath } = error;
  const schema = (error.parentSchema ?? {}) as Described;
  const inside = (name: string) => instancePath + formatPointer([name]);
  switch (keyword) {
    case 'required': {
      const meaning = schema.properties?.[params.missingProperty]?.description;
      return { member: inside(params.missingProperty), text: `is missing; add it${meaning ? `: ${meaning}` : ''}` };
    }
    case 'additionalProperties': {
      const member = inside(params.additionalProperty);
      const renamed = RENAMED[member];
      if (renamed !== undefined) return { member, text: `is a name of the first edition; write ${renamed} instead` };
      const known = Object.keys(schema.properties ?? {}).join(', ');
      return { member, text: `is not a member of a contract; known here: ${known}` };
    }
    case 'enum':
      return { member: instancePath, text: `must be one of ${params.allowedValues.map(String).join(', ')}` };
  }
  const member = error.propertyName === undefined ? instancePath : inside(error.propertyName);
  if (schema.title !== undefined) return { member, text: `must be ${schema.title}` };
  if (keyword === 'type') return { member, text: `must be ${[params.type].flat().map(named).join(' or ')}` };
  return { member, text: error.message ?? `breaks the rule ${keyword}` };
}

function named(type: string): string {
  if (type === 'null') return type;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}
