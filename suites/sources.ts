/** Where requirements come from: the sources that many of them share. */
import type { Source } from './requirement.js';

const DRAFT = 'https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header-07';

/** A section of the IETF draft 'The Idempotency-Key HTTP Header Field'. */
export function draft(section: string): Source {
  return { name: `IETF draft Idempotency-Key, section ${section}`, url: `${DRAFT}#section-${section}` };
}

/** A section of RFC 9110, HTTP Semantics, and what it says in a few words. */
export function rfc9110(section: string, says: string): Source {
  return {
    name: `RFC 9110, section ${section}: ${says}`,
    url: `https://www.rfc-editor.org/rfc/rfc9110#section-${section}`,
  };
}

/** A class of bugs found in real implementations, by its number, with a few words. */
export function bugClass(number: number, words: string): Source {
  return { name: `bug class ${number}: ${words}`, url: `docs/bug-classes.md#bug-class-${number}` };
}

/** A rule of the judge, by its number. */
export function judgeRule(number: number): Source {
  return { name: `rule ${number} of the judge`, url: `docs/judge.md#rule-${number}` };
}

/** Other requirements that together imply this one. The link leads to the first. */
export function followsFrom(first: string, ...others: string[]): Source {
  const ids = [first, ...others].join(', ').replace(/, ([^,]+)$/, ' and $1');
  return { name: `follows from ${ids}`, url: `docs/requirements.md#${first.toLowerCase()}` };
}
