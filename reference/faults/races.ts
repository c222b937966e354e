/** Faults of the store that show only when requests meet: look-up and insert are two steps. */
import { createHash } from 'node:crypto';
import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import type { Behaviour } from '../server/behaviour.js';
import { internalError, Refusal } from '../server/problem.js';
import type { World } from '../server/world.js';
import { not } from './blind.js';
import type { Fault } from './fault.js';
import { isTextBeyond, somewhere } from './places.js';
import { all, answersRepeats, conflictsStandOut, refusesOtherBodies, showsEffects } from './where.js';

const executedTwice = ['STORM-1', 'STORM-2'];

export const raceFaults: Fault[] = [
  race('race-5ms', 'Look-up and insert are 5 ms apart.', executedTwice, { beforeEffect: () => sleep(5) }),
  race('race-1ms', 'Look-up and insert are 1 ms apart.', executedTwice, { beforeEffect: () => sleep(1) }),
  race('race-one-turn', 'Look-up and insert are one turn of the event loop apart.', executedTwice, {
    beforeEffect: () => turn(),
  }),
  race('race-one-key-in-ten', 'For one key in ten, look-up and insert are 5 ms apart.', executedTwice, {
    beforeEffect: ({ key }) => ((createHash('sha256').update(key).digest()[0] ?? 0) < 26 ? sleep(5) : null),
  }),
  ...[2, 20, 100].map(
    (kilobytes): Fault => ({
      ...race(
        `race-above-${kilobytes}-kilobytes`,
        `For bodies above ${kilobytes} kB, look-up and insert are 5 ms apart.`,
        executedTwice,
        { beforeEffect: ({ bytes }) => (bytes.length > kilobytes * 1024 ? sleep(5) : null) },
      ),
      applies: somewhere(isTextBeyond(kilobytes * 1024)),
    }),
  ),
  race('record-after-effect', 'The record is written 5 ms after the resource was made.', executedTwice, {
    beforeRecord: () => sleep(5),
  }),
  {
    ...race(
      'loser-makes-orphan',
      'The loser of a race makes a resource, and is answered with the winner’s.',
      ['STORM-2'],
      {
        beforeEffect: () => sleep(5),
        onCollision: ({ create, entry }) => {
          create();
          return { kind: 'replayed', id: entry.binding.id };
        },
      },
    ),
    applies: showsEffects,
  },
  race('loser-gets-500', 'The loser of a race is answered with 500.', ['STORM-3'], {
    beforeEffect: () => sleep(5),
    onCollision: () => {
      throw new Refusal(internalError());
    },
  }),
  {
    ...race('loser-gets-conflict', 'The loser of a race gets a conflict for the same body.', ['STORM-3'], (world) => ({
      beforeEffect: () => sleep(5),
      onCollision: () => {
        throw new Refusal(world.problems.conflict());
      },
    })),
    applies: conflictsStandOut,
  },
  {
    ...race(
      'loser-replays-other-body',
      'The loser of a race gets the winner’s resource, whatever its own body.',
      ['STORM-4'],
      {
        beforeEffect: () => sleep(5),
        onCollision: ({ entry }) => ({ kind: 'replayed', id: entry.binding.id }),
      },
    ),
    applies: all(refusesOtherBodies, answersRepeats),
  },
];

function race(
  name: string,
  sentence: string,
  breaks: string[],
  deviation: Partial<Behaviour> | ((world: World) => Partial<Behaviour>),
): Fault {
  const twice = breaks === executedTwice;
  const follows = twice
    ? ['STORM-3', 'STORM-4', 'STORM-6', 'STORM-7', 'STORM-9', 'LOST-1', 'LOST-3', 'REPLAY-3', 'REPLAY-5']
    : ['STORM-4', 'LOST-1', 'LOST-3'].filter((id) => !breaks.includes(id));
  return {
    name,
    sentence,
    kind: 'fault',
    breaks,
    // How many effects there were is seen in a list.
    unless: { 'STORM-2': not(showsEffects) },
    follows,
    timing: true,
    deviation: (_correct, world) => (typeof deviation === 'function' ? deviation(world) : deviation),
  };
}
