/** The credentials of a run: which ones the contract needs, and whether they are there. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Certificate } from '../client/connect.js';
import type { Contract } from '../contracts/contract.js';
import { HEADER_VALUE } from '../contracts/sendable.js';
import { option, UsageError } from './options/usage.js';

/** API keys. */
export interface Credentials {
  first?: string | undefined;
  second?: string | undefined;
}

/** A client of OAuth 2. */
export interface OAuthClient {
  id: string;
  secret: string;
}

export interface OAuthClients {
  first?: OAuthClient | undefined;
  second?: OAuthClient | undefined;
}

/** What a user gave. */
interface Given {
  credentials: Credentials;
  clients: OAuthClients;
  certificates: Certificate[];
}

/** API keys that a header may carry. */
export function sendable({ first, second }: Credentials): Credentials {
  for (const [member, value = ''] of Object.entries({ first, second })) {
    if (HEADER_VALUE.test(value)) continue;
    throw new UsageError(
      `The API key in ${option(`credentials.${member}`)} holds characters that no header may carry. Is there a line break at its end?`,
    );
  }
  return { first, second };
}

/** What the contract asks for. Throws `UsageError` where it is not there. */
export function checkCredentials(
  { credentials, clients, certificates }: Given,
  { name, authentication }: Contract,
  bundled: boolean,
): { credentials: Credentials; clients: OAuthClients } {
  if (bundled || authentication === null) return { credentials, clients };
  const { token, scheme } = authentication;
  if (token !== null) return token.url === null ? { credentials: {}, clients: {} } : checkClients(clients, name);
  if (scheme === 'certificate') {
    if (certificates.length > 0) return { credentials: {}, clients: {} };
    throw new UsageError(
      `The contract '${name}' needs a client certificate. Give ${option('cert')} and ${option('certKey')}, and ` +
        'once more those of another account where accounts are to be checked, too.',
    );
  }
  const { first, second } = credentials;
  if (first === undefined || first === '') {
    throw new UsageError(
      `The contract '${name}' needs an API key. Set ${option('credentials')}, and ` +
        `${option('credentials.second')} to the key of another account where accounts are to be checked, too.`,
    );
  }
  if (first === second) throw new UsageError('Both API keys are the same: the second must belong to another account.');
  const given = { first, second: second === '' ? undefined : second };
  for (const [member, value = ':'] of scheme === 'basic' ? Object.entries(given) : [])
    if (!value.includes(':'))
      throw new UsageError(`The credential in ${option(`credentials.${member}`)} must be USER:PASSWORD for Basic.`);
  return { credentials: given, clients: {} };
}

function checkClients({ first, second }: OAuthClients, name: string) {
  if (first === undefined)
    throw new UsageError(
      `The contract '${name}' needs a client of its token endpoint. Set ${option('clients.first')}, and ` +
        `${option('clients.second')} to one of another account where accounts are to be checked, too.`,
    );
  if (first.id === second?.id)
    throw new UsageError('Both clients are the same: the second must belong to another account.');
  return { credentials: {}, clients: { first, second } };
}

/** Whether there is a credential of another account, from wherever it comes. */
export function hasSecond({ credentials, clients, certificates }: Given, { authentication }: Contract): boolean {
  if (authentication === null) return false;
  if (authentication.scheme === 'certificate') return certificates.length > 1;
  const commanded = (authentication.token?.second ?? null) !== null;
  return commanded || clients.second !== undefined || (credentials.second ?? '') !== '';
}

/** PEM text of the authorities to trust. */
export function authoritiesOf(ca: string | undefined): string | undefined {
  if (ca === undefined) return undefined;
  const pem = readPem(ca, 'ca');
  if (!pem.includes('-----BEGIN CERTIFICATE-----'))
    throw new UsageError(`${option('ca')}: ${ca} holds no PEM certificate.`);
  return pem;
}

/** Client certificates with their keys. Throws `UsageError` where one has none, or another's. */
export function certificatesOf(certs: string[] = [], keys: string[] = []): Certificate[] {
  if (certs.length !== keys.length)
    throw new UsageError(`${option('cert')} and ${option('certKey')} go together: give one key for each certificate.`);
  if (certs.length > 2) throw new UsageError(`${option('cert')} may be given twice: for one account and for a second.`);
  return certs.map((file, n) => {
    const certificate = { cert: readPem(file, 'cert'), key: readPem(keys[n] as string, 'certKey') };
    try {
      createSecureContext(certificate);
    } catch (error) {
      const said = (error as Error).message.replace(/^error:[^:]*:/, '');
      throw new UsageError(
        `${option('cert')} ${file} and ${option('certKey')} ${keys[n]} cannot be used together (${said}). ` +
          'Give a PEM certificate, and its own PEM key without a passphrase.',
      );
    }
    return certificate;
  });
}

function readPem(file: string, member: 'ca' | 'cert' | 'certKey'): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${option(member)}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
