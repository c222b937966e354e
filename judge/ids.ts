/** Which ids tell by themselves whose answer they stand in. */

/** Below this an equal id may be a counter that two operations count with. */
const ENOUGH_BITS = 64;

/** Whether an id is so random that no two resources have it: at least 64 bits in what is not a plain word. */
export function isUnguessable(id: string): boolean {
  const random = id
    .split(/[^A-Za-z0-9]+/)
    .filter((part) => /\d/.test(part) || /[a-z][A-Z]|[A-Z][a-z]+[A-Z]/.test(part));
  const alphabet = random.every((part) => /^\d*$/.test(part)) ? 10 : random.every(isHex) ? 16 : 32;
  return random.join('').length * Math.log2(alphabet) >= ENOUGH_BITS;
}

function isHex(part: string): boolean {
  return /^[0-9a-f]*$/i.test(part);
}
