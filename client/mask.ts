/** Takes secrets out of whatever is kept. The idempotency key is no secret and stays readable. */

export class Mask {
  readonly #secrets: string[];

  /** Secrets of fewer than four characters cannot be told from other text. */
  constructor(secrets: (string | undefined)[]) {
    const long = secrets.filter((secret) => secret !== undefined && secret.length >= 4) as string[];
    // The longest first: one may be the beginning of another, whose rest would stay readable.
    this.#secrets = long.sort((a, b) => b.length - a.length);
  }

  text(text: string): string {
    return this.#secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }

  headers(headers: [string, string][]): [string, string][] {
    return headers.map(([name, value]) => [name, this.text(value)]);
  }

  record(headers: Record<string, string>): Record<string, string> {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.text(value)]));
  }
}
