/** What every verb is given, and gives back. */
import type { NameOf } from '../run/options/usage.js';
import { type FromFile, type Given, nameOnCommandLine, readOptions, type Words } from './options.js';

/** A command under way. */
export class Job {
  exitCode = 0;
  /** How a message names an option. */
  nameOf: NameOf = nameOnCommandLine;

  constructor(readonly environment: NodeJS.ProcessEnv) {}

  /** Options of the command line and the configuration file; messages name them as they stand there from now on. */
  options(words: Words, fromFile?: FromFile): Given {
    const given = readOptions(words, this.environment, fromFile);
    this.nameOf = given.front.nameOf;
    return given;
  }

  /** For commander: does the work, and keeps the exit code that it gives. */
  action<Given extends unknown[]>(work: (...given: Given) => number | Promise<number>) {
    return async (...given: Given): Promise<void> => {
      this.exitCode = await work(...given);
    };
  }
}
