/** Writes what follows from other files: `npm run generate`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { configSchema, withOptions } from './option-docs.js';

const repository = join(import.meta.dirname, '..');
const readme = join(repository, 'README.md');

writeFileSync(readme, withOptions(readFileSync(readme, 'utf8')));
writeFileSync(join(repository, 'run', 'config.schema.json'), configSchema());
