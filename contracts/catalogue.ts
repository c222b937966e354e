/** The requirement catalogue: every promise that is looked at, in the order of the report. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { parse } from 'yaml';

export interface Requirement {
  /** `CHAPTER-n`; never reused or renumbered. */
  id: string;
  /** A failed MUST fails the run, a failed SHOULD warns, an OBSERVE only reports. */
  level: 'MUST' | 'SHOULD' | 'OBSERVE';
  sentence: string;
  /** Where the requirement comes from, in words. */
  source: string;
  /** For a scenario: the requirements that it shows at work. Where one of them fails, it follows. */
  illustrates?: string[];
}

export interface Chapter {
  name: string;
  title: string;
  /** What a chapter needs to be looked at at all, in words. */
  needs?: string;
  requirements: Requirement[];
}

export interface Catalogue {
  /** `YYYY-MM`; changes with every change of a requirement. */
  version: string;
  /** Sentences that hold for all requirements. */
  common: string[];
  chapters: Chapter[];
}

/** Reads the catalogue that comes with the suite. */
export function loadCatalogue(): Catalogue {
  const file = createRequire(import.meta.url).resolve('idem-conformance/contracts/requirements.yaml');
  return parse(readFileSync(file, 'utf8')) as Catalogue;
}
