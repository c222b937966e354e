/** BATCH: several writes in one request. That an item is repeated in other company is part of every other chapter. */
import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { create, plan, SETTLED_MS, send, slot, storm, wait } from '../generators/plans.js';
import type { CreateAttempt, Step, Storm } from '../history/plan.js';
import type { Reading } from '../history/reading.js';
import { anotherBody } from './drawn.js';
import { edited } from './edited.js';
import { keysAnswered, successes } from './exercised.js';
import { noConflicts } from './mismatch.js';
import { conflictsAreSeen, sameAsARepeat } from './prerequisites.js';
import type { Chapter } from './requirement.js';
import { bugClass } from './sources.js';

/** Why no two attempts can be items of one request, or `null`. */
function noBatch({ batch }: Contract): string | null {
  if (batch === null) return 'a request is one write';
  return batch.size < 2 ? 'a batch has one item' : null;
}

/** Attempts as items of one batch. */
function together([first, ...others]: [CreateAttempt, ...CreateAttempt[]]): Storm {
  return storm([first, ...others.map((one): CreateAttempt => ({ ...one, joins: true }))]);
}

/** Whether an answer about two items of one batch came, be it a refusal of the whole. */
function isShared({ exchange }: Reading): boolean {
  return exchange.batch?.shared === true && exchange.outcome.kind === 'answer';
}

export const chapter: Chapter = {
  name: 'BATCH',
  title: 'Several writes in one request',
  requirements: [
    {
      id: 'BATCH-1',
      level: 'MUST',
      title: 'An item that stands twice in a batch makes one resource',
      statement:
        'A batch that holds an item twice, with the same key and body, leaves one {resource}. Both results name it; or one of them, or the whole batch, is refused.',
      sources: [bugClass(62, 'a batch under one key')],
      skip: noBatch,
      byEffects: 'also',
      standsOn: [sameAsARepeat, { ...sameAsARepeat, on: ['STORM-1'] }],
      plans: (source) =>
        plan(source, 2, ({ one }) =>
          fc.constant(
            [0, 1].flatMap((n): Step[] => {
              const item = create(slot(n), { ...one, operation: n });
              return [together([item, item]), wait(SETTLED_MS), send(item)];
            }),
          ),
        ),
      exercised: (readings) => readings.some(isShared) && successes(readings).length > 0,
    },
    {
      id: 'BATCH-2',
      level: 'MUST',
      title: 'A refused item leaves the other items of its batch alone',
      statement:
        'Where an item of a batch is refused for another body under its key, each other item is carried out once at most, however often the batch is sent: none is repeated, and none that was acknowledged is undone.',
      sources: [bugClass(62, 'a batch under one key')],
      skip: (contract) => noBatch(contract) ?? noConflicts(contract),
      byEffects: 'also',
      standsOn: [conflictsAreSeen('BATCH-2'), sameAsARepeat],
      plans: (source) =>
        fc.boolean().chain((isFirst) =>
          edited(source, (one, other) => {
            const refused = create(slot(0), other);
            const neighbour = create(slot(1), { ...one, operation: 1 });
            const items: [CreateAttempt, CreateAttempt] = isFirst ? [refused, neighbour] : [neighbour, refused];
            return [
              send(create(slot(0), one)),
              wait(SETTLED_MS),
              { ...together(items), times: 2 },
              wait(SETTLED_MS),
              send(neighbour),
            ];
          }),
        ),
      draws: anotherBody,
      exercised: (readings) => readings.some(isShared) && keysAnswered(readings) > 1,
    },
  ],
};
