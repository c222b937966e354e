/** Where a document says that the API is. */
import { isObject, type Json, type JsonObject } from '../json.js';
import type { OpenApiDocument } from './document.js';
import { own } from './media.js';
import type { Write } from './operations.js';

/** The path of the first server that holds for a write, without a slash at its end. */
export function basePathOf(document: OpenApiDocument, { path, operation }: Write): string {
  const item = document.member(document.member(document.value, 'paths'), path);
  const lists = [operation.servers, item?.servers, document.value.servers].map(serversOf);
  const [first] = lists.find((list) => list.length > 0) ?? [];
  return first === undefined ? '' : (pathOf(first)?.replace(/\/+$/, '') ?? '');
}

/** Hosts of servers that the document calls production. */
export function productionHostsOf({ value }: OpenApiDocument): string[] {
  const hosts = serversOf(value.servers)
    .filter(({ description }) => typeof description === 'string' && /\b(production|prod|live)\b/i.test(description))
    .flatMap((server) => {
      const url = urlOf(server);
      return /^https?:\/\//i.test(url) && URL.canParse(url) ? [new URL(url).hostname] : [];
    });
  return [...new Set(hosts)].filter((host) => host !== '' && !/^(localhost|127\.|\[::1\])/.test(host));
}

function serversOf(servers: Json | undefined): JsonObject[] {
  return Array.isArray(servers) ? servers.filter(isObject) : [];
}

/** The address with the defaults of its variables. */
function urlOf({ url, variables }: JsonObject): string {
  return String(url ?? '').replaceAll(/\{([^{}]+)\}/g, (part, name: string) => {
    const one = own(variables, name);
    return isObject(one) && one.default !== undefined ? String(one.default) : part;
  });
}

function pathOf(server: JsonObject): string | null {
  const url = urlOf(server);
  return URL.canParse(url, 'http://localhost') ? new URL(url, 'http://localhost').pathname : null;
}
