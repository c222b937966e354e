/** All resources of a server, and the pages in which they are listed. */
import { createHmac, randomBytes } from 'node:crypto';
import type { Json, JsonObject } from '../../contracts/contract.js';
import { isTerminal, phaseOf, type Resource, type Timing } from './resource.js';

export class Resources {
  readonly #byId = new Map<string, Resource>();
  readonly #inOrder: Resource[] = [];
  readonly #secret = randomBytes(16);

  constructor(
    readonly timing: Timing,
    readonly newId: () => Json,
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
    return this.#byId.get(nameOf(id));
  }

  /** The newest `limit` resources that were made before the cursor and that are `shown`; `null` where it is none of ours. */
  page(
    shown: (resource: Resource) => boolean,
    limit: number,
    cursor: string | null,
  ): { resources: Resource[]; next: string | null } | null {
    const from = cursor === null ? this.#inOrder.length : this.#read(cursor);
    if (from === null) return null;
    const resources: Resource[] = [];
    let at = from - 1;
    for (; at >= 0; at--) {
      const resource = this.#inOrder[at];
      if (resource === undefined || !shown(resource)) continue;
      if (resources.length === limit) break;
      resources.push(resource);
    }
    const last = resources.at(-1);
    return { resources, next: at >= 0 && last !== undefined ? this.#cursor(last.sequence) : null };
  }

  /** The newest resource of which this is true. */
  newest(is: (resource: Resource) => boolean): Resource | undefined {
    return this.#inOrder.findLast(is);
  }

  #cursor(sequence: number): string {
    const mac = createHmac('sha256', this.#secret).update(String(sequence)).digest('base64url').slice(0, 16);
    return Buffer.from(`${sequence}.${mac}`).toString('base64url');
  }

  #read(cursor: string): number | null {
    const sequence = Number.parseInt(Buffer.from(cursor, 'base64url').toString(), 10);
    return this.#cursor(sequence) === cursor ? sequence : null;
  }
}

function nameOf(id: Json): string {
  return String(id).toLowerCase();
}
