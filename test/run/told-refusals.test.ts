/** Refusals that a code or a header tells from a success, and those that have a status of success of their own. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { startReference } from '../../reference/server/start.js';
import { check, checkUntil, idsWith } from './check.js';

const folder = mkdtempSync(join(tmpdir(), 'idem-told-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function contractFile(name: string, text: string): string {
  const file = join(folder, `${name}.yaml`);
  writeFileSync(file, text);
  return file;
}

/** Every answer is a 200. */
const graphql = fileURLToPath(new URL('./graphql-orders.yaml', import.meta.url));

/** One status for wrong bodies, conflicts and duplicates in flight: only headers tell them apart. */
const byHeader = contractFile(
  'by-header',
  `extends: ietf
stored: [success]
conflict: { statuses: [422], header: { name: X-Error-Code, values: [704] } }
inFlight: { statuses: [422], header: { name: Transient-Error, values: [true] } }
errors: { mediaType: null, schema: null, validation: { statuses: [422] } }`,
);

/** A duplicate in flight is answered with a status of success that nothing else has. */
const by208 = contractFile(
  'by-208',
  'extends: ietf\ncreate: { success: [201] }\nstored: [success]\ninFlight: { statuses: [208] }',
);

const styles = { graphql, byHeader, by208 };
const least = { profile: 'smoke', stormWidth: 4 } as const;

/** What is decided of each, and not by luck of timing. */
const decided = ['CONFLICT-1', 'STORM-3', 'REJECT-1', 'REJECT-3'];

describe.concurrent.each(Object.entries(styles))('%s', (_, contract) => {
  test.each(['as it is', 'in-flight-refused'])('the correct server passes: %s', async (variation) => {
    const only = ['REPLAY', 'CONFLICT', 'REJECT', 'STORM-3', 'LOST-4'];
    const results = await check({
      contract,
      ...least,
      only,
      ...(variation === 'as it is' ? {} : { fault: variation }),
    });
    expect([results.exitCode, idsWith(results, 'failed', 'warned', 'noticed')]).toEqual([0, []]);
    expect(
      idsWith(results, 'passed')
        .filter((id) => decided.includes(id))
        .sort(),
    ).toEqual([...decided].sort());
  });
});

const code = '/errors/0/extensions/code';

/** What another server does than the contract says: a fault of the reference, or other members of the contract that it keeps. */
const broken: [style: keyof typeof styles, wrong: string, served: { fault: string } | { says: string }, id: string][] =
  [
    ['graphql', 'a refusal is stored', { fault: 'refused-body-binds' }, 'REJECT-3'],
    [
      'graphql',
      'a wrong credential is refused as a wrong body',
      { says: `errors: { authentication: { code: { pointer: ${code}, values: [BAD_USER_INPUT] } } }` },
      'REJECT-4',
    ],
    ['byHeader', 'a conflict is a wrong body', { says: 'conflict: { header: { values: [1] } }' }, 'CONFLICT-1'],
    ['by208', 'a duplicate in flight is a 202 without an id', { fault: 'in-flight-202-without-id' }, 'STORM-3'],
    ['by208', 'a duplicate in flight gets a conflict', { fault: 'in-flight-conflict' }, 'STORM-3'],
    ['by208', 'a refusal is stored', { fault: 'refused-body-binds' }, 'REJECT-3'],
  ];

describe.concurrent('broken', () => {
  test.each(broken)('%s: %s', async (style, wrong, served, id) => {
    const contract = styles[style];
    const own = 'says' in served ? contractFile(wrong, `extends: ${contract}\n${served.says}`) : contract;
    const reference = await startReference({ contract: own, ...('fault' in served ? served : {}) });
    const [first, second] = reference.keys;
    const target = { targets: [reference.url], credentials: { first, second } };
    const results = await checkUntil({ contract, ...target, ...least, only: [id] }, [id], { small: false });
    await reference.close();
    expect(idsWith(results, 'failed', 'warned')).toContain(id);
  });
});
