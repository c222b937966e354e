/** Writes the files that follow from others; with `--check`, fails where one is not what would be written. */
import { readFileSync, writeFileSync } from 'node:fs';
import { contractTypes } from './contract-types.js';
import { membersPage } from './members-page.js';
import { configSchema, withOptions } from './options-table.js';
import { requirementsPage } from './requirements-page.js';

/** Each with what it follows from. */
const FILES: { name: string; from: string; text: (now: string) => string | Promise<string> }[] = [
  { name: 'contracts/contract.generated.ts', from: 'contracts/contract.schema.json', text: contractTypes },
  { name: 'docs/contract-members.md', from: 'contracts/contract.schema.json', text: membersPage },
  { name: 'docs/requirements.md', from: 'suites/', text: requirementsPage },
  { name: 'run/config.schema.json', from: 'the table of options', text: configSchema },
  { name: 'README.md', from: 'the table of options', text: withOptions },
];

for (const { name, from, text } of FILES) {
  const file = new URL(`../${name}`, import.meta.url);
  const now = readFileSync(file, 'utf8');
  const wanted = await text(now);
  if (!process.argv.includes('--check')) writeFileSync(file, wanted);
  else if (now !== wanted) {
    process.stderr.write(`${name} does not fit ${from}: npm run generate\n`);
    process.exitCode = 1;
  }
}
