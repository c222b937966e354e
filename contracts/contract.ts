/**
 * A contract: what one endpoint promises about idempotency, as data.
 *
 * Everything a suite needs to know about an API stands in a contract file (YAML), so that another API
 * is another file and no other code. `null` always means "the pages do not say": the suite observes and
 * reports such a member, and never judges by it.
 */

/** Any JSON value. */
export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

/** A JSON object; the order of its members is the order they are sent in. */
export type JsonObject = { [member: string]: Json };

/** Where the idempotency key travels and which keys are legal. */
export interface KeyRule {
  in: 'body' | 'header';
  /** Body member or header name. */
  name: string;
  /** Whether a write without a key is refused. */
  required: boolean;
  /** Shortest and longest key in characters. */
  minLength: number | null;
  maxLength: number | null;
  /** ECMAScript regular expression the key must match. */
  pattern: string | null;
  /** How a key stands in a header: bare, or as an RFC 8941 string. */
  quoting: 'none' | 'sf-string';
}

/** A refusal that can be recognised by its status and, where given, a value inside its JSON body. */
export interface Refusal {
  statuses: number[];
  /**
   * The value at `pointer` (RFC 6901) must be one of `values`; with `not`, it must be a string and none of them.
   * `null`: the status alone decides.
   */
  code: { pointer: string; values: string[]; not?: boolean } | null;
}

/** How a duplicate is answered while the first request is still running. */
export interface InFlightRule extends Refusal {
  /** `wait`: the duplicate is held back; `refuse`: it is refused; `either`: both are allowed. */
  policy: 'wait' | 'refuse' | 'either';
  /** Milliseconds after the competitor's answer during which a refusal is still legal. */
  graceMs: number;
}

/** How a repeat of a finished request is answered. */
export interface ReplayRule {
  /** `success`: with the resource; `refusal`: with an error that points at the resource. */
  kind: 'success' | 'refusal' | null;
  statuses: number[];
  /** Where a refusal names the original resource's id (RFC 6901). */
  pointer: string | null;
  /** A response header that marks a replay. */
  marker: { header: string; value: string | null } | null;
}

/** What the endpoint's errors look like. */
export interface ErrorRules {
  /** JSON Schema file every 4xx and 5xx must satisfy, relative to the contract. `null`: not judged. */
  schema: string | null;
  /** The request id inside the error and the response header that repeats it. */
  requestId: { pointer: string; header: string } | null;
  /** Where an error says, besides `Retry-After`, after how many milliseconds to come again. */
  retryAfterMs: string | null;
  /** Refused before anything was done; asked after the conflict and the other refusals. */
  validation: Refusal;
  /** `null` where the API has no authentication. */
  authentication: Refusal | null;
  /** Refusals that ask to come again later; obeyed, within the budget. */
  rateLimited: Refusal;
}

/** The list that shows which resources exist, independent of the replies. */
export interface ListObserver {
  path: string;
  /** Extra query members, e.g. a kind. */
  query: Record<string, string>;
  pageSize: { query: string; value: number } | null;
  /** Pointer to the array of resources; `''` when the answer is the array, `null` for the first array in it. */
  items: string | null;
  cursor: { query: string; next: string } | null;
  /** Pointers inside one resource. */
  id: string;
  kind: { pointer: string; value: string } | null;
  /** Where the nonce that every generated body carries can be read back. */
  nonce: string | null;
}

/** An upload endpoint that recognises bytes it has seen: multipart, one file. */
export interface UploadRules {
  method: string;
  path: string;
  /** Name of the multipart part that holds the file. */
  part: string;
  /** Kinds of files that it takes and that the suite can make. */
  types: ('png' | 'pdf')[];
  success: number[];
  /** Pointers to the file's id and to the boolean that says it was there already. */
  id: string;
  duplicate: string;
}

/** Events that tell a receiver that a resource is finished. */
export interface WebhookRules {
  /** Pointer to the request member that names the receiver. */
  callback: string;
  /** Pointers inside an event: its own id, its type, the id of the resource. */
  id: string;
  type: string;
  resource: string;
  /** The types of which a finished resource has one. */
  types: string[];
  /** HMAC-SHA256 in hex over `{timestamp}.{raw body}`; `tolerance` is in seconds. `null`: unsigned. */
  signature: { header: string; prefix: string; timestamp: string; tolerance: number } | null;
  /** Seconds after a delivery that was not acknowledged, until it comes again. */
  retries: number[];
}

/** Another documented endpoint, used to show what the key does not reach. */
export interface OtherEndpoint {
  method: string;
  path: string;
  /** Bodies it accepts; two or more, where they lead to different resources, show whether a key joins them. */
  bodies: JsonObject[];
  /** Pointer to the id in a success. */
  id: string;
}

export interface Contract {
  /** Name as given to `--contract`. */
  name: string;
  /** Version of the API that is described. */
  version: string;
  title: string;
  /** Ids of the requirements that are judged; all others are observed. Absent: all are judged. */
  judged?: string[];
  /** Prefix of every path, e.g. `/v1`. */
  basePath: string;
  /** Hosts that are refused without `--allow-production`. */
  productionHosts: string[];
  authentication: { header: string; prefix: string } | null;
  /** Headers sent with every request. */
  headers: Record<string, string>;
  key: KeyRule;
  /** What keeps equal keys apart, besides the endpoint: the credential, or the whole account. */
  scope: 'credential' | 'account' | null;
  /** What the server compares: raw bytes, the JSON value, or nothing. */
  fingerprint: 'bytes' | 'value' | 'none' | null;
  /** The write under test. */
  create: {
    method: string;
    path: string;
    /** JSON Schema files, relative to the contract. */
    request: string;
    resource: string | null;
    success: number[];
    /** Pointer to the resource's id in a success. */
    id: string;
    /** Pointers to members that a replay may not change. */
    immutable: string[];
    /** Pointer to the echo of the request in the resource. */
    echo: string | null;
    /** Pointer to the string member of the request whose beginning holds the nonce. `null`: there is none. */
    nonce: string | null;
    /** Pointers to members of which at most one may stand in a request. */
    exclusive: string[][];
    /**
     * Pointers to members that hold ids of other resources; left out unless `fixtures` gives values.
     * `-` stands for every element of an array.
     */
    references: string[];
    /** Headers that lengthen the request's running time, so that duplicates meet it in flight. */
    lengthen: Record<string, string> | null;
  };
  replay: ReplayRule;
  /** `null`: this API never refuses another body. */
  conflict: Refusal | null;
  errors: ErrorRules;
  inFlight: InFlightRule | null;
  /** Seconds within which asking again must end in a final answer. */
  finalWithin: number;
  /** Seconds within which an effect shows in the list. */
  visibleWithin: number;
  /** Seconds for which a key is remembered at least. */
  retention: { atLeast: number | null };
  limits: {
    /** Requests a minute. `null`: none known. */
    perMinute: number | null;
    /** Resources that may be unfinished at the same time. */
    unfinished: number | null;
  };
  effects: { list: ListObserver | null };
  /** `{id}` stands for the resource's id. */
  get: { path: string } | null;
  cancel: { method: string; path: string; body: JsonObject | null; success: number[] } | null;
  /** Where the resource says how far it is. */
  status: { pointer: string; terminal: string[] } | null;
  otherEndpoints: OtherEndpoint[];
  uploads: UploadRules | null;
  webhooks: WebhookRules | null;
  /** Where the API documents what a requirement says, by requirement id or chapter. */
  sources?: Record<string, { name: string; url: string }[]>;
  /** Ids of resources that exist on the target, by the pointers of `references`: `{"/brand_kit_id": ["bk_…"]}`. */
  fixtures: Record<string, Json[]>;
}
