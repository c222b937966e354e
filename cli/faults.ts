/** `idem-conformance faults`: the catalogue of deliberate faults and permitted variations. */
import { contractNames, loadContract } from '../contracts/load.js';
import { appliesTo, faults } from '../reference/faults/index.js';

/** One line for each: what it does, what it breaks, and for which of the contracts that ship it makes a difference. */
export function faultsText(): string {
  const contracts = contractNames().map((name) => loadContract(name));
  return faults
    .map((fault) => {
      const { name, kind, sentence, breaks } = fault;
      const where = contracts.filter((loaded) => appliesTo(fault, loaded)).map(({ contract }) => contract.name);
      const broken = breaks.length > 0 ? ` (${breaks.join(', ')})` : '';
      return `${name.padEnd(34)} ${kind.padEnd(9)} ${sentence}${broken} [${where.join(', ')}]\n`;
    })
    .join('');
}
