/** Writes the files that follow from others; with `--check`, fails where one is not what would be written. */
import { readFileSync, writeFileSync } from 'node:fs';
import { contractTypes } from './contract-types.js';
import { requirementsPage } from './requirements-page.js';

/** Each with what it follows from. */
const FILES: { name: string; from: string; text: () => string | Promise<string> }[] = [
  { name: 'contracts/contract.generated.ts', from: 'contracts/contract.schema.json', text: contractTypes },
  { name: 'docs/requirements.md', from: 'suites/', text: requirementsPage },
];

for (const { name, from, text } of FILES) {
  const file = new URL(`../${name}`, import.meta.url);
  const wanted = await text();
  if (!process.argv.includes('--check')) writeFileSync(file, wanted);
  else if (readFileSync(file, 'utf8') !== wanted) {
    process.stderr.write(`${name} does not fit ${from}: npm run generate\n`);
    process.exitCode = 1;
  }
}
