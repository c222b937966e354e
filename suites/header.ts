/** HEADER: a key in the header that the contract does not read. */

import fc from 'fast-check';
import type { Contract } from '../contracts/contract.js';
import { isInHeader } from '../contracts/key.js';
import { absent, create, nullKey, plan, send, slot } from '../generators/plans.js';
import type { KeyUse } from '../history/plan.js';
import { headed, settled, succeeded } from './exercised.js';
import { keylessRuledOut } from './keyless.js';
import { sameAsARepeat } from './prerequisites.js';
import { withHeader } from './requests.js';
import type { Chapter } from './requirement.js';
import { bugClass } from './sources.js';

function keysInHeader({ key }: Contract): string | null {
  return isInHeader(key) ? 'the contract keeps its key in a header' : null;
}

export const chapter: Chapter = {
  name: 'HEADER',
  title: 'The key in a header',
  requirements: [
    {
      id: 'HEADER-1',
      level: 'SHOULD',
      apart: true,
      title: 'A key in a header that the contract does not use is ignored',
      statement:
        'The header `Idempotency-Key` alone, without a key where the contract has it, joins nothing and refuses nothing.',
      sources: [bugClass(36, 'the key is in a place that the server ignores')],
      skip: (contract) => keysInHeader(contract) ?? keylessRuledOut(contract),
      plans: (source) =>
        plan(source, 1, ({ one, other }) =>
          fc.constantFrom<KeyUse[]>([absent, nullKey], [nullKey, absent], [absent, absent]).map(([first, second]) => [
            // Without the header: what is refused then is not refused because of it.
            send(create(first as KeyUse, one)),
            send(withHeader(create(first as KeyUse, { ...one, operation: 2 }), 0)),
            send(withHeader(create(first as KeyUse, { ...one, operation: 2 }), 0)),
            send(withHeader(create(second as KeyUse, other), 0)),
          ]),
        ),
      needsAccepted: () => true,
      exercised: (readings) => succeeded(readings, 3, headed),
    },
    {
      id: 'HEADER-2',
      level: 'MUST',
      title: "A key in an additional header does not disturb the contract's key",
      statement:
        "With the header `Idempotency-Key` present, whatever it holds, the contract's own key works as it does without it.",
      sources: [bugClass(36, 'the key is in a place that the server ignores')],
      standsOn: [sameAsARepeat],
      skip: keysInHeader,
      plans: (source) =>
        plan(source, 4, ({ one, other }) =>
          fc.constant([
            send(withHeader(create(slot(0), one), 1)),
            send(withHeader(create(slot(0), one), 2)),
            send(create(slot(0), one)),
            send(withHeader(create(slot(3), { ...one, operation: 2 }), 1)),
            ...(source.contract.fingerprint === 'none' ? [] : [send(withHeader(create(slot(0), other), 2))]),
          ]),
        ),
      exercised: (readings, contract) => settled(readings, contract).filter(headed).length >= 3,
    },
  ],
};
