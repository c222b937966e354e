/** Requests without a key, with an empty one, with another key, and of another key holder. */
import type { Contract } from '../../contracts/contract.js';
import { isSeparable } from '../../contracts/key.js';
import {
  areApart,
  type Conclusion,
  eachOnce,
  isOk,
  isRefused,
  isSame,
  linesOf,
  type Probe,
  type Sent,
  statusOf,
} from './conclusion.js';

/** Of `key`, `scope`, and the statuses of a refusal without a key. */
export function concludeKeys(sent: Sent, contract: Contract, hasSecond: boolean): Conclusion[] {
  return [...keylessOf(sent, contract), ...keysApartOf(sent), scopeOf(sent, hasSecond)];
}

function keylessOf(sent: Sent, { key, errors }: Contract): Conclusion[] {
  const {
    keyless: [first] = [],
    keylessAgain: [again] = [],
    blank: [blank] = [],
    blankAgain: [blankAgain] = [],
  } = sent;
  if (!isSeparable(key)) return [];
  if (first === undefined || again === undefined)
    return [{ member: '/key/keyless', says: 'No request without a key was sent.', lines: [] }];
  const lines = linesOf(first, again);
  if (isRefused(first) && isRefused(again)) {
    const statuses = eachOnce([...errors.validation.statuses, statusOf(first), statusOf(again)]);
    const says = 'Requests without a key were refused.';
    const isUsual = statuses.length === errors.validation.statuses.length;
    return [
      { member: '/key/required', value: true, says, lines, shows: ['keyRequired'] },
      ...(isUsual ? [] : [{ member: '/errors/validation', value: { statuses }, says, lines: linesOf(first) }]),
    ];
  }
  const emptyLines = linesOf(blank, blankAgain);
  const isJoined = blank !== undefined && blankAgain !== undefined && isSame(blank, blankAgain);
  const member = '/key/keyless';
  if (areApart(first, again) && isJoined && key.in === 'header') {
    const says = 'Requests without the header made a resource each, and those with an empty header one together.';
    return [{ member, says, lines: [...lines, ...emptyLines] }];
  }
  if (areApart(first, again)) {
    const says = `Equal requests without a key made a resource each.${emptyWords(blank, blankAgain)}`;
    return [{ member, value: 'separate', says, lines: [...lines, ...emptyLines], shows: ['keyless'] }];
  }
  if (isSame(first, again))
    return [{ member, value: 'joined', says: 'Equal requests without a key got one resource.', lines }];
  const says = 'The answers to equal requests without a key do not say what they come to.';
  return [{ member, says, lines }];
}

function emptyWords(blank: Probe | undefined, again: Probe | undefined): string {
  if (blank === undefined || again === undefined) return '';
  if (areApart(blank, again)) return ' So did those with an empty key.';
  if (isSame(blank, again)) return ' Those with an empty key got one resource together.';
  return isRefused(blank) ? ' An empty key was refused.' : '';
}

function keysApartOf({ one: [one] = [], three: [three] = [] }: Sent): Conclusion[] {
  if (one === undefined || three === undefined) return [];
  const member = '/key';
  const lines = linesOf(one, three);
  if (areApart(one, three))
    return [{ member, says: 'Another key with the same body made another resource.', lines, shows: ['keysApart'] }];
  const says = isSame(one, three)
    ? 'Another key with the same body got the FIRST resource.'
    : 'Another key with the same body made nothing that an answer names: perhaps resources must differ.';
  return isOk(one) ? [{ member, says, lines }] : [];
}

function scopeOf({ one: [one] = [], foreign: [foreign] = [] }: Sent, hasSecond: boolean): Conclusion {
  const member = '/scope';
  if (!hasSecond || one === undefined || foreign === undefined) {
    const says = 'nothing. It takes authentication and a second API key, in IDEM_API_KEY_2.';
    return { member, says, lines: [] };
  }
  const lines = linesOf(one, foreign);
  if (areApart(one, foreign))
    return {
      member,
      value: 'credential',
      says: 'A key of one API key made a resource of its own under the other. Where both are of one account, account is wrong.',
      lines,
      shows: ['scope'],
    };
  const says = isSame(one, foreign)
    ? 'The second API key got the resource of the FIRST: right only where both are of one account.'
    : 'The answer to the second API key does not say whose a key is.';
  return { member, says, lines };
}
