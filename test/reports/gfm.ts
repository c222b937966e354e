/** Markdown as GitHub reads it, by micromark. */
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';

/** HTML, with raw HTML let through: what could slip in must be seen. */
export function rendered(markdown: string): string {
  return micromark(markdown, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] });
}

/** Names of all elements, comments among them as `!--`. */
export function tagsOf(html: string): Set<string> {
  return new Set([...html.matchAll(/<(!--|[a-z][a-z0-9]*)/gi)].map(([, name]) => String(name).toLowerCase()));
}

/** How many cells each row of each table has. */
export function tablesOf(html: string): number[][] {
  return [...html.matchAll(/<table>([\s\S]*?)<\/table>/g)].map(([, table]) =>
    [...String(table).matchAll(/<tr>([\s\S]*?)<\/tr>/g)].map(([, row]) => String(row).match(/<t[dh]/g)?.length ?? 0),
  );
}

/** What a reader sees. */
export function plain(html: string): string {
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return html.replace(/<!--.*?-->|<[^>]*>/g, '').replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
