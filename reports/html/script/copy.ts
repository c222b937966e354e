/** Buttons that copy the exact text, which the page may show spelled out. */
export const copy = `
/** @param {HTMLElement} button */
function textFor(button) {
  const finding = findingAt(button.dataset.place ?? '');
  if (button.dataset.copy === 'json') return JSON.stringify(finding, null, 2);
  const shownScript = button.closest('.finding')?.querySelector('.curl pre')?.textContent ?? '';
  return button.dataset.copy === 'curl' ? shownScript : finding.commands.rerun;
}

/** @param {string} text */
async function put(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Pages that came over plain http, and some frames, have only the old way.
    const area = element('textarea', text);
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    return done;
  }
}

for (const button of all('button[data-copy]')) {
  const words = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    const done = await put(textFor(button));
    button.textContent = done ? 'Copied' : 'Not allowed here: select the text';
    const told = document.getElementById('told');
    if (told) told.textContent = button.textContent;
    button.focus();
    setTimeout(() => {
      button.textContent = words;
    }, 2000);
  });
}
`;
