/** The OpenAPI document that options name, read before a run is settled. */
import { existsSync } from 'node:fs';
import { FetchError, fetchText } from '../client/fetch-text.js';
import { DEFAULT_CONTRACT, loadContract } from '../contracts/load.js';
import { MOST_BYTES, type OpenApiDocument, readOpenApi } from '../contracts/openapi/document.js';
import { FileError, readTextFile } from '../contracts/text-file.js';
import { checkOptions } from './options/check.js';
import { option, UsageError } from './options/usage.js';
import { checkOpenapi, connectionOf, type RunOptions } from './options.js';
import { refuseProduction } from './production.js';

/** Options with the document that they name, where they name one. Throws `UsageError` and `ContractError`. */
export async function withDocument(options: RunOptions): Promise<RunOptions> {
  if (options.openapi === undefined || options.openapiDocument !== undefined) return options;
  const given = checkOptions(options);
  return { ...options, openapiDocument: await documentOf(given, given.openapi as string) };
}

async function documentOf(given: RunOptions, from: string): Promise<OpenApiDocument> {
  if (/^https?:\/\//i.test(from)) {
    checkOpenapi(given);
    return readOpenApi(await fetched(given, from), from);
  }
  try {
    return await readOpenApi(readTextFile(from, MOST_BYTES), from);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new UsageError(
      existsSync(from)
        ? `${option('openapi')}: ${from} ${error.message}.`
        : `${option('openapi')}: there is no file ${from}.`,
    );
  }
}

async function fetched(given: RunOptions, url: string): Promise<string> {
  const stop = (why: string) => new UsageError(`${option('openapi')}: ${url} ${why}.`);
  if (!URL.canParse(url)) throw stop('is not a URL');
  refuseProduction(given, loadContract(DEFAULT_CONTRACT));
  const { targets, ...connection } = connectionOf(given);
  const { origin, username, password } = new URL(url);
  if (username + password !== '')
    throw new UsageError(`${option('openapi')} holds a credential: give it with ${option('headers')}.`);
  if (!targets.some((target) => new URL(target).origin === origin))
    throw stop('is not of the origin of the target: download the document, and give the file');
  try {
    return await fetchText(url, connection, connection.headers, MOST_BYTES);
  } catch (error) {
    throw error instanceof FetchError ? stop(`${error.message}: download the document, and give the file`) : error;
  }
}
