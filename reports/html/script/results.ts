/** The data of the page, and the text of it that can be shown. */
export const results = String.raw`
/** Reads the inert data once it is needed. */
let data = null;
function resultsOf() {
  data ??= JSON.parse(document.getElementById('results')?.textContent ?? '{}');
  return data;
}

/**
 * The finding that a permalink names: its requirement, its number there, and which case.
 * @param {string} place
 */
function findingAt(place) {
  const [row, number] = place.split(' ');
  const { operations, requirements } = resultsOf();
  const requirement = requirements.find((/** @type {{ id: string, operation: string }} */ one) =>
    (one.operation === operations[0].name ? one.id : one.id + '-' + one.operation) === row);
  return requirement.findings[Number(number) - 1];
}

/**
 * What cannot be seen is spelled out, and what is long is cut.
 * @param {string} text
 */
function shown(text, limit = 400) {
  const plain = text.replace(/\uE000pad:(\d{1,8})\uE001/g, '[x, $1 times]');
  const cut = plain.length > limit ? plain.slice(0, limit) + '…' : plain;
  return cut.replace(/(?!\n)[\p{Cc}\p{Cs}\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/gu, (one) =>
    '\\u' + one.charCodeAt(0).toString(16).padStart(4, '0'));
}

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} name
 * @param {string} text
 */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

/**
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
function all(selector) {
  return [...document.querySelectorAll(selector)].filter((one) => one instanceof HTMLElement);
}
`;
