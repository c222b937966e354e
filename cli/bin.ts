#!/usr/bin/env node
/** The command. */
import { ownError } from './own-error.js';

/** Milliseconds that the process has to end by itself once its work is done. */
const LINGER_MS = 500;

// A reader that closes the pipe (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// What nobody foresaw is the suite's own error: Node would end with 1, which means 'violated', or silently with 13.
process.exitCode = 4;
process.once('uncaughtException', (error) => {
  process.off('exit', unfinished);
  // The verdict is out: what a target or a sender of webhooks keeps open must not hold the process.
  setTimeout(() => process.exit(), LINGER_MS).unref();
  process.stderr.write(ownError(error));
  process.exit(4);
});
const unfinished = () => process.stderr.write(ownError('It stopped half-way, with nothing left to wait for.'));
process.once('exit', unfinished);

// Loaded only now, so that a package that is not whole is reported in the same way.
const { main } = await import('./main.js');
process.exitCode = await main(process.argv, process.env);
process.off('exit', unfinished);
// The verdict is out: what a target or a sender of webhooks keeps open must not hold the process.
setTimeout(() => process.exit(), LINGER_MS).unref();
