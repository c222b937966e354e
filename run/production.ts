/** The one guard of production: whatever sends, by whatever way, asks it first. */
import { hostOf, isAmong } from '../contracts/hosts.js';
import { contractNames, type LoadedContract, loadContract } from '../contracts/load.js';
import { option, UsageError } from './options/usage.js';

/** What sends, and where to. */
interface Sending {
  targets?: string[] | undefined;
  webhooks?: { url?: string | undefined } | undefined;
  allowProduction?: boolean | undefined;
}

/**
 * Throws `UsageError` where a target, the token endpoint, or the address that webhooks are delivered to is a production host: of the
 * contract, or of one that ships.
 */
export function refuseProduction(sending: Sending, { contract }: LoadedContract): void {
  const { targets = [], webhooks, allowProduction } = sending;
  if (allowProduction === true) return;
  const token = contract.authentication?.token?.url ?? '/';
  const addresses = [
    ...targets,
    ...(webhooks?.url === undefined ? [] : [webhooks.url]),
    // The bundled reference gives its tokens itself.
    ...(token.startsWith('/') || targets.length === 0 ? [] : [token]),
  ];
  if (addresses.length === 0) return;
  for (const { name, productionHosts } of [contract, ...contractNames().map((one) => loadContract(one).contract)]) {
    const address = addresses.find((one) => isAmong(one, productionHosts));
    if (address === undefined) continue;
    throw new UsageError(
      `${hostOf(address)} is a production host of the contract '${name}', and a run creates many resources there. ` +
        `Nothing was sent. Use a staging host, or ${option('allowProduction')} if you mean it.`,
    );
  }
}
