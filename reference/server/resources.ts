/** All resources of a server. */
import type { Json, JsonObject } from '../../contracts/contract.js';
import { isTerminal, phaseOf, type Resource, type Timing } from './resource.js';

export class Resources {
  readonly #byId = new Map<string, Resource>();
  readonly #inOrder: Resource[] = [];

  constructor(
    readonly timing: Timing,
    readonly newId: () => Json,
    /** Hears of each resource that is made. */
    readonly onCreate: (resource: Resource) => void = () => {},
    /** Those of other operations, whose answers are given here too. */
    readonly others: () => Resources[] = () => [],
  ) {}

  create(made: Resource['made'], owner: string, request: JsonObject, at: number): Resource {
    const resource: Resource = {
      sequence: this.#inOrder.length,
      id: this.newId(),
      made,
      owner,
      createdAt: at,
      canceledAt: null,
      request,
      timing: this.timing,
    };
    this.#inOrder.push(resource);
    this.#byId.set(nameOf(resource.id), resource);
    this.onCreate(resource);
    return resource;
  }

  /** Those of the write under test that have not ended: no others are limited. */
  unfinished(at: number): number {
    const oldest = at - this.timing.finishedAfterMs;
    const first = this.#inOrder.findLastIndex(({ createdAt }) => createdAt < oldest) + 1;
    const recent = this.#inOrder.slice(first).filter(({ made }) => made === 'create');
    return recent.filter((resource) => !isTerminal(phaseOf(resource, at))).length;
  }

  /** Ids are read without regard to case. */
  get(id: string): Resource | undefined {
    return [this, ...this.others()].map((one) => one.#byId.get(nameOf(id))).find((found) => found !== undefined);
  }

  /** In the order in which they were made. */
  get all(): readonly Resource[] {
    return this.#inOrder;
  }

  /** The newest resource of which this is true. */
  newest(is: (resource: Resource) => boolean): Resource | undefined {
    return this.#inOrder.findLast(is);
  }
}

function nameOf(id: Json): string {
  return String(id).toLowerCase();
}
