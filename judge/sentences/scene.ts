/** What the sentences about a finding are made from. */
import type { Contract, Json } from '../../contracts/contract.js';
import { pluralOf, withArticle } from '../../contracts/noun.js';
import type { Plan } from '../../history/plan.js';
import type { Reading } from '../../history/reading.js';
import type { Finding, FindingData } from '../finding.js';
import { hadOtherTokens } from '../tokens.js';
import { answerWords, name } from '../words.js';
import { circumstances } from './circumstances.js';

/** A finding in words for people. */
export interface Sentences {
  /** One sentence. */
  summary: string;
  /** Why it is a violation: sentences that name the requests. */
  argument: string[];
  expected: string;
  observed: string;
  /** Index of the exchange whose answer is wrong; `null` where no single one is. */
  illegal: number | null;
}

/** Makes the sentences of one rule. */
export type Wording = (scene: Scene) => Sentences;

export class Scene {
  readonly id: string;
  readonly data: FindingData;
  readonly contract: Contract;
  /** The contract's noun for a resource. */
  readonly noun: string;
  readonly readings: Reading[];
  readonly #plan: Plan;
  readonly #proof: number[];

  constructor(finding: Finding, { plan, readings }: { plan: Plan; readings: Reading[] }, contract: Contract) {
    this.id = finding.id;
    this.data = finding.data;
    this.contract = contract;
    this.noun = contract.resource;
    this.readings = readings;
    this.#plan = plan;
    this.#proof = finding.proof;
  }

  /** 'an order'. */
  get a(): string {
    return withArticle(this.noun);
  }

  /** 'orders'. */
  get plural(): string {
    return pluralOf(this.noun);
  }

  get plan(): Plan {
    return this.#plan;
  }

  index(role: string): number {
    return this.data[role] as number;
  }

  /** The exchange of a role that every finding of the rule has. */
  at(role: string): Reading {
    return this.readings[this.index(role)] as Reading;
  }

  /** The exchange of a role that not every finding of the rule has. */
  maybe(role: string): Reading | undefined {
    return this.data[role] === undefined ? undefined : this.at(role);
  }

  list(role: string): Reading[] {
    return (this.data[role] as number[]).map((index) => this.readings[index] as Reading);
  }

  text(member: string): string {
    return String(this.data[member] ?? '');
  }

  json(member: string): Json {
    return this.data[member] ?? null;
  }

  /** In what the two requests of the proof differ, and what happened between them. */
  circumstances(): string[] {
    const [a, b] = this.#proof.map((index) => this.readings[index]);
    if (a === undefined || b === undefined) return [];
    const tokens = hadOtherTokens(a, b, this.contract.authentication)
      ? [`${name(b)} had another access token than ${name(a)}.`]
      : [];
    return [...tokens, ...circumstances(a, b, this.#plan, this.readings, this.noun)];
  }
}

/** The usual form: one request was answered wrongly. */
export function about(
  scene: Scene,
  role: string,
  said: { summary: string; argument: string[]; expected: string; observed?: string },
): Sentences {
  const wrong = scene.at(role);
  return {
    observed: answerWords(wrong),
    ...said,
    expected: `${name(wrong)}: ${said.expected}`,
    illegal: scene.index(role),
  };
}
