/** `idem-conformance reference`: serves the bundled reference until it is interrupted. */
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { DEFAULT_CONTRACT, loadOperations } from '../contracts/load.js';
import { startReference } from '../reference/server/start.js';
import { UsageError } from '../run/options/usage.js';

export interface ReferenceFlags {
  port?: string;
  fault?: string;
  contract?: string;
}

/** Of the variables of the two credentials. */
const ENDINGS = ['', '_2'];

export async function serveReferenceVerb({ port, fault, contract }: ReferenceFlags): Promise<number> {
  if (port !== undefined && !/^\d+$/.test(port))
    throw new UsageError(`--port ${port} is not a port number: give a whole number from 0 to 65535.`);
  const served = contract ?? DEFAULT_CONTRACT;
  const contracts = loadOperations(served).map(({ contract }) => contract);
  const authentication = contracts.find((one) => one.authentication !== null)?.authentication ?? null;
  const titles = [...new Set(contracts.map(({ title }) => title))].join(', ');
  const reference = await startReference({
    contract: served,
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(fault === undefined ? {} : { fault }),
  }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  const exported =
    (authentication?.token?.url ?? null) === null
      ? reference.keys.map((key, n) => `IDEM_API_KEY${ENDINGS[n]}=${key}`)
      : reference.clients.map(
          ({ id, secret }, n) => `IDEM_CLIENT_ID${ENDINGS[n]}=${id} IDEM_CLIENT_SECRET${ENDINGS[n]}=${secret}`,
        );
  // Before anything is printed: who reads it may answer with the signal at once.
  const end = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  const named = existsSync(served) ? `'${served}'` : served;
  const credentials =
    authentication === null ? '' : `Its credentials are for demonstration only:\n  export ${exported.join(' ')}\n`;
  process.stdout.write(
    `The reference server listens at ${reference.url}${fault === undefined ? '' : `, with the fault ${fault}`}\n` +
      `It serves ${titles}.\n${credentials}Test it with:\n` +
      `  npx idem-conformance --target ${reference.url} --contract ${named}\nCtrl-C ends it.\n`,
  );
  // The server's thread does not keep the process alive; waiting for the signal does.
  const alive = setInterval(() => {}, 60_000);
  await end;
  clearInterval(alive);
  await reference.close();
  return 0;
}
