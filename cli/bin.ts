#!/usr/bin/env node
/** The command. */
import { main, OWN_ERROR } from './main.js';

// A reader that closes the pipe (`| head`) is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// What nobody foresaw is the suite's own error: Node would end with 1, which means 'violated', or silently with 13.
process.exitCode = 4;
process.once('uncaughtException', (error) => {
  process.stderr.write(`${OWN_ERROR}\n${error.stack ?? error}\n`);
  process.exit(4);
});
const unfinished = () => process.stderr.write(`${OWN_ERROR} It stopped half-way, with nothing left to wait for.\n`);
process.once('exit', unfinished);

process.exitCode = await main(process.argv, process.env);
process.off('exit', unfinished);
