/** Faults of contracts whose resources are named outside the body, or nowhere. */
import type { Contract } from '../../contracts/contract.js';
import type { Behaviour } from '../server/behaviour.js';
import { idHeader, showsBody } from '../server/id-header.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { all, answersRepeats, contractHas } from './where.js';

const isNamedByHeader = ({ create }: Contract) => create.id !== null && typeof create.id === 'object';

export const namingFaults: Fault[] = [
  {
    ...byHeader(
      'replay-names-another',
      'The header of a replay names a resource that does not exist.',
      (headers, world) => ({
        ...headers,
        ...idHeader(world.contract.create.id, String(world.newId()), world.contract),
      }),
    ),
    breaks: ['REPLAY-1'],
    follows: [
      ...['CREATE-3', 'CREATE-5', 'REPLAY-4', 'REPLAY-5', 'REPLAY-6', 'REPLAY-7', 'REPLAY-8', 'REPLAY-11', 'REPLAY-15'],
      ...['CONFLICT-6', 'CONFLICT-7', 'STORM-1', 'STORM-6', 'STORM-7', 'STORM-9', 'HEADER-2', 'RETENTION-1'],
      ...['LOST-1', 'LOST-2', 'LOST-3', 'LOST-5', 'LOST-6', 'LOST-7', 'LOST-11', 'RETENTION-2', 'RETENTION-3'],
    ],
  },
  {
    ...byHeader(
      'replay-without-id-header',
      'A replay lacks the header that names its resource.',
      (headers, { contract }) => {
        const [name = ''] = Object.keys(idHeader(contract.create.id, 'any', contract));
        const { [name]: _id, ...others } = headers;
        return others;
      },
    ),
    breaks: ['CREATE-4'],
    // In a storm, where others are answered with the resource.
    follows: ['STORM-3'],
  },
  {
    name: 'replay-with-a-body',
    sentence: 'A replay has a body, though the first answer had none.',
    kind: 'fault',
    breaks: ['REPLAY-2'],
    applies: all(
      answersRepeats,
      contractHas(
        (contract) => contract.create.id === null && contract.create.immutable.includes('') && !showsBody(contract),
      ),
    ),
    deviation: (correct) => ({
      renderSuccess: (body, view) =>
        view === 'replayed'
          ? { contentType: 'application/json', text: '{"replayed":true}' }
          : correct.renderSuccess(body, view),
    }),
  },
];

/** Other headers of a replay. */
function byHeader(
  name: string,
  sentence: string,
  change: (headers: Record<string, string>, world: World) => Record<string, string>,
): Pick<Fault, 'name' | 'sentence' | 'kind' | 'applies' | 'deviation'> {
  return {
    name,
    sentence,
    kind: 'fault',
    applies: all(answersRepeats, contractHas(isNamedByHeader)),
    deviation: (correct, world): Partial<Behaviour> => ({
      resourceHeaders: (resource, view) => {
        const headers = correct.resourceHeaders(resource, view);
        return view === 'replayed' ? change(headers, world) : headers;
      },
    }),
  };
}
