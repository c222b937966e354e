#!/usr/bin/env node
/**
 * Turns an nginx access log into a history for `idem-conformance judge`:
 *
 *   node access-log-to-history.mjs /v1/orders < access.log > history.ndjson
 *
 * The log has one JSON object a line:
 *
 *   log_format idempotency escape=json '{"msec":"$msec","request_time":"$request_time","status":"$status",'
 *     '"method":"$request_method","uri":"$uri","scope":"$remote_user",'
 *     '"key":"$http_idempotency_key","body":"$http_content_digest","id":"$upstream_http_x_resource_id"}';
 *
 * Where the key is not in a header, {key} says where it is, and "uri" is "$request_uri":
 *
 *   node access-log-to-history.mjs 'PUT /v1/payments/{key}' < access.log > history.ndjson
 *   node access-log-to-history.mjs '/v1/orders?requestId={key}' < access.log > history.ndjson
 *
 * nginx does not hash bodies: Content-Digest (RFC 9530) comes from the client, and here it is trusted. The scope is
 * known before the upstream is asked, since one that fails would not tell it; an API key has no place in a log.
 */
import { createInterface } from 'node:readline';

/** nginx tells times in whole milliseconds, and reads the clock once a turn of its event loop. */
const CLOCK_MS = 2;

/** What this API answers to a duplicate while the first request is still running, if not with 409. */
const IN_FLIGHT_STATUS = 425;

const [, method = 'POST', template, parameter] =
  /^(?:([A-Z]+) )?(\/[^?]*)(?:\?([^=]+)=\{key\})?$/.exec(process.argv[2] ?? '') ?? [];
if (template === undefined) fail('name the endpoint, e.g. /v1/orders');
const [before, after] = template.split('{key}');

let number = 0;
for await (const text of createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
  number += 1;
  if (text === '') continue;
  const entry = parsed(text);
  const [path, query] = entry.uri.split('?');
  const isThere = after === undefined ? path === template : path.startsWith(before) && path.endsWith(after);
  if (entry.method !== method || !isThere) continue;
  // A body that nobody hashed could be any: leaving the request out could make the rest look wrong.
  if (entry.body === '') fail(`line ${number}: there is no body hash`);
  process.stdout.write(`${JSON.stringify(historyLine({ ...entry, key: keyOf(entry, path, query) }))}\n`);
}

/** nginx logs a header that is not there as an empty text. */
function keyOf({ key }, path, query) {
  if (parameter !== undefined) return new URLSearchParams(query).get(parameter);
  if (after !== undefined) return decodeURIComponent(path.slice(before.length, path.length - after.length));
  return key === '' ? null : key;
}

function historyLine({ msec, request_time, status, scope, key, body, id }) {
  const end = Number(msec) * 1000;
  return {
    scope,
    key,
    bytes: body,
    // Rounded as logged: seconds in floating point leave noise behind.
    sent: Math.round(end - Number(request_time) * 1000) - CLOCK_MS,
    done: Math.round(end) + CLOCK_MS,
    status: Number(status),
    ...(Number(status) === IN_FLIGHT_STATUS ? { kind: 'inflight' } : {}),
    ...(id === '' ? {} : { id }),
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return fail(`line ${number} is not JSON; write the log with escape=json`);
  }
}

function fail(sentence) {
  process.stderr.write(`access-log-to-history: ${sentence}\n`);
  process.exit(1);
}
