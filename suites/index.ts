/** The catalogue: all chapters in the order of the report, and the frozen sets of requirements. */
import { chapter as batch } from './batch.js';
import { chapter as conflict } from './conflict.js';
import { chapter as create } from './create.js';
import { chapter as endpoint } from './endpoint.js';
import { chapter as envelope } from './envelope.js';
import { chapter as header } from './header.js';
import { chapter as key } from './key.js';
import { chapter as lost } from './lost.js';
import { chapter as reject } from './reject.js';
import { chapter as replay } from './replay.js';
import type { Chapter, PlannedRequirement, Requirement } from './requirement.js';
import { chapter as retention } from './retention.js';
import { chapter as scenario } from './scenario.js';
import { chapter as scope } from './scope.js';
import { chapter as server } from './server.js';
import { chapter as storm } from './storm.js';
import { chapter as upload } from './upload.js';
import { chapter as webhook } from './webhook.js';

export { promiseByName, promiseOf, promises, withPromises } from './promises.js';
export { CATALOGUE_VERSION, requirementSet, requirementSets } from './requirement-sets.js';

export const chapters: Chapter[] = [
  create,
  key,
  replay,
  conflict,
  scope,
  storm,
  lost,
  retention,
  reject,
  envelope,
  server,
  header,
  endpoint,
  upload,
  webhook,
  batch,
  scenario,
];

export const requirements: Requirement[] = chapters.flatMap((chapter) => chapter.requirements);

/** Those that have plans of their own: all but those that recall keys at the end. */
export const plannedRequirements: PlannedRequirement[] = requirements.filter(isPlanned);

function isPlanned(requirement: Requirement): requirement is PlannedRequirement {
  return requirement.plans !== undefined && requirement.exercised !== undefined;
}

/** Ids of those that hold for every API that accepts keys at all. */
export const safetyRules: string[] = requirements.filter(({ safety }) => safety !== undefined).map(({ id }) => id);

const byId = new Map(requirements.map((requirement) => [requirement.id, requirement]));

/** Throws where there is no such requirement. */
export function requirementById(id: string): Requirement {
  const requirement = byId.get(id);
  if (requirement === undefined) throw new Error(`There is no requirement ${id}.`);
  return requirement;
}
