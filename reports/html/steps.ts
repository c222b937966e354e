/** A storm's step names every request; those that are alike are named together. */

// More names in a row are given as first and last.
const mostNames = 3;

/** `A to J: POST /tasks with key 1 and body 1` for ten requests that say the same. */
export function stepWords(step: string): string {
  const alike = new Map<string, string[]>();
  for (const part of step.split(' | ')) {
    const [, name, words] = /^([A-Z]+): (.+)$/s.exec(part) ?? [];
    if (name === undefined || words === undefined) return step;
    alike.set(words, [...(alike.get(words) ?? []), name]);
  }
  return [...alike].map(([words, names]) => `${namesOf(names)}: ${words}`).join(' | ');
}

function namesOf(names: string[]): string {
  const numbers = names.map(numberOf);
  const inRow = numbers.every((number, index) => index === 0 || number === (numbers[index - 1] ?? 0) + 1);
  return names.length > mostNames && inRow ? `${names[0]} to ${names.at(-1)}` : names.join(', ');
}

/** A is 1, Z 26, AA 27. */
function numberOf(name: string): number {
  return [...name].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0);
}
