/** A link to a place opens what it stands in. */
export const places = `
/** @param {string} id */
function reveal(id) {
  const target = document.getElementById(id);
  if (target === null) return;
  for (let one = target.closest('details'); one; one = one.parentElement?.closest('details') ?? null) one.open = true;
  if (target.closest('[hidden]')) choose(nothing(), false);
  target.scrollIntoView();
}

/** Follows the address: a filter, or a place. */
function follow() {
  const choice = chosenBy(location.hash);
  if (choice) {
    choose(choice, false);
    document.getElementById('requirements')?.scrollIntoView();
  } else if (location.hash.length > 1) reveal(named(location.hash.slice(1)));
}

/** @param {string} hash */
function named(hash) {
  try {
    return decodeURIComponent(hash);
  } catch {
    return hash;
  }
}

addEventListener('hashchange', follow);
document.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a[href^="#"]') : null;
  // The address stays the same, so there is no event for it.
  if (link && link.getAttribute('href') === location.hash) follow();
});

for (const button of all('.open-all')) {
  button.hidden = false;
  button.addEventListener('click', () => {
    const findings = [...(button.closest('section') ?? document).querySelectorAll('.finding > details')].filter((one) => one instanceof HTMLDetailsElement);
    const open = findings.some((one) => !one.open);
    for (const one of findings) one.open = open;
    button.textContent = open ? 'Close all' : 'Open all';
  });
}
`;
