/** Access tokens of the reference, by OAuth 2 client credentials (RFC 6749, section 4.4). */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Contract } from '../../contracts/contract.js';
import { readBody } from './body.js';
import type { Problems } from './problems.js';

/** A client of the token endpoint. */
export interface TokenClient {
  id: string;
  secret: string;
}

/** Seconds that a token lives unless it is said. */
const USUAL_SECONDS = 3600;

/** Where tokens are given out that a command asks for: the contract names no address. */
const USUAL_PATH = '/oauth/token';

export class Tokens {
  readonly path: string;
  readonly #contract: Contract;
  readonly #clients: readonly TokenClient[];
  readonly #seconds: number;
  readonly #now: () => number;
  readonly #given = new Map<string, { holder: string; until: number }>();

  constructor(contract: Contract, clients: readonly TokenClient[], now: () => number, seconds = USUAL_SECONDS) {
    const url = contract.authentication?.token?.url ?? USUAL_PATH;
    this.path = url.startsWith('/') ? contract.basePath + url : new URL(url).pathname;
    this.#contract = contract;
    this.#clients = clients;
    this.#now = now;
    this.#seconds = seconds;
  }

  /** The client's own secret for its access token; a credential that is none is given back where a command may print it. */
  holderOf(credential: string | undefined): string | undefined {
    const token = this.#given.get(credential ?? '');
    if (token !== undefined) return token.until > this.#now() ? token.holder : '';
    if (this.#contract.authentication?.token?.url === null) return credential;
    return credential === undefined ? undefined : '';
  }

  /** The answer of the token endpoint. */
  async answer(incoming: IncomingMessage, problems: Problems): Promise<Response> {
    const form = new URLSearchParams((await readBody(incoming, problems)).toString('utf8'));
    if (form.get('grant_type') !== 'client_credentials') return json(400, { error: 'unsupported_grant_type' });
    const client = this.#clientOf(incoming.headers.authorization, form);
    if (client === undefined) return json(401, { error: 'invalid_client' });
    if (form.get('scope') !== (this.#contract.authentication?.token?.scope ?? null))
      return json(400, { error: 'invalid_scope' });
    const token = `token_${randomBytes(18).toString('base64url')}`;
    this.#given.set(token, { holder: client.secret, until: this.#now() + this.#seconds * 1000 });
    return json(200, { access_token: token, token_type: 'Bearer', expires_in: this.#seconds });
  }

  /** By section 2.3.1, in the one way that the contract says. */
  #clientOf(authorization: string | undefined, form: URLSearchParams): TokenClient | undefined {
    const inBody = this.#contract.authentication?.token?.send === 'body';
    const [id, secret] = inBody ? [form.get('client_id'), form.get('client_secret')] : basic(authorization);
    return this.#clients.find((one) => one.id === id && one.secret === secret);
  }
}

function basic(authorization = ''): (string | undefined)[] {
  const text = Buffer.from(authorization.replace(/^Basic /i, ''), 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)].map((one) => {
    return new URLSearchParams(`of=${one}`).get('of') ?? undefined;
  });
}

function json(status: number, body: object): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store' },
  });
}
