/** Signs requests with the module that the contract names, once they are finished otherwise. */
import { isUtf8 } from 'node:buffer';
import { unsignedIn } from '../contracts/companions.js';
import type { Contract } from '../contracts/contract.js';
import { NotSigned, type SignHost } from '../contracts/sign-host.js';
import { type SignCall, type Signed, signedProblem } from '../contracts/signing.js';
import type { Attempt } from '../history/plan.js';
import { type Tokens, withToken } from './credentials.js';
import type { WireRequest } from './line.js';
import { beginningOf, type Mask } from './mask.js';
import { merge, secretOf, type WireOptions } from './wire.js';

/** A request cannot be signed: which module, which request, what went wrong. */
export class SigningFailed extends Error {
  override name = 'SigningFailed';
  /** Always the user's to change, and never a finding. */
  readonly exitCode = 2;
}

/** Characters of what a module prints that a message shows. */
const MOST_SHOWN = 300;

/** The module of a run, and what it has signed. */
export class Signer {
  readonly #host: SignHost;
  /** As the contract writes it. */
  readonly #name: string;
  readonly #mask: Mask;
  readonly #failed = new AbortController();

  constructor(host: SignHost, name: string, mask: Mask) {
    this.#host = host;
    this.#name = name;
    this.#mask = mask;
  }

  /** Aborted with a `SigningFailed` once a request cannot be signed: nothing that is judged can be sent any more. */
  get failed(): AbortSignal {
    return this.#failed.signal;
  }

  /** Rejects with `SigningFailed`. */
  async sign(call: SignCall, contract: Contract): Promise<Signed> {
    try {
      const signed = await this.#host.ask(call);
      const problem = signedProblem(contract, call, signed);
      if (problem !== null) throw new NotSigned(problem, '');
      this.#mask.learnSigned(signed.headers);
      return signed;
    } catch (error) {
      if (!(error instanceof NotSigned)) throw error;
      const failure = new SigningFailed(this.#words(call, error));
      this.#failed.abort(failure);
      throw failure;
    }
  }

  async close(): Promise<void> {
    await this.#host.close();
  }

  /** Masked as a whole: what is cut may hold half a secret. */
  #words({ method, url }: SignCall, { message, printed }: NotSigned): string {
    const { pathname } = new URL(url);
    const shown = (text: string) => beginningOf(this.#mask.text(text).replace(/\s+/g, ' '), MOST_SHOWN);
    const last = this.#mask.text(printed).split('\n').at(-1) ?? '';
    const also = last === '' ? '' : ` It printed: ${shown(last)}`;
    return `The module that signs requests (${this.#name}) ${shown(message).replace(/\.$/, '')}. The request: ${method} ${shown(pathname)}.${also}`;
  }
}

/** What a request is made and signed with. */
interface Sender extends WireOptions {
  tokens?: Tokens | undefined;
  signer?: Signer | undefined;
}

/**
 * A request with its access token and its signature, as far as the contract asks for them, and the credentials that it was
 * made with. Rejects with `TokenRefused` and `SigningFailed`.
 * @param base the target's, with the contract's base path
 */
export async function finished<S extends Sender>(
  sender: S,
  base: URL,
  attempt: Pick<Attempt, 'credential' | 'framing'>,
  retry: number,
  make: (sender: S) => WireRequest,
): Promise<{ request: WireRequest; used: S['credentials'] }> {
  const own = await withToken(sender, attempt, retry);
  const request = make(own);
  const used = own.credentials;
  const { signer } = sender;
  if (signer === undefined) return { request, used };
  return { request: await signed(signer, callOf(own, base, attempt, retry, request), own.contract, request), used };
}

async function signed(signer: Signer, call: SignCall, contract: Contract, request: WireRequest): Promise<WireRequest> {
  const { headers, body } = await signer.sign(call, contract);
  const bytes = body === null || request.body === null ? request.body : Buffer.from(body, 'utf8');
  return { ...request, headers: merge(request.headers, headers), body: bytes };
}

function callOf(
  sender: Sender,
  { origin }: URL,
  { credential }: Pick<Attempt, 'credential'>,
  retry: number,
  { method, path, headers, body }: WireRequest,
): SignCall {
  return {
    method,
    url: origin + path,
    headers,
    body: body === null ? '' : isUtf8(body) ? body.toString('utf8') : new Uint8Array(body),
    credential,
    secret: secretOf(sender, credential) ?? null,
    attempt: retry,
    placeholder: unsignedIn(sender.contract),
  };
}
