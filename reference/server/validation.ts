/** What a contract's request schema, and its members that exclude each other, say of a body. */
import type { ErrorObject } from 'ajv/dist/2020.js';
import type { JsonObject } from '../../contracts/contract.js';
import type { LoadedContract } from '../../contracts/load.js';
import { at, formatPointer } from '../../contracts/pointer.js';
import type { Behaviour, WriteRequest } from './behaviour.js';
import type { FieldProblem } from './problems.js';
import type { World } from './world.js';

const MOST = 20;
const UNKNOWN_MEMBER = ['additionalProperties', 'unevaluatedProperties'];

/** Everything that is wrong with a body; empty when it is valid. */
export function bodyProblems(body: JsonObject, { contract, schemas }: LoadedContract, behaviour: Behaviour) {
  const accepts = schemas.request;
  const errors = accepts(body) ? [] : (accepts.errors ?? []).slice(0, MOST);
  const callback = contract.webhooks?.callback;
  const plainCallback = ({ instancePath, keyword }: ErrorObject) =>
    instancePath === callback &&
    keyword === 'pattern' &&
    behaviour.acceptsPlainCallback(String(at(body, instancePath)));
  const dropped = ({ keyword }: ErrorObject) => behaviour.dropsUnknown && UNKNOWN_MEMBER.includes(keyword);
  const problems = errors.filter((error) => !plainCallback(error) && !dropped(error)).map(describe);
  for (const group of contract.create.exclusive) {
    const given = group.filter((pointer) => (at(body, pointer) ?? null) !== null);
    const [, second] = given;
    if (second !== undefined)
      problems.push({ field: second, keyword: 'exclusive', text: `must not stand beside ${given[0]}` });
  }
  return problems.filter((one) => !behaviour.overlooks(one));
}

/** What stands where the key belongs and cannot be one. */
export function keyProblem(request: WriteRequest, { key }: World, behaviour: Behaviour): FieldProblem | null {
  const field = key.pointer ?? `/${key.rule.name}`;
  const raw = key.raw(request);
  if (raw !== null && typeof raw !== 'string') {
    const problem = {
      field,
      keyword: 'type',
      text: key.pointer === null ? 'must be a quoted string' : 'must be string',
    };
    return behaviour.overlooks(problem) ? null : problem;
  }
  // A key that a fault makes up was not sent, so that nothing is wrong with it.
  const used = raw === null ? null : behaviour.keyOf(request);
  const text = used === null ? null : behaviour.refusesKey(used);
  return text === null ? null : { field, keyword: 'key', text };
}

function describe({ keyword, instancePath, params, message }: ErrorObject): FieldProblem {
  const inner = params.missingProperty ?? params.additionalProperty;
  const field = instancePath + (inner === undefined ? '' : formatPointer([inner]));
  return { field, keyword, text: keyword === 'required' ? 'is missing' : (message ?? 'is not valid') };
}
