/** What a request must bring, whatever its endpoint: a credential and a version. */
import { type Problem, Refusal } from './problem.js';

export const currentVersion = '2026-05-01';

/** The API key behind the header, if it is one of ours. */
export function credentialOf(authorization: string | undefined, credentials: readonly string[]): string {
  const key = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (key !== undefined && credentials.includes(key)) return key;
  throw new Refusal(unauthenticated);
}

/** Without the header the current version is meant. */
export function requireVersion(version: string | string[] | undefined): void {
  if (version === undefined || version === currentVersion) return;
  throw new Refusal({
    status: 400,
    type: 'invalid_request',
    code: 'unsupported_version',
    message: 'This version of the API is not supported.',
    details: { requested: String(version), supported: [currentVersion] },
  });
}

export const unauthenticated: Problem = {
  status: 401,
  type: 'authentication',
  code: 'authentication',
  message: 'A valid API key is required.',
  headers: { 'www-authenticate': 'Bearer' },
};
