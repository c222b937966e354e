/**
 * A contract: what one write of an API promises about idempotency, as data, so that another API is another file and
 * no other code. `null` always means 'the documentation does not say': such a member is observed and never judged.
 *
 * Members are declared in contract.schema.json and nowhere else; the types are generated from it.
 */
import type { Contract as Stated } from './contract.generated.js';

/**
 * `inForm` follows from `create.body`: the key is a member of a form, and so always a string. So does `files`: places of a
 * multipart body that hold the contents of files, by the request schema, with their media types.
 */
export type Contract = Stated & { key: { inForm?: true }; create: { files?: Record<string, string> } };
export type { Json, JsonObject } from './json.js';

export type KeyRule = Contract['key'];
/** A value that goes with the key. */
export type Companion = Contract['companions'][number];
/** A refusal that can be recognised by its status and, where given, a value inside its JSON body. */
export type Refusal = NonNullable<Contract['conflict']>;
/** The list that shows which resources exist, independent of the replies. */
export type ListObserver = NonNullable<Contract['effects']['list']>;
/** A number that each effect raises. */
export type CounterObserver = NonNullable<Contract['effects']['counter']>;
/** How the next page of the list is reached. */
export type Pages = NonNullable<ListObserver['pages']>;
export type UploadRules = NonNullable<Contract['uploads']>;
export type WebhookRules = NonNullable<Contract['webhooks']>;
/** Another documented endpoint, used to show what the key does not reach. */
export type OtherEndpoint = Contract['otherEndpoints'][number];
