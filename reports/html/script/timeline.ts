/** A timeline shows the exchange that is pointed at or has the focus, and can be zoomed. */
export const timeline = String.raw`
/** @param {HTMLElement} figure @param {HTMLElement} lane */
function peek(figure, lane) {
  const panel = figure.querySelector('.peek');
  const place = figure.dataset.place ?? '';
  const record = findingAt(place)[place.split(' ')[2] ?? ''];
  const exchange = record.exchanges[Number(lane.dataset.index)];
  const { request, answer } = exchange;
  const facts = [
    ['Sent', request.method + ' ' + request.url + '\n' + request.body],
    ['Answered', answer === null ? exchange.silence ?? 'nothing' : answer.status + ' ' + answer.body],
    ['The reference', exchange.expected],
  ];
  const list = element('dl', '');
  for (const [name, value] of facts) {
    const line = element('div', '');
    line.append(element('dt', name ?? ''), element('dd', shown(value ?? '')));
    list.append(line);
  }
  panel?.classList.add('filled');
  panel?.replaceChildren(element('p', exchange.name + (lane.querySelector('.unseen')?.textContent ?? '')), list);
  for (const other of figure.querySelectorAll('.lane.shown')) other.classList.remove('shown');
  lane.classList.add('shown');
}

/** @param {HTMLElement} figure */
function quiet(figure) {
  const hint = 'Point at a request or tap it, or go to it with Tab and the arrow keys, to see what was sent and answered.';
  figure.querySelector('.peek')?.replaceChildren(element('p', hint));
}

/** @param {HTMLElement} figure @param {HTMLElement} button */
function zoom(figure, button) {
  const on = button.getAttribute('aria-pressed') !== 'true';
  const [from = 0, to = 1] = on ? (button.dataset.zoom ?? '').split(' ').map(Number) : [];
  button.setAttribute('aria-pressed', String(on));
  figure.classList.toggle('zoomed', on);
  for (const plot of figure.querySelectorAll('.plot')) {
    plot.setAttribute('x', (-from / (to - from)) * 100 + '%');
    plot.setAttribute('width', 100 / (to - from) + '%');
  }
  // What happened at another time would be an empty lane.
  for (const item of figure.querySelectorAll('.lanes > li')) {
    const bar = item.querySelector('.bar');
    const x = Number.parseFloat(bar?.getAttribute('x') ?? '') / 100;
    const end = x + Number.parseFloat(bar?.getAttribute('width') ?? '') / 100;
    item.toggleAttribute('hidden', end < from || x > to);
  }
}

for (const figure of all('.timeline')) {
  const lanes = [...figure.querySelectorAll('.lane')].filter((one) => one instanceof HTMLElement);
  for (const panel of figure.querySelectorAll('.peek')) panel.removeAttribute('hidden');
  quiet(figure);
  for (const [index, lane] of lanes.entries()) {
    lane.addEventListener('pointerenter', () => peek(figure, lane));
    lane.addEventListener('focus', () => peek(figure, lane));
    lane.addEventListener('keydown', (event) => {
      const { key } = event;
      if (key !== 'ArrowDown' && key !== 'ArrowUp') return;
      event.preventDefault();
      const others = key === 'ArrowDown' ? lanes.slice(index + 1) : lanes.slice(0, index).reverse();
      others.find((one) => one.closest('[hidden]') === null)?.focus();
    });
  }
  for (const button of figure.querySelectorAll('.zoom')) {
    if (!(button instanceof HTMLElement)) continue;
    button.hidden = false;
    button.setAttribute('aria-pressed', 'false');
    button.addEventListener('click', () => zoom(figure, button));
  }
}
`;
