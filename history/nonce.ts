/** What a nonce looks like: it marks the bodies of one logical operation, and the resource that they make echoes it. */

/** At the beginning of the contract's nonce member. */
export const NONCE = /^idem-[0-9a-f]{12}/;

/** What stands for it in a query member that a user writes into a contract. */
export const NONCE_PLACEHOLDER = '{nonce}';

/** Anywhere, for bodies that are malformed. */
export const NONCE_ANYWHERE = /idem-[0-9a-f]{12}/;

/** All of a text. */
export const EVERY_NONCE = /idem-[0-9a-f]{12}/g;
