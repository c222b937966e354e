/**
 * What stands in results for a secret: which kind it is (`secret` for an API key, `header` for a header that the user
 * gave, `cookie` for what an answer set, `signature` for what signed a request), a short hash with a salt of the run, and one of the spelling where it has
 * another than the usual.
 */
export const MASKED = /‹(secret|header|cookie|signature) ([0-9a-f]{4,})(?:\/[0-9a-f]{4,})?›/;
