/** Wrong usage, in the words of the reader: each option is named as the reader wrote it. */

/** How an option is named for a reader, by its member of `RunOptions`: `maxRequests`, or `--max-requests`. */
export type NameOf = (member: string) => string;

/** Where options come from: how they are named there, and what a rerun command carries besides them. */
export interface Front {
  nameOf: NameOf;
  /** Words of the command line, e.g. `--api-key-env MINE`. */
  rerun: string[];
  /** Whether an option comes from a configuration file that nobody named. */
  isFromFile?(member: string): boolean;
}

/** Options of the library are named as they are. */
export const library: Front = { nameOf: (member) => member, rerun: [] };

/** A place in a message that names an option. */
export function option(member: string): string {
  return `{option ${member}}`;
}

/** Fills in the names of options. */
function named(template: string, nameOf: NameOf): string {
  return template.replace(/\{option ([\w.]+)\}/g, (_, member: string) => nameOf(member));
}

/** Something in the options is wrong; nothing was sent. The message names options as members of `RunOptions`. */
export class UsageError extends Error {
  override name = 'UsageError';

  /** @param template a sentence in which `option()` names options */
  constructor(readonly template: string) {
    super(named(template, library.nameOf));
  }

  /** The sentence for a reader who wrote the options in another way. */
  as(nameOf: NameOf): string {
    return named(this.template, nameOf);
  }
}
