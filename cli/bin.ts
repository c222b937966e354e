#!/usr/bin/env node
/** The command. */
import { main } from './main.js';

// A reader that closes the pipe (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv, process.env);
