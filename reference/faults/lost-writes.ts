/** Faults of the store of resources: one is acknowledged, replayed from its record, and gone. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Behaviour } from '../server/behaviour.js';
import type { Resource } from '../server/resource.js';
import type { Resources } from '../server/resources.js';
import type { Fault } from './fault.js';
import { hasList } from './where.js';

/** Resources of which one is lost. */
const ONE_IN = 50;

export const lostWriteFaults: Fault[] = [
  losing('one-write-in-fifty-lost', 'One acknowledged resource in fifty is gone: not listed, not found.', () => ({
    isLost: ({ sequence }) => sequence % ONE_IN === ONE_IN - 1,
  })),
  losing('storm-loses-write', 'What a storm on one key made is gone: not listed, not found.', (correct, lose) => ({
    work: () => sleep(20),
    inFlight: (encounter) => {
      lose(encounter.entry.binding.id, encounter.resources);
      return correct.inFlight(encounter);
    },
  })),
  losing(
    'hang-up-loses-write',
    'What a request made whose client hung up is gone, though its retry is answered with it.',
    (correct, lose) => {
      let all: Resources | null = null;
      return {
        work: () => sleep(20),
        find: (records, request, resources) => {
          all = resources;
          return correct.find(records, request, resources);
        },
        onHangUp: ({ scope, key }, records) => {
          const id = records.get(scope, key)?.binding.id;
          if (id !== undefined && all !== null) lose(id, all);
        },
      };
    },
  ),
];

/** What differs in the server, and which resources are lost by what they are. */
type Losing = Partial<Behaviour> & { isLost?(resource: Resource): boolean };

function losing(
  name: string,
  sentence: string,
  lossesOf: (correct: Behaviour, lose: (id: string, resources: Resources) => void) => Losing,
): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    // Which resources are lost depends on how requests fall in time.
    timing: true,
    breaks: ['LOST-11'],
    follows: ['REPLAY-11'],
    applies: hasList,
    deviation: (correct) => {
      const lost = new WeakSet<Resource>();
      const { isLost, ...rest } = lossesOf(correct, (id, resources) => {
        const resource = resources.get(id);
        if (resource !== undefined) lost.add(resource);
      });
      const isThere = (one: Resource) => one.made !== 'create' || !(lost.has(one) || isLost?.(one) === true);
      return {
        ...rest,
        lists: (one, owner, at) => isThere(one) && correct.lists(one, owner, at),
        gets: (one, owner, at) => isThere(one) && correct.gets(one, owner, at),
      };
    },
  };
}
