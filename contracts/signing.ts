/** What the module of a contract's `sign` is given, what it gives back, and what of that cannot be used. */
import { statSync } from 'node:fs';
import type { Contract } from './contract.js';
import type { Problem } from './document.js';
import type { Json } from './json.js';
import { isInHeader } from './key.js';
import { at } from './pointer.js';
import { HEADER_VALUE, headerNameProblem } from './sendable.js';

/** A finished request, as the module is given it. */
export interface SignCall {
  method: string;
  /** Absolute, with its query. */
  url: string;
  headers: [string, string][];
  /** The exact text, '' for none; bytes where it is not text. */
  body: string | Uint8Array;
  credential: 'first' | 'second' | 'wrong' | 'none';
  /** The text of the credential; `null` for none. */
  secret: string | null;
  /** 0, and one more for each time that the request is sent again. */
  attempt: number;
  /** What stands in the body where its signature belongs; `null` where the contract has none there. */
  placeholder: string | null;
}

/** What the module gives back. */
export interface Signed {
  /** To add, or to replace those of the same name. */
  headers: [string, string][];
  /** The body with its signature; `null` where the module gave none. */
  body: string | null;
}

/** Members of a contract that do not go with `sign`. `said`: what its files say. */
export function signProblems(
  { sign, companions }: Contract,
  file: string | undefined,
  said: { companions?: Json },
): Problem[] {
  const problems: Problem[] = [];
  if (file !== undefined && statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    const text = `there is no file ${sign}; write it, or correct the name (relative to the contract)`;
    problems.push({ member: '/sign', text });
  }
  const inBody = companions.flatMap(({ value, in: place }, n) => (value === 'signature' ? [{ place, n }] : []));
  for (const [which, { place, n }] of inBody.entries()) {
    const companion = `/companions/${n}`;
    const wrong = (member: string, text: string) => problems.push({ member: companion + member, text });
    if (sign === null) wrong('/value', 'needs a module that signs; name it in sign: ./sign.mjs');
    if (place !== 'body') wrong('/in', 'must be body: in a header, the module of sign gives the signature by itself');
    if (at(said, `${companion}/repeats`) === 'equal')
      wrong('/repeats', 'must be fresh, or left out: each is signed anew');
    if (which > 0) wrong('/value', 'is there twice; a body has one signature');
  }
  return problems;
}

/** Why a signature cannot be sent, as the end of a sentence about the module; `null` where it can. */
export function signedProblem(contract: Contract, call: SignCall, { headers, body }: Signed): string | null {
  const own = [
    ...(isInHeader(contract.key) ? [contract.key.name] : []),
    ...contract.companions.filter(({ in: place }) => place === 'header').map(({ name }) => name),
  ].map((name) => name.toLowerCase());
  for (const [name, value] of headers) {
    const problem = headerNameProblem(name);
    if (problem !== null) return `returned the header ${JSON.stringify(name)}: ${problem}`;
    if (!HEADER_VALUE.test(value)) return `returned a value of ${name} that no header may carry, such as a line break`;
    if (own.includes(name.toLowerCase()))
      return `returned ${name}, which carries the key or what goes with it: sign it as it is`;
  }
  return bodyProblem(call, body);
}

function bodyProblem({ body: given, credential, placeholder }: SignCall, body: string | null): string | null {
  const start = placeholder === null || typeof given !== 'string' ? -1 : given.indexOf(placeholder);
  if (placeholder === null || typeof given !== 'string' || start < 0) {
    if (body === null || body === given) return null;
    return placeholder === null
      ? 'returned another body, which only a contract with a companion of the value signature allows'
      : 'returned another body for one that has no place for a signature';
  }
  const isSigned = body !== null && body !== given;
  if (!isSigned && credential !== 'first' && credential !== 'second') return null;
  if (!isSigned)
    return 'left the signature out of the body: return { headers, body } with it in the place of placeholder';
  const [before, after] = [given.slice(0, start), given.slice(start + placeholder.length)];
  const isKept = body.length >= before.length + after.length && body.startsWith(before) && body.endsWith(after);
  return isKept
    ? null
    : 'changed more of the body than its signature: return body.replace(placeholder, signature), for other bytes are another request';
}
