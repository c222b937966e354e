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
  return read('requirements.yaml') as Catalogue;
}

/** Which requirements decide, and at which level. */
export type RequirementSet = Map<string, Requirement['level']>;

/** Versions of the frozen sets, oldest first. */
export function requirementSets(): string[] {
  return Object.keys(frozen()).sort();
}

/** A frozen set by its version. Throws where there is none. */
export function requirementSet(version: string): RequirementSet {
  const set = frozen()[version];
  if (set === undefined) {
    throw new Error(`there is no set of requirements ${version}. There are: ${requirementSets().join(', ')}.`);
  }
  return new Map([...set.MUST.map((id) => [id, 'MUST'] as const), ...set.SHOULD.map((id) => [id, 'SHOULD'] as const)]);
}

function frozen(): Record<string, { MUST: string[]; SHOULD: string[] }> {
  return read('requirement-sets.yaml') as Record<string, { MUST: string[]; SHOULD: string[] }>;
}

/** The package's own files stay as they are while it runs. */
const documents = new Map<string, unknown>();

function read(name: string): unknown {
  if (!documents.has(name)) {
    const file = createRequire(import.meta.url).resolve(`idem-conformance/suites/${name}`);
    documents.set(name, parse(readFileSync(file, 'utf8')));
  }
  return documents.get(name);
}
