/** What set-up steps make, and who may use it: kept apart from the resources of the write under test. */
import type { IncomingHttpHeaders } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import { companionPointers } from '../../contracts/companions.js';
import type { Contract, Json, JsonObject } from '../../contracts/contract.js';
import { isObject } from '../../contracts/json.js';
import type { LoadedContract } from '../../contracts/load.js';
import { namesIn } from '../../contracts/paths.js';
import { isTemplate, savedNames, UNIQUE } from '../../contracts/saved.js';
import { schemasAt } from '../../contracts/schemas.js';
import { bodyTypeOf, type SetUpStep, savers } from '../../contracts/set-up.js';
import type { Success } from './answers.js';
import { idHeader } from './id-header.js';
import { idMaker } from './ids.js';
import { notFound, Refusal } from './problem.js';
import type { FieldProblem, Problems } from './problems.js';
import { put } from './put.js';
import type { Resources } from './resources.js';
import type { Names } from './routes.js';

/** What was made by all operations, since one may use what another serves. */
export class SetUpStore {
  /** Whose each value is. */
  readonly owners = new Map<string, string>();
  /** Texts that were to be new. */
  readonly uniques = new Set<string>();
  /** Key of the write that acted on a value. */
  readonly acts = new Map<string, string>();

  /** @param desks operations whose own write may be a step of another one */
  constructor(readonly desks: () => { world: LoadedContract; resources: Resources }[]) {}
}

/** A write, by the saved values in it. */
interface Act {
  key: string | null;
  all: string;
  /** Those that one key alone may act on. */
  exclusive: string[];
}

export class SetUp {
  readonly #contract: Contract;
  readonly #savers: Map<string, SetUpStep>;
  readonly #newValue: Map<string, () => Json>;
  /** Names in the path of the write that made a resource. */
  readonly #namesOf = new Map<string, Names>();
  /** Values with which each key came first. */
  readonly #ofKey = new Map<string, string>();

  constructor(
    { contract, schemas }: LoadedContract,
    readonly problems: Problems,
    readonly store: SetUpStore,
  ) {
    this.#contract = contract;
    this.#savers = savers(contract);
    this.#newValue = new Map(
      [...this.#savers.keys()].map((name) => [name, idMaker(schemasOf(name, contract, schemas.requestSchema), name)]),
    );
  }

  /** The answer to a request of a step. Throws a `Refusal` where it is not what the contract says. */
  make(
    step: SetUpStep,
    { names, headers, body }: { names: Names; headers: IncomingHttpHeaders; body: Json },
    owner: string,
  ): Success {
    this.mustKnow(names, owner);
    const wrong: FieldProblem[] = Object.entries(step.headers).flatMap(([name, text]) =>
      this.#fits(text, String(headers[name.toLowerCase()] ?? ''), owner) ? [] : [{ ...UNFIT, field: name }],
    );
    const isForm = bodyTypeOf(step, this.#contract) === 'form';
    if (step.body !== null && !this.#isLike(step.body, body, owner, isForm)) wrong.push(UNFIT);
    if (wrong.length > 0) throw new Refusal(this.problems.invalid(wrong));
    let answer: Json = {};
    const answered: Record<string, string> = {};
    for (const [name, place] of Object.entries(step.save)) {
      const value = (this.#newValue.get(name) as () => Json)();
      this.store.owners.set(this.#nameOf(name, String(value)), owner);
      if (typeof place === 'string') answer = put(answer, place, value);
      else Object.assign(answered, idHeader(place, String(value), this.#contract));
    }
    return { status: step.success?.[0] ?? 201, body: answer, view: 'read', headers: answered };
  }

  /** Takes away what is named in the path of a clean-up. */
  cleanUp(names: Names, owner: string): Success {
    this.mustKnow(names, owner);
    for (const [name, value] of this.#saved(names)) this.store.owners.delete(this.#nameOf(name, value));
    return { status: 200, body: {}, view: 'read' };
  }

  /** Throws a `Refusal` where a path names what was not made for its sender. */
  mustKnow(names: Names, owner: string): void {
    const unknown = this.#saved(names).find(([name, value]) => !this.#isKnown(name, value, owner));
    if (unknown !== undefined) throw new Refusal(notFound(`There is no such ${unknown[0]}.`));
  }

  /** What is wrong with a value in which saved ones stand. */
  problem(template: string, text: string, owner: string): string | null {
    return this.#fits(template, text, owner) ? null : 'names nothing that was made for it';
  }

  /**
   * A write and the saved values in its path and in what goes with it.
   * @param key as it was sent; `null`: none that could be used again
   */
  act(names: Names, given: [template: string, text: string][], key: string | null): Act {
    const inTexts = given.flatMap(([template, text]) => Object.entries(namesFound(template, text) ?? {}));
    const all = [...this.#saved(names), ...inTexts];
    return {
      key,
      all: JSON.stringify(all),
      exclusive: all
        .filter(([name]) => this.#savers.get(name)?.each === 'operation')
        .map(([name, value]) => this.#nameOf(name, value)),
    };
  }

  /** Whether another key has acted on one of the values, or this one on others; a request without a key has none like it. */
  isOdd({ key, all, exclusive }: Act, owner: string): boolean {
    const { acts } = this.store;
    if (exclusive.some((value) => acts.has(value) && (key === null || acts.get(value) !== key))) return true;
    return key !== null && (this.#ofKey.get(`${owner} ${key}`) ?? all) !== all;
  }

  remember({ key, all, exclusive }: Act, owner: string, id: Json, names: Names): void {
    if (this.#savers.size === 0) return;
    for (const value of exclusive) this.store.acts.set(value, key ?? `${value} without a key`);
    if (key !== null) this.#ofKey.set(`${owner} ${key}`, all);
    if (!this.#namesOf.has(String(id))) this.#namesOf.set(String(id), names);
  }

  /** Whether a resource is where a path says. */
  isThere(id: Json, names: Names): boolean {
    const own = this.#namesOf.get(String(id));
    return own === undefined || this.#saved(names).every(([name, value]) => (own[name] ?? value) === value);
  }

  #saved(names: Names): [string, string][] {
    return Object.entries(names).filter(([name]) => this.#savers.has(name));
  }

  /** A value by the endpoint and the place that it comes from, which two operations may call by two names. */
  #nameOf(name: string, value: string): string {
    const { method, path, save } = this.#savers.get(name) as SetUpStep;
    return `${method} ${path} ${JSON.stringify(save[name])} ${value}`;
  }

  #isKnown(name: string, value: string, owner: string): boolean {
    const whose = this.store.owners.get(this.#nameOf(name, value));
    if (whose !== undefined) return whose === owner;
    const { method, path, save } = this.#savers.get(name) as SetUpStep;
    return this.store.desks().some(({ world: { contract }, resources }) => {
      const { create } = contract;
      const isStep = create.method === method && create.path === path && isDeepStrictEqual(create.id, save[name]);
      return isStep && resources.get(value)?.owner === owner;
    });
  }

  /** Whether a string is what a template says, with values that were made for its sender. */
  #fits(template: string, text: string, owner: string): boolean {
    const found = namesFound(template, text);
    if (found === null) return false;
    const { [UNIQUE]: unique, ...names } = found;
    if (unique !== undefined) {
      if (this.store.uniques.has(unique)) return false;
      this.store.uniques.add(unique);
    }
    return Object.entries(names).every(([name, value]) => this.#isKnown(name, value, owner));
  }

  #isLike(said: Json, value: Json | undefined, owner: string, isForm: boolean): boolean {
    if (typeof said === 'string') {
      const text = typeof value === 'number' && isTemplate(said) ? String(value) : value;
      return typeof text === 'string' && this.#fits(said, text, owner);
    }
    if (Array.isArray(said))
      return (
        Array.isArray(value) &&
        value.length === said.length &&
        said.every((one, n) => this.#isLike(one, value[n], owner, isForm))
      );
    if (isObject(said))
      return (
        isObject(value) &&
        isDeepStrictEqual(Object.keys(said).sort(), Object.keys(value).sort()) &&
        Object.entries(said).every(([name, one]) => this.#isLike(one, value[name], owner, isForm))
      );
    return isForm ? String(said) === String(value) : said === value;
  }
}

const UNFIT: FieldProblem = { field: '', keyword: 'setup', text: 'must be as the contract says' };

/** What stands for the names in a template; `null` where the text is another one. */
function namesFound(template: string, text: string): Record<string, string> | null {
  const names = savedNames(template);
  const parts = template.split(/\{[A-Za-z_][A-Za-z0-9_-]*\}/);
  const pattern = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('(.+)');
  const found = new RegExp(`^${pattern}$`, 's').exec(text);
  return found && Object.fromEntries(names.map((name, n) => [name, found[n + 1] as string]));
}

/** What the request schema says of the member that holds a saved value and nothing else. */
function schemasOf(name: string, { companions }: Contract, requestSchema: JsonObject): JsonObject[] {
  const inBody = companions.filter((one) => one.in === 'body' && one.value === `{${name}}`);
  return companionPointers({ companions: inBody }).flatMap((pointer) => schemasAt(requestSchema, pointer));
}

/** Steps of a contract in the order in which their routes are tried: those that name less come first. */
export function stepsOf({ setup }: Contract): SetUpStep[] {
  return setup.toSorted((a, b) => namesIn(a.path).length - namesIn(b.path).length);
}
