/** Commands that the user gives: what they are run with. */

/** Variables that belong to whatever runs the suite, and would change how a Node program starts. */
const OWN = /^(NODE_OPTIONS|NODE_V8_COVERAGE|VITEST|JEST|TEST|npm_)/;

/** The suite's environment without what concerns only the suite. */
export function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !OWN.test(name)));
}
