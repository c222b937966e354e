/** Filters of the requirements; their state is the hash, so that it can be shared. */
export const filter = String.raw`
/** @typedef {{ status: Set<string>, level: Set<string>, chapter: string, text: string }} Chosen */
/** @returns {Chosen} */
const nothing = () => ({ status: new Set(), level: new Set(), chapter: '', text: '' });
let chosen = nothing();
const rows = all('#requirements tr[data-status]').map((row) => ({ row, text: row.textContent.toLowerCase() }));
const search = /** @type {HTMLInputElement} */ (document.getElementById('filter-text'));
const chapter = /** @type {HTMLSelectElement} */ (document.getElementById('filter-chapter'));

/**
 * What a hash chooses; null when it is the name of a place.
 * @param {string} hash
 * @returns {Chosen | null}
 */
function chosenBy(hash) {
  if (!/^#(status|level|chapter|text)=/.test(hash)) return null;
  const values = new URLSearchParams(hash.slice(1));
  const set = (/** @type {string} */ name) => new Set((values.get(name) ?? '').split(',').filter((one) => one !== ''));
  return { status: set('status'), level: set('level'), chapter: values.get('chapter') ?? '', text: values.get('text') ?? '' };
}

/** @param {Chosen} choice */
function hashOf({ status, level, chapter, text }) {
  const fields = [['status', [...status].join(',')], ['level', [...level].join(',')], ['chapter', chapter], ['text', text]];
  return String(new URLSearchParams(fields.filter(([, value]) => value !== ''))).replace(/%2C/g, ',');
}

/** @param {Chosen} choice */
function choose(choice, keep = true) {
  chosen = choice;
  const { status, level, text } = choice;
  const words = text.toLowerCase().split(/\s+/).filter((word) => word !== '');
  let count = 0;
  for (const { row, text: content } of rows) {
    const { dataset } = row;
    const matches = (status.size === 0 || status.has(dataset.status ?? ''))
      && (level.size === 0 || level.has(dataset.level ?? ''))
      && (choice.chapter === '' || choice.chapter === dataset.chapter)
      && words.every((word) => content.includes(word));
    row.hidden = !matches;
    if (matches) count += 1;
  }
  for (const section of all('.chapter')) section.hidden = section.querySelector('tr[data-status]:not([hidden])') === null;
  for (const button of all('.filters [data-field]')) {
    const set = button.dataset.field === 'level' ? level : status;
    button.setAttribute('aria-pressed', String(set.has(button.dataset.value ?? '')));
  }
  if (search.value !== text) search.value = text;
  chapter.value = choice.chapter;
  const hash = hashOf(choice);
  show('filter-none', count === 0);
  show('filter-reset', hash !== '');
  const told = document.getElementById('filter-count');
  if (told) told.textContent = count === rows.length ? count + ' requirements' : count + ' of ' + rows.length + ' requirements';
  if (keep) remember(hash);
}

/** @param {string} hash */
function remember(hash) {
  // A page without an address of its own, such as a preview in a frame, has no history to write to.
  try {
    history.replaceState(null, '', hash === '' ? location.pathname + location.search : '#' + hash);
  } catch {}
}

/** @param {string} id @param {boolean} visible */
function show(id, visible) {
  const one = document.getElementById(id);
  if (one) one.hidden = !visible;
}

/** @param {string} field @param {string} value */
function toggle(field, value) {
  const set = new Set(field === 'level' ? chosen.level : chosen.status);
  if (!set.delete(value)) set.add(value);
  choose({ ...chosen, [field]: set });
}

for (const form of all('.filters')) form.hidden = false;
for (const button of all('.filters [data-field]')) {
  button.addEventListener('click', () => toggle(button.dataset.field ?? '', button.dataset.value ?? ''));
}
for (const link of all('a[data-filter]')) link.setAttribute('href', '#' + link.dataset.filter);
search.addEventListener('input', () => choose({ ...chosen, text: search.value }));
chapter.addEventListener('change', () => choose({ ...chosen, chapter: chapter.value }));
document.getElementById('filter-reset')?.addEventListener('click', () => {
  choose(nothing());
  search.focus();
});
document.addEventListener('keydown', (event) => {
  const typing = event.target instanceof Element && event.target.matches('input, select, textarea');
  if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === 'Escape' && event.target === search) choose({ ...chosen, text: '' });
});
`;
