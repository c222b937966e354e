#!/usr/bin/env node
/** The command. */
import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';
import { ownError } from './own-error.js';

/** Milliseconds that the process has to end by itself once its work is done. */
const LINGER_MS = 500;

// A reader that closes the pipe (`| head`) and a terminal that is gone are no errors, and a full disk changes no verdict.
process.stdout.once('error', ({ code, message }: NodeJS.ErrnoException) => {
  process.stdout.on('error', () => {});
  if (code !== 'EPIPE' && code !== 'EIO')
    process.stderr.write(`idem-conformance: the output cannot be written: ${message}.\n`);
});
process.stderr.on('error', () => {});

// What nobody foresaw is the suite's own error: Node would end with 1, which means 'violated', or silently with 13.
process.exitCode = 4;
process.once('uncaughtException', (error) => {
  process.off('exit', unfinished);
  process.stderr.write(ownError(error));
  process.exit(4);
});
const unfinished = (code: number) => {
  if (code === 4) process.stderr.write(ownError('It stopped half-way, with nothing left to wait for.'));
};
process.once('exit', unfinished);

// Node aborts when it cannot restore a terminal that was closed meanwhile. No setting of it was changed, and what is closed
// is left alone.
const terminals = [0, 1, 2].filter((fd) => isatty(fd));
process.on('exit', () => {
  for (const fd of terminals) closeSync(fd);
});

// Loaded only now, so that a package that is not whole is reported in the same way.
const { main } = await import('./main.js');
process.exitCode = await main(process.argv, process.env);
process.off('exit', unfinished);
// The verdict is out: what a target or a sender of webhooks keeps open must not hold the process.
setTimeout(() => process.exit(), LINGER_MS).unref();
