/**
 * Set-up steps: requests that make what writes need, each made once for the run, for a plan or for a key of a credential.
 * Their exchanges are kept apart and never judged; a step that fails stops the run.
 */
import { randomUUID } from 'node:crypto';
import type { Contract } from '../contracts/contract.js';
import { hintMs } from '../contracts/refusals.js';
import { naming, type Saved, savedIn } from '../contracts/saved.js';
import { namesOfStep, type SetUpRequest, type SetUpStep, stepName, stepRequest } from '../contracts/set-up.js';
import type { Outcome, SetUpExchange } from '../history/history.js';
import type { CredentialUse } from '../history/plan.js';
import { isBlank } from '../history/register.js';
import type { Execution } from './mint.js';
import { BudgetSpent } from './pace.js';
import { MOST_RETRIES } from './patience.js';

/** A step that did not succeed: what was sent, what came back, what to do. */
export class SetUpFailed extends Error {
  override name = 'SetUpFailed';

  /**
   * @param exitCode 2 where the user must change something, 3 where the target must
   * @param silence where nothing was answered: the URL, and what the connection said
   */
  constructor(
    message: string,
    readonly exitCode: 2 | 3,
    readonly silence: { url: string; reason: string } | null = null,
  ) {
    super(message);
  }
}

/** Whether an error ends the run, and leaves what was judged as it is. */
export function isStop(error: unknown): error is Error {
  return error instanceof BudgetSpent || error instanceof SetUpFailed;
}

/** What a write uses: values by their names, and the exchanges that made them. */
export interface Prepared {
  values: Saved;
  exchanges: readonly SetUpExchange[];
}

/** Where nothing is set up. */
export const UNPREPARED: Prepared = { values: {}, exchanges: [] };

/** What sends a step. */
export interface Stage {
  /** @param creates 1 where it may make something, otherwise 0 */
  send(request: SetUpRequest, credential: CredentialUse, creates: 0 | 1): Promise<Answered>;
  /** Waits because an answer asks to come again. */
  sleep(ms: number, why: string): Promise<void>;
  /** Masks secrets. */
  shown(text: string): string;
  maxWaitMs: number;
}

export type Answered = Omit<SetUpExchange, 'step' | 'credential' | 'saved'>;

/** What one write is. */
interface Use {
  credential: CredentialUse;
  /** `null`: it has none that could be used again. */
  key: string | null;
  execution: Execution;
}

/** Something that a step made and that can be taken away. */
export interface ToCleanUp {
  step: SetUpStep;
  credential: CredentialUse;
  request: SetUpRequest;
}

export class Preparation {
  readonly #contract: Contract;
  readonly #ofRun = new Map<CredentialUse, Promise<Prepared>>();
  readonly #ofPlan = new WeakMap<Execution, Map<CredentialUse, Promise<Prepared>>>();
  readonly #ofKey = new Map<string, Promise<Prepared>>();
  readonly #ofId = new Map<string, Saved>();
  #failed: SetUpFailed | null = null;
  /** In the order in which it was made. */
  readonly made: ToCleanUp[] = [];

  constructor(contract: Contract) {
    this.#contract = contract;
  }

  /** Whether there are steps at all. */
  get isNeeded(): boolean {
    return this.#contract.setup.length > 0;
  }

  /** What a write uses, made where it was not. Throws `SetUpFailed`, also after another step has failed. */
  async for({ credential: use, key, execution }: Use, stage: Stage): Promise<Prepared> {
    const credential = holderOf(use);
    const make = async () => {
      const plans = this.#ofPlan.get(execution) ?? new Map<CredentialUse, Promise<Prepared>>();
      this.#ofPlan.set(execution, plans);
      const run = await this.ofRun(credential, stage);
      const ofPlan = once(plans, credential, () => this.#all('plan', run, credential, stage));
      return this.#all('operation', await ofPlan, credential, stage);
    };
    // A blank key may count as none, so that its requests would act on one resource without one.
    if (key === null || isBlank(key)) return make();
    return once(this.#ofKey, `${credential} ${key}`, make);
  }

  /** What all requests of a credential share. */
  ofRun(use: CredentialUse, stage: Stage): Promise<Prepared> {
    const credential = holderOf(use);
    return once(this.#ofRun, credential, () => this.#all('run', UNPREPARED, credential, stage));
  }

  /** Remembers what the write used that made a resource: that is read with the same values. */
  remember(id: string, { values }: Prepared): void {
    if (!this.#ofId.has(id)) this.#ofId.set(id, values);
  }

  /** What reading or cancelling a resource uses. */
  ofId(id: string): Prepared {
    return { values: this.#ofId.get(id) ?? {}, exchanges: [] };
  }

  /** Steps of one kind, side by side but where one uses what another saves. */
  async #all(each: SetUpStep['each'], outer: Prepared, credential: CredentialUse, stage: Stage): Promise<Prepared> {
    const begun = new Map<string, Promise<Prepared>>();
    const steps = this.#contract.setup.filter((step) => step.each === each);
    const making = steps.map((step) => {
      const needed = new Set(namesOfStep(step).flatMap((name) => begun.get(name) ?? []));
      const made = Promise.all(needed).then((all) => this.#make(step, joined([outer, ...all]), credential, stage));
      for (const name of Object.keys(step.save)) begun.set(name, made);
      return made;
    });
    // All are waited for: what they made is to be cleaned up.
    const settled = await Promise.allSettled(making);
    const failed = settled.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    return joined([outer, ...(await Promise.all(making))]);
  }

  /** What one step saves. */
  async #make(step: SetUpStep, given: Prepared, credential: CredentialUse, stage: Stage): Promise<Prepared> {
    if (this.#failed !== null) throw this.#failed;
    const request = stepRequest(step, this.#contract, given.values, randomUUID());
    const exchange = { step: stepName(step), credential, ...(await this.#answered(request, credential, stage)) };
    const fail = (what: string, exitCode: 2 | 3, silence: SetUpFailed['silence'] = null): never => {
      const sent = `${exchange.request.method} ${exchange.request.url}`;
      const message = `The set-up step '${exchange.step}' failed: ${sent} ${what}.`;
      this.#failed ??= new SetUpFailed(stage.shown(message), exitCode, silence);
      throw this.#failed;
    };
    const { outcome } = exchange;
    if (outcome.kind !== 'answer') {
      const { reason } = outcome;
      const what = outcome.kind === 'unsent' ? 'was not sent' : 'got no answer';
      return fail(`${what}: ${reason}`, 3, { url: exchange.request.url, reason });
    }
    const { status } = outcome;
    const isSuccess = step.success === null ? status >= 200 && status < 300 : step.success.includes(status);
    const { save } = step;
    const answer = naming(outcome);
    const saved = Object.entries(save).map(([name, place]) => ({ name, place, value: savedIn(place, answer) }));
    const missing = saved.find(({ value }) => value === null);
    if (!isSuccess) {
      const isTheirs = status >= 500 || status === 429;
      const needed =
        status === 401 && this.#contract.authentication === null
          ? 'no API key was sent, for the contract says `authentication: null`; say there in which header it goes'
          : 'correct this step in `setup`, or what the target holds';
      const advice = isTheirs ? '' : `: ${needed}`;
      return fail(`was answered ${answerIn(outcome, stage)}${advice}`, isTheirs ? 3 : 2);
    }
    const values = Object.fromEntries(saved.map(({ name, value }) => [name, value ?? '']));
    if (missing !== undefined) {
      const at = typeof missing.place === 'string' ? `at ${missing.place}` : `in the header ${missing.place.header}`;
      return fail(`was answered ${answerIn(outcome, stage)}, without '${missing.name}' ${at}: correct \`save\``, 2);
    }
    const made = { ...exchange, saved: saved.map((one) => ({ ...one, value: String(one.value) })) };
    const prepared = { values: { ...given.values, ...values }, exchanges: [...given.exchanges, made] };
    if (step.cleanUp !== null) this.made.push({ step, credential, request: this.#cleanUp(step.cleanUp, prepared) });
    return prepared;
  }

  #cleanUp({ method, path }: NonNullable<SetUpStep['cleanUp']>, { values }: Prepared): SetUpRequest {
    const asStep = { ...(this.#contract.setup[0] as SetUpStep), method, path, headers: {}, body: null };
    return stepRequest(asStep, this.#contract, values, '');
  }

  /** Asked again while the target is busy. */
  async #answered(request: SetUpRequest, credential: CredentialUse, stage: Stage) {
    for (let retry = 0; ; retry += 1) {
      const exchange = await stage.send(request, credential, request.method === 'GET' ? 0 : 1);
      const { outcome } = exchange;
      const isBusy = outcome.kind === 'answer' && (outcome.status === 429 || outcome.status === 503);
      const hint = isBusy ? hintMs(outcome.headers['retry-after'], undefined, this.#contract) : null;
      if (hint === null || hint > stage.maxWaitMs || retry >= MOST_RETRIES) return exchange;
      await stage.sleep(hint, `the answer to ${request.method} ${request.path} asks to come again then`);
    }
  }
}

/** What is sent without a credential, or with a wrong one, is about what the first has. */
function holderOf(credential: CredentialUse): CredentialUse {
  return credential === 'second' ? 'second' : 'first';
}

function once<Key, Value>(made: Map<Key, Promise<Value>>, key: Key, make: () => Promise<Value>): Promise<Value> {
  const known = made.get(key) ?? make();
  made.set(key, known);
  return known;
}

function joined(all: readonly Prepared[]): Prepared {
  return {
    values: Object.assign({}, ...all.map(({ values }) => values)),
    exchanges: [...new Set(all.flatMap(({ exchanges }) => exchanges))],
  };
}

/** Characters of an answer that are shown. */
const MOST_SHOWN = 300;

/** Masked before it is cut: a part of a secret is not known as one. */
function answerIn({ status, body }: Extract<Outcome, { kind: 'answer' }>, stage: Stage): string {
  const text = stage.shown(body).replace(/\s+/g, ' ').trim();
  const shown = text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
  return shown === '' ? `${status} with an empty body` : `${status} ${shown}`;
}
