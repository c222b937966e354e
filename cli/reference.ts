/** `idem-conformance reference`: serves the bundled reference until it is interrupted. */
import { once } from 'node:events';
import { startReference } from '../reference/server/start.js';
import { UsageError } from '../run/options.js';

export async function serveReferenceVerb(flags: { port?: string; fault?: string }): Promise<number> {
  const { port, fault } = flags;
  if (port !== undefined && !/^\d+$/.test(port)) throw new UsageError(`--port ${port} is no port number.`);
  const reference = await startReference({
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(fault === undefined ? {} : { fault }),
  }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  const [first, second] = reference.keys;
  // Before anything is printed: who reads it may answer with the signal at once.
  const end = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  process.stdout.write(
    `The reference server listens at ${reference.url}${fault === undefined ? '' : `, with the fault ${fault}`}\n` +
      `Its API keys are for demonstration only:\n  IDEM_API_KEY=${first}\n  IDEM_API_KEY_2=${second}\nCtrl-C ends it.\n`,
  );
  // The server's thread does not keep the process alive; waiting for the signal does.
  const alive = setInterval(() => {}, 60_000);
  await end;
  clearInterval(alive);
  await reference.close();
  return 0;
}
