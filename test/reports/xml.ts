/** A small, strict reader of XML: enough to see that a report is well formed and of the shape that is promised. */

export interface Element {
  name: string;
  attributes: Record<string, string>;
  children: Element[];
  text: string;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };

function decoded(text: string): string {
  if (/[<>]/.test(text)) throw new Error(`a bare < or > in ${text}`);
  // XML 1.0 has no way to write most controls, halves of characters and the last two code points.
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(text)) throw new Error('an illegal character');
  return text.replace(/&([^;]*);|&/g, (whole, name: string | undefined) => {
    if (name?.startsWith('#')) return String.fromCodePoint(Number(name.slice(1)));
    const character = entities[name ?? ''];
    if (character === undefined) throw new Error(`an unknown entity ${whole}`);
    return character;
  });
}

export function readXml(source: string): Element {
  const root: Element = { name: '', attributes: {}, children: [], text: '' };
  const stack = [root];
  const top = () => stack.at(-1) ?? root;
  const body = source.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '');
  for (const [, close, name, attributes, selfClosed, text] of body.matchAll(
    /<(\/)?([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/)?>|([^<]+)|</g,
  )) {
    if (text !== undefined) top().text += decoded(text);
    else if (name === undefined) throw new Error('a stray <');
    else if (close !== undefined) {
      if (stack.pop()?.name !== name) throw new Error(`</${name}> closes something else`);
    } else {
      const element: Element = { name, attributes: {}, children: [], text: '' };
      for (const [, key = '', value = ''] of (attributes ?? '').matchAll(/([\w-]+)="([^"]*)"/g)) {
        element.attributes[key] = decoded(value);
      }
      top().children.push(element);
      if (selfClosed === undefined) stack.push(element);
    }
  }
  const [only] = root.children;
  if (stack.length !== 1 || only === undefined || root.children.length !== 1) throw new Error('not one closed element');
  return only;
}
