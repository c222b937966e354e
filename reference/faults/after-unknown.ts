/** Faults of what follows a first try that failed: its key is refused, or its error stored. */
import type { KeyedRequest } from '../server/behaviour.js';
import { Refusal, unavailable } from '../server/problem.js';
import type { Resources } from '../server/resources.js';
import type { World } from '../server/world.js';
import type { Fault } from './fault.js';
import { all, answersRepeats, contractHas, hasList } from './where.js';

/** New keys of which one fails. */
const ONE_IN = 7;

/** An error is not stored, so that the retry after it is carried out. */
const storesNoErrors = contractHas(({ stored }) => stored !== null && !stored.includes('serverErrors'));

export const afterUnknownFaults: Fault[] = [
  {
    ...failing(
      'committed-then-refused',
      'One first try in seven fails after its resource is made; its key is refused ever after.',
      {
        breaks: 'LOST-8',
        commits: true,
        later: ({ problems }) => problems.malformed('This key was used before.'),
      },
    ),
    applies: all(storesNoErrors, answersRepeats, hasList),
  },
  {
    ...failing('failure-burns-key', 'One first try in seven fails without effect; its key is refused ever after.', {
      breaks: 'LOST-9',
      commits: false,
      later: ({ problems }) => problems.malformed('This key was used before.'),
    }),
    applies: all(storesNoErrors, hasList),
  },
  {
    ...failing('failure-is-stored', 'One first try in seven fails; its error is stored, and answers every retry.', {
      breaks: 'LOST-10',
      commits: false,
      later: () => tryAgain(),
    }),
    applies: storesNoErrors,
  },
];

interface How {
  breaks: string;
  /** Whether the failed try has made its resource. */
  commits: boolean;
  /** How every later request under the key is answered. */
  later(world: World): ReturnType<typeof unavailable>;
}

function failing(name: string, sentence: string, { breaks, commits, later }: How): Fault {
  return {
    name,
    sentence,
    kind: 'fault',
    breaks: [breaks],
    // It takes a proof of four requests, and as long as the contract gives.
    timing: true,
    deviation: (correct, world) => {
      const failed = new Set<string>();
      let keys = 0;
      const make = ({ credential, value, at }: KeyedRequest, resources: Resources) =>
        resources.create('create', correct.ownerOf(credential), correct.echoOf(value), at);
      return {
        find: (records, request, resources) => {
          const name = `${request.scope} ${request.key}`;
          if (failed.has(name)) throw new Refusal(later(world));
          const entry = correct.find(records, request, resources);
          if (entry !== null) return entry;
          keys += 1;
          if (keys % ONE_IN !== 0) return null;
          failed.add(name);
          if (commits) make(request, resources);
          throw new Refusal(tryAgain());
        },
      };
    },
  };
}

/** Asks to come again at once. */
function tryAgain(): ReturnType<typeof unavailable> {
  return { ...unavailable(), retryAfter: 0 };
}
