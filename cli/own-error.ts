/** What is said of an error that is nobody else's; it comes with exit code 4. */

export function ownError(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `idem-conformance: an error of the suite itself, please report it.\n${stack}\n`;
}
