// biome-ignore-all format: generated
/** Generated from contract.schema.json by `npm run generate`: change the schema instead. */
import type { Json, JsonObject } from './json.js';

/**
 * What one write of an API promises about idempotency. A member that is left out has its default; null means that the documentation does not say: what is seen is reported, and not judged.
 */
export interface Contract {
  /**
   * Name of the contract. Left out: taken from the file's name.
   */
  name: string;
  /**
   * Version of the API that is described.
   */
  version: string;
  /**
   * One line for people. Left out: method and path of the write.
   */
  title: string;
  /**
   * What the write makes, as a noun: 'payment'.
   */
  resource: string;
  /**
   * Where the documentation makes each promise, by requirement id or chapter.
   */
  sources: {
    [k: string]: {
      /**
       * Name of the page or section.
       */
      name: string;
      /**
       * Its address.
       */
      url: string;
    }[];
  };
  /**
   * What this API promises with another force than usual, by requirement id.
   */
  levels: {
    [k: string]: 'MUST' | 'SHOULD' | 'OBSERVE';
  };
  /**
   * Ids of the requirements that are judged, besides those that need no promise; all others are observed. null: all are judged.
   */
  judged: string[] | null;
  /**
   * Prefix of every path, such as /v1.
   */
  basePath: string;
  /**
   * Hosts refused without --allow-production, at any port: api.example.com, or *.example.com for it and every host below it. Those of the contracts that ship are refused, too.
   */
  productionHosts: string[];
  /**
   * How a credential is sent; null: the API has none.
   */
  authentication: {
    /**
     * Header that carries the credential.
     */
    header: string;
    /**
     * What stands before the credential in the header.
     */
    prefix: string;
    /**
     * Query parameter of every request that carries the credential, instead of a header.
     */
    query: string | null;
    /**
     * basic: the credential is user:password, sent as RFC 7617 says, without the prefix; certificate: it is the client certificate alone.
     */
    scheme: 'basic' | 'certificate' | null;
    /**
     * Where the credential comes from, instead of the environment: a command, or an OAuth 2 token endpoint.
     */
    token: {
      /**
       * Shell command that prints an access token, or a JSON object with access_token and expires_in; it runs in the current folder.
       */
      command: string | null;
      /**
       * The same for another account; null: there is none.
       */
      second: string | null;
      /**
       * Token endpoint of OAuth 2 client credentials (RFC 6749, section 4.4): a URL, or a path after basePath at the first target.
       */
      url: string | null;
      /**
       * Scopes that are asked for, separated by spaces; null: none is named.
       */
      scope: string | null;
      /**
       * How the client's id and secret travel to the token endpoint: as HTTP Basic (basic), or as members of the form (body).
       */
      send: 'basic' | 'body';
    } | null;
  } | null;
  /**
   * JavaScript module that signs every request: its default export is a function. Relative to the file that says it; null: requests are not signed.
   */
  sign: string | null;
  /**
   * Headers sent with every request.
   */
  headers: {
    [k: string]: string;
  };
  /**
   * Where the key travels and which keys are legal.
   */
  key: {
    /**
     * Where the key travels.
     */
    in: 'body' | 'header' | 'query' | 'path';
    /**
     * Header name, query parameter, body member, or a JSON Pointer to a member inside another one: /meta/key. In the path, {key} in create.path says where, and the name is not used.
     */
    name: string;
    /**
     * Whether a write without a key is refused.
     */
    required: boolean;
    /**
     * What equal writes without a key come to: a resource each (separate), or one resource (joined).
     */
    keyless: 'separate' | 'joined' | null;
    /**
     * What a key is at another endpoint: nothing, for no other takes keys (none), another key (separate), or the same one (shared), so that its first answer is given there too.
     */
    operations: 'none' | 'separate' | 'shared' | null;
    /**
     * Shortest key in characters.
     */
    minLength: number | null;
    /**
     * Longest key in characters.
     */
    maxLength: number | null;
    /**
     * What every key is, after its prefix: a UUID of any version (uuid), of version 4 or 7, or a ULID.
     */
    format: 'uuid' | 'uuidv4' | 'uuidv7' | 'ulid' | null;
    /**
     * What every key begins with.
     */
    prefix: string | null;
    /**
     * The characters of which a key consists, after its prefix: 0123456789abcdef.
     */
    alphabet: string | null;
    /**
     * Pattern that every key matches.
     */
    pattern: string | null;
    /**
     * How the key stands in a header: bare (none), as an RFC 8941 string (sf-string), or sent as such a string where a bare key is the same key (either).
     */
    quoting: 'none' | 'sf-string' | 'either';
  };
  /**
   * Values that are sent with the key, such as the date on which it was sent first.
   */
  companions: {
    /**
     * Where it travels.
     */
    in: 'header' | 'query' | 'body';
    /**
     * Header name, query parameter, body member, or a JSON Pointer to a member inside another one.
     */
    name: string;
    /**
     * What it is: a date as in HTTP headers, a date by ISO 8601, seconds since 1970, a UUID, any string, or the signature that the module of sign puts in the body; or a string with names of values that setup saves: '{customer}', 'Bearer {consent}'. That goes with every write, also without a key.
     */
    value: string;
    /**
     * Whether it stays the same for all requests of one key (equal), or is new for each of them (fresh).
     */
    repeats: 'equal' | 'fresh';
  }[];
  /**
   * Requests that make what a write needs, such as an order to capture: sent before the write, and never judged.
   */
  setup: {
    /**
     * What messages and reports call it; null: its method and path.
     */
    name: string | null;
    /**
     * How often it is made, for each credential: once (run), for each plan, or for each key (operation), so that the same key always acts on the same resource, and another key on a new one.
     */
    each: 'run' | 'plan' | 'operation';
    /**
     * Method.
     */
    method: string;
    /**
     * Path after basePath; {name} stands for a value that an earlier step saved.
     */
    path: string;
    /**
     * Headers of this request; {name} and {unique} stand for values in them as in body.
     */
    headers: {
      [k: string]: string;
    };
    /**
     * Its body; null: none. In strings {name} stands for a value that an earlier step saved, {unique} for a UUID that is new in every request.
     */
    body: JsonObject | null;
    /**
     * How the body travels; null: as that of the write, or as JSON where that has none.
     */
    bodyType: 'json' | 'form' | null;
    /**
     * Statuses of a success; null: any 2xx. Every other answer stops the run.
     *
     * @minItems 1
     */
    success: number[] | null;
    /**
     * Values of the answer that are used in paths, in companions and in later steps, by the names that stand for them in braces.
     */
    save: {
      [k: string]:
        | string
        | {
            /**
             * Response header that has the value: the last segment of a URL's path, percent-decoded.
             */
            header: string;
            /**
             * Regular expression of which the first group is the value instead, percent-decoded.
             */
            pattern: string | null;
          };
    };
    /**
     * How what it made is taken away at the end of the run; null: it stays.
     */
    cleanUp: {
      /**
       * Method.
       */
      method: string;
      /**
       * Path after basePath, with the saved values.
       */
      path: string;
    } | null;
  }[];
  /**
   * What keeps equal keys apart, besides the endpoint: the credential, or the whole account.
   */
  scope: 'credential' | 'account' | null;
  /**
   * What the server compares to decide that two bodies are the same: raw bytes, the JSON value, or nothing.
   */
  fingerprint: 'bytes' | 'value' | 'none' | null;
  /**
   * What of a repeat may differ from the first request, besides other headers and framing: the query string (query), the parameters of its Content-Type (contentTypeParameters), the case of header names (headerCase). What is left out may be compared. null: not said.
   */
  ignored: ('query' | 'contentTypeParameters' | 'headerCase')[] | null;
  /**
   * The write under test.
   */
  create: {
    /**
     * Name of the operation.
     */
    name: string;
    /**
     * Method of the write.
     */
    method: string;
    /**
     * Path after basePath.
     */
    path: string;
    /**
     * Values of the names in this path and in the others of the contract: customer, for /customers/{customer}/orders.
     */
    parameters: {
      [k: string]: string | number;
    };
    /**
     * How the request body travels: as JSON, as application/x-www-form-urlencoded with members nested as a[b] (form), as multipart/form-data with a part for each of those (multipart), or not at all (none).
     */
    body: 'json' | 'form' | 'multipart' | 'none';
    /**
     * How a form or a multipart body writes an array: a[0]=x (index), a[]=x (brackets), or a=x for every element (repeat). Elements that are not plain values always have an index.
     */
    arrays: 'index' | 'brackets' | 'repeat';
    /**
     * JSON Schema of the request body; null: create.example shows one.
     */
    requestSchema: string | JsonObject | null;
    /**
     * An example of the request body; null: create.requestSchema describes it.
     */
    example: string | JsonObject | null;
    /**
     * JSON Schema of a success; null: not judged.
     */
    resourceSchema: string | JsonObject | null;
    /**
     * Statuses of a first success. Left out: 200 to 203, and 204 where nothing must stand in the body.
     *
     * @minItems 1
     */
    success: number[];
    /**
     * The resource's id in a success: a member of its body, a header, or null where it shows none. Without one, repeats are compared by status and body, and effects decide how often they were carried out.
     */
    id:
      | string
      | {
          /**
           * Response header that names it: the last segment of a URL's path, percent-decoded.
           */
          header: string;
          /**
           * Regular expression of which the first group is the id instead, percent-decoded.
           */
          pattern: string | null;
        }
      | null;
    /**
     * Members of a success that a replay may not change. Left out: the id where it is one; where create.id is null, the whole body ('').
     */
    immutable: string[];
    /**
     * The echo of the request in the resource.
     */
    echo: string | null;
    /**
     * A string member of the request whose beginning may hold a mark that tells one request from another. Left out: the first string member without a pattern, format or choices. null: there is none.
     */
    nonce: string | null;
    /**
     * Members of which no two resources have the same value, so that a second write with it is refused, whatever its key; []: there are none. null: not said. Where there is one, it is the usual nonce.
     */
    unique: string[] | null;
    /**
     * Members of which at most one may stand in a request.
     */
    exclusive: string[][];
    /**
     * Members that hold ids of other resources, left out unless fixtures gives values; '-' stands for every element of an array.
     */
    references: string[];
    /**
     * Headers that lengthen the request's running time, so that duplicates meet it in flight; null: there are none.
     */
    lengthen: {
      [k: string]: string;
    } | null;
  };
  /**
   * How a repeat of a finished request is answered.
   */
  replay: {
    /**
     * With the resource (success), or with an error that points at it (refusal).
     */
    kind: 'success' | 'refusal' | null;
    /**
     * Statuses of a replay. Left out: those of create.success.
     *
     * @minItems 1
     */
    statuses: number[];
    /**
     * Where a refusal names the original resource's id: a member of its body, or a header.
     */
    pointer:
      | string
      | {
          /**
           * Response header that names it: the last segment of a URL's path, percent-decoded.
           */
          header: string;
          /**
           * Regular expression of which the first group is the id instead, percent-decoded.
           */
          pattern: string | null;
        }
      | null;
    /**
     * The value in the body that tells the refusal of a repeat from other answers with these statuses; null: the status decides.
     */
    code: {
      /**
       * Where the code stands in the JSON body.
       */
      pointer: string;
      /**
       * The codes that are meant.
       *
       * @minItems 1
       */
      values: (string | number | boolean)[];
      /**
       * Any string, number or boolean but these values is meant.
       */
      not: boolean;
    } | null;
    /**
     * The response header that tells the refusal of a repeat from other answers with these statuses; null: none does.
     */
    header: {
      /**
       * Name of the response header.
       */
      name: string;
      /**
       * The values that are meant; null: any, the header is there.
       *
       * @minItems 1
       */
      values: (string | number | boolean)[] | null;
    } | null;
    /**
     * A response header that marks a replay.
     */
    marker: {
      /**
       * Header that only a replay has.
       */
      header: string;
      /**
       * Its value; null: any.
       */
      value: string | null;
    } | null;
    /**
     * What becomes of the first answer's headers in a replay; headers of neither kind are free. null: not said.
     */
    headers: {
      /**
       * Headers that a replay has as the first answer had them. Of Content-Type the media type counts.
       */
      equal: string[];
      /**
       * Headers of the first answer that no replay repeats.
       */
      fresh: string[];
    } | null;
  };
  /**
   * How a write is answered whose work is still to be done, and where its end can be seen: effects count from then on. null: the answer comes when all is done.
   */
  accepted: {
    /**
     * Statuses of an answer that accepts a write.
     *
     * @minItems 1
     */
    statuses: number[];
    /**
     * Where such an answer has the URL that shows the write's status to a GET: a header, or a place in the body.
     */
    url: {
      /**
       * Name of the header, such as Location.
       */
      header: string | null;
      /**
       * Its place in the body.
       */
      pointer: string | null;
    };
    /**
     * The status inside the answer of that URL.
     */
    status: string;
    /**
     * Statuses of a write that has had its effect.
     *
     * @minItems 1
     */
    done: string[];
    /**
     * Statuses of a write that has ended without effect.
     */
    failed: string[];
  } | null;
  /**
   * The write takes several items in one request, each with a key of its own, and answers a result for each of them. What else the contract says of bodies and answers is about one item. null: a request is one write.
   */
  batch: {
    /**
     * Where the array of items stands in the request; '' when the body is the array.
     */
    items: string;
    /**
     * Where the array of results stands in the answer; '' when the answer is the array. An answer without it is about every item.
     */
    results: string;
    /**
     * Where a result repeats the key of its item; null: results stand in the order of the items.
     */
    key: string | null;
    /**
     * Where a result has an HTTP status of its own; null: it has that of the answer, as where nothing stands there.
     */
    status: string | null;
    /**
     * Where the resource, or the refusal, stands in a result; '' when the result is it, as where nothing stands there.
     */
    body: string;
    /**
     * Items in one request. Those beside the one that is tested are new in every request.
     */
    size: number;
  } | null;
  /**
   * Which outcomes are stored, so that a repeat gets them again: success, clientErrors (4xx), serverErrors (5xx). What is left out leaves the key free. null: not said.
   */
  stored: ('success' | 'clientErrors' | 'serverErrors')[] | null;
  /**
   * How a known key with another body is refused; null: no refusal is documented.
   */
  conflict: {
    /**
     * Statuses of the refusal.
     *
     * @minItems 1
     */
    statuses: number[];
    /**
     * The value in the body that tells it from other refusals with these statuses; null: the status decides.
     */
    code: {
      /**
       * Where the code stands in the JSON body.
       */
      pointer: string;
      /**
       * The codes that are meant.
       *
       * @minItems 1
       */
      values: (string | number | boolean)[];
      /**
       * Any string, number or boolean but these values is meant.
       */
      not: boolean;
    } | null;
    /**
     * The response header that tells it from other answers with these statuses; null: none does.
     */
    header: {
      /**
       * Name of the response header.
       */
      name: string;
      /**
       * The values that are meant; null: any, the header is there.
       *
       * @minItems 1
       */
      values: (string | number | boolean)[] | null;
    } | null;
  } | null;
  /**
   * What the endpoint's errors look like.
   */
  errors: {
    /**
     * Media type of every 4xx and 5xx; null: not judged.
     */
    mediaType: string | null;
    /**
     * JSON Schema of every 4xx and 5xx; null: not judged.
     */
    schema: string | JsonObject | null;
    /**
     * Where an error names its request.
     */
    requestId: {
      /**
       * The request id inside the error.
       */
      pointer: string;
      /**
       * The response header that repeats it.
       */
      header: string;
    } | null;
    /**
     * Where an error says, besides Retry-After, after how many milliseconds to come again.
     */
    retryAfterMs: string | null;
    /**
     * Refused before anything was done.
     */
    validation: {
      /**
       * Statuses of the refusal.
       *
       * @minItems 1
       */
      statuses: number[];
      /**
       * The value in the body that tells it from other refusals with these statuses; null: the status decides.
       */
      code: {
        /**
         * Where the code stands in the JSON body.
         */
        pointer: string;
        /**
         * The codes that are meant.
         *
         * @minItems 1
         */
        values: (string | number | boolean)[];
        /**
         * Any string, number or boolean but these values is meant.
         */
        not: boolean;
      } | null;
      /**
       * The response header that tells it from other answers with these statuses; null: none does.
       */
      header: {
        /**
         * Name of the response header.
         */
        name: string;
        /**
         * The values that are meant; null: any, the header is there.
         *
         * @minItems 1
         */
        values: (string | number | boolean)[] | null;
      } | null;
    };
    /**
     * Refused for its credential. Left out: 401 or 403 where the contract has authentication, null where it has none.
     */
    authentication: {
      /**
       * Statuses of the refusal.
       *
       * @minItems 1
       */
      statuses: number[];
      /**
       * The value in the body that tells it from other refusals with these statuses; null: the status decides.
       */
      code: {
        /**
         * Where the code stands in the JSON body.
         */
        pointer: string;
        /**
         * The codes that are meant.
         *
         * @minItems 1
         */
        values: (string | number | boolean)[];
        /**
         * Any string, number or boolean but these values is meant.
         */
        not: boolean;
      } | null;
      /**
       * The response header that tells it from other answers with these statuses; null: none does.
       */
      header: {
        /**
         * Name of the response header.
         */
        name: string;
        /**
         * The values that are meant; null: any, the header is there.
         *
         * @minItems 1
         */
        values: (string | number | boolean)[] | null;
      } | null;
    } | null;
    /**
     * Asked to come again later.
     */
    rateLimited: {
      /**
       * Statuses of the refusal.
       *
       * @minItems 1
       */
      statuses: number[];
      /**
       * The value in the body that tells it from other refusals with these statuses; null: the status decides.
       */
      code: {
        /**
         * Where the code stands in the JSON body.
         */
        pointer: string;
        /**
         * The codes that are meant.
         *
         * @minItems 1
         */
        values: (string | number | boolean)[];
        /**
         * Any string, number or boolean but these values is meant.
         */
        not: boolean;
      } | null;
      /**
       * The response header that tells it from other answers with these statuses; null: none does.
       */
      header: {
        /**
         * Name of the response header.
         */
        name: string;
        /**
         * The values that are meant; null: any, the header is there.
         *
         * @minItems 1
         */
        values: (string | number | boolean)[] | null;
      } | null;
    };
  };
  /**
   * How a duplicate is answered while the first request is still running.
   */
  inFlight: {
    /**
     * Whether the duplicate is held back (wait), refused, or either.
     */
    policy: 'wait' | 'refuse' | 'either';
    /**
     * Statuses of the refusal.
     *
     * @minItems 1
     */
    statuses: number[];
    /**
     * The value in the body that tells it from other refusals with these statuses; null: the status decides.
     */
    code: {
      /**
       * Where the code stands in the JSON body.
       */
      pointer: string;
      /**
       * The codes that are meant.
       *
       * @minItems 1
       */
      values: (string | number | boolean)[];
      /**
       * Any string, number or boolean but these values is meant.
       */
      not: boolean;
    } | null;
    /**
     * The response header that tells it from other answers with these statuses; null: none does.
     */
    header: {
      /**
       * Name of the response header.
       */
      name: string;
      /**
       * The values that are meant; null: any, the header is there.
       *
       * @minItems 1
       */
      values: (string | number | boolean)[] | null;
    } | null;
    /**
     * Milliseconds after the competitor's answer during which a refusal is still legal.
     */
    graceMs: number;
  } | null;
  /**
   * Seconds within which asking again ends in a final answer.
   */
  finalWithin: number;
  /**
   * Seconds within which an effect shows in the list.
   */
  visibleWithin: number;
  /**
   * How long a key is remembered.
   */
  retention: {
    /**
     * Seconds for which a key is remembered at least.
     */
    atLeast: number | null;
  };
  /**
   * What the target bears; null: no limit known.
   */
  limits: {
    /**
     * Requests per minute.
     */
    perMinute: number | null;
    /**
     * Resources that may be unfinished at the same time.
     */
    unfinished: number | null;
  };
  /**
   * How effects are seen, other than by the replies.
   */
  effects: {
    /**
     * How many resources one write makes, as the list, the counter or the command shows them: 2 where a transfer is two entries.
     */
    perWrite: number;
    /**
     * A number that each effect raises, where no list shows resources. What it shows counts in runs that nothing else uses the target of (`exclusive`).
     */
    counter: {
      /**
       * Path of a GET, after basePath.
       */
      path: string;
      /**
       * Query members.
       */
      query: {
        [k: string]: string;
      };
      /**
       * The number in its answer.
       */
      pointer: string;
      /**
       * What one effect adds to it.
       */
      adds: number;
    } | null;
    /**
     * The list that shows which resources exist.
     */
    list: {
      /**
       * Path of the list, after basePath.
       */
      path: string;
      /**
       * Extra query members. `{nonce}` in one of them stands for what create.nonce carries: the list is then asked for each body apart.
       */
      query: {
        [k: string]: string;
      };
      /**
       * How to ask for large pages.
       */
      pageSize: {
        /**
         * Query member for the page size.
         */
        query: string;
        /**
         * The size asked for.
         */
        value: number;
      } | null;
      /**
       * The array of resources; '' when the answer is the array, null for the first array in it.
       */
      items: string | null;
      /**
       * How the next page is reached; null: found out from the answers, where they show it.
       */
      pages: {
        /**
         * cursor: a string in the answer; after: the id of the last resource; page: numbers; offset: how many to leave out; link: the Link header, rel=next; url: a URL in the answer; none: all resources are on one page.
         */
        kind: 'cursor' | 'after' | 'page' | 'offset' | 'link' | 'url' | 'none';
        /**
         * Query member that takes the cursor, the id, the page or the offset; null: it is called by its kind.
         */
        query: string | null;
        /**
         * The next cursor or URL in the answer; null: it is found by its name.
         */
        next: string | null;
        /**
         * Number of the first page.
         */
        first: number;
      } | null;
      /**
       * The id inside one resource. Left out: the last name of create.id, or /id where that is not in the body.
       */
      id: string;
      /**
       * Which resources of the list count; null: all.
       */
      kind: {
        /**
         * Where a resource says what it is.
         */
        pointer: string;
        /**
         * The kind that the write makes.
         */
        value: string;
      } | null;
      /**
       * Where create.nonce can be read back in one resource. Left out: at the same pointer. null: nowhere.
       */
      nonce: string | null;
    } | null;
  };
  /**
   * How one resource is read; null: it cannot be.
   */
  get: {
    /**
     * Path after basePath; {id} stands for the resource's id.
     */
    path: string;
  } | null;
  /**
   * How a resource is cancelled, so that nothing is left behind; null: it cannot be.
   */
  cancel: {
    /**
     * Method.
     */
    method: string;
    /**
     * Path after basePath; {id} stands for the resource's id.
     */
    path: string;
    /**
     * Body; null: none.
     */
    body: JsonObject | null;
  } | null;
  /**
   * Where a resource says how far it is; null: a resource is finished when it is made.
   */
  status: {
    /**
     * The status inside a resource.
     */
    pointer: string;
    /**
     * Values that do not change any more.
     */
    terminal: string[];
  } | null;
  /**
   * Other documented writes, to show what the key does not reach.
   */
  otherEndpoints: {
    /**
     * Method.
     */
    method: string;
    /**
     * Path after basePath.
     */
    path: string;
    /**
     * Bodies it accepts; two or more, where they lead to different resources, show whether a key joins them.
     *
     * @minItems 1
     */
    bodies: JsonObject[];
    /**
     * The id in a success.
     */
    id:
      | string
      | {
          /**
           * Response header that names it: the last segment of a URL's path, percent-decoded.
           */
          header: string;
          /**
           * Regular expression of which the first group is the id instead, percent-decoded.
           */
          pattern: string | null;
        }
      | null;
  }[];
  /**
   * An upload endpoint that recognises bytes it has seen: multipart, one file; null: there is none.
   */
  uploads: {
    /**
     * Method.
     */
    method: string;
    /**
     * Path after basePath.
     */
    path: string;
    /**
     * Multipart part that holds the file.
     */
    part: string;
    /**
     * Kinds of files that it takes and that the suite can make.
     *
     * @minItems 1
     */
    types: ('png' | 'pdf')[];
    /**
     * The file's id.
     */
    id: string;
    /**
     * The boolean that says that the bytes were there already.
     */
    duplicate: string;
  } | null;
  /**
   * Events that report to a receiver that a resource is finished; null: there are none.
   */
  webhooks: {
    /**
     * Request member that names the receiver.
     */
    callback: string;
    /**
     * The event's own id.
     */
    id: string;
    /**
     * The event's type.
     */
    type: string;
    /**
     * The id of the resource that the event is about.
     */
    resource: string;
    /**
     * Event types of which a finished resource has one.
     *
     * @minItems 1
     */
    types: string[];
    /**
     * HMAC-SHA256 in hex over '{timestamp}.{raw body}'; null: unsigned.
     */
    signature: {
      /**
       * Header with the signature.
       */
      header: string;
      /**
       * What stands before the hex digits.
       */
      prefix: string;
      /**
       * Header with the Unix seconds of sending.
       */
      timestamp: string;
      /**
       * Seconds by which the timestamp may be off.
       */
      tolerance: number;
    } | null;
    /**
     * Seconds after a delivery that was not acknowledged, until it comes again.
     */
    retries: number[];
  } | null;
  /**
   * Ids of resources that exist on the target, by the pointers of create.references.
   */
  fixtures: {
    [k: string]: Json[];
  };
}
