/** docs/requirements.md, from the objects in suites/. */
import { CATALOGUE_VERSION, chapters, promises } from '../suites/index.js';
import type { Chapter, Need, Prerequisite, Recall, Requirement, Source } from '../suites/requirement.js';
import { statementOf } from '../suites/statement.js';

const NEEDS: Record<Need, string> = {
  'second-credential': 'the API key of another key holder',
  'new-tokens': 'another access token whenever one is asked for',
  'several-targets': 'more than one target of one backend',
  'side-endpoint': 'leave to write to other endpoints than the one under test',
  receiver: 'a webhook receiver that the target can reach',
  'signing-secret': 'the secret that webhooks are signed with',
  'restart-command': 'a command that kills the backend and starts it again',
  'retention-time': 'a time to wait',
  'many-keys': 'a profile that uses a thousand keys',
};

const INTRODUCTION = `# Requirements

<!-- Generated from suites/ by \`npm run generate\`: change the objects there instead. -->

Version ${CATALOGUE_VERSION}. An id is never reused or renumbered. A failed MUST fails the run, a failed SHOULD warns (with
\`--strict\` it fails), an OBSERVE only reports what the target does. A contract adds its own sources, and says 'task',
'payment' or whatever its resource is where this page says 'resource'.

These rules hold for all of them:

- A success is any 2xx that the contract allows.
- A 429, a 503 with a hint, and the contract's in-flight refusal are asked again, within the budget. The last answer is
  judged; if the budget is spent, the requirement is inconclusive.
- A 401 to an access token is answered by one renewal, and the request is sent again once.
- A 502 or 504 is unknown and is retried. Any other 5xx fails.
- If validation rejects something that the contract leaves open (a name, an unusual key, an empty file), that decides
  nothing.
- Bodies are valid by the contract's request schema. Ids of other resources come from the contract's fixtures or from
  files uploaded in the run; otherwise the member is left out. Members that exclude each other never stand together.
  Elements that are reordered differ from each other.
`;

/** The whole page, in Markdown. */
export function requirementsPage(): string {
  return [INTRODUCTION, promisesMarkdown(), ...chapters.map(chapterMarkdown)].join('\n');
}

function promisesMarkdown(): string {
  const rows = promises.map(({ name, sentence, ids }) => `| \`${name}\` | ${sentence} | ${ids.join(', ')} |`);
  return [
    '## Promises by name',
    '<a id="promises"></a>',
    'What flags or a contract leave open is never held against a target. `--promise NAME` says that this API promises it: it sets\nthe member that the contract leaves unknown, and what breaks one of its requirements fails the run.',
    ['| name | promise | requirements |', '| --- | --- | --- |', ...rows].join('\n'),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function chapterMarkdown({ name, title, needs, requirements }: Chapter): string {
  return [
    `## ${name}: ${title}`,
    `<a id="${name.toLowerCase()}"></a>`,
    ...(needs === undefined ? [] : [`Needs: ${needs}`]),
    ...requirements.map(requirementMarkdown),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function requirementMarkdown(requirement: Requirement): string {
  const { id, level, title, needs = [], recall, byEffects, once, standsOn = [], sources } = requirement;
  const facts = [
    ...(needs.length === 0 ? [] : [`Needs ${needs.map((need) => NEEDS[need]).join(', and ')}.`]),
    ...(byEffects === true ? ['Decided only where effects can be counted.'] : []),
    ...(recall === undefined ? [] : [recallWords(recall)]),
    ...(once === true ? ['Sent once, in the first round.'] : []),
    ...standsOn.map(prerequisiteWords),
    `Sources: ${sources.map(linkOf).join('; ')}.`,
  ];
  const list = facts.map((fact) => `- ${fact}`).join('\n');
  return [`### ${id}`, `**${level}** ${title}.`, statementOf(requirement, 'resource'), list].join('\n\n');
}

function recallWords({ keys, afterKeys, afterRetention }: Recall): string {
  const after = [
    ...(afterKeys === undefined ? [] : [`after ${afterKeys} other keys`]),
    ...(afterRetention === true ? ['after the time given'] : []),
  ].join(' and ');
  return `Up to ${keys} keys of the first round are sent again ${after === '' ? 'at the end of the run' : after}.`;
}

function prerequisiteWords({ on, when }: Prerequisite): string {
  const ids = on.map((id) => `[${id}](#${id.toLowerCase()})`).join(', ');
  switch (when) {
    case 'same-rule':
      return `Blocked by ${ids} where both fail in the same way.`;
    case 'not-exercised':
      return `Blocked by ${ids} where it was not exercised because of that.`;
    case 'any':
      return `Blocked by ${ids}, which it shows at work.`;
  }
}

function linkOf({ name, url }: Source): string {
  return `[${name}](${url.replace(/^docs\/(requirements\.md(?=#))?/, '')})`;
}
