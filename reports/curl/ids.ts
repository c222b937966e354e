/** Ids that a case took from an earlier answer: sent again, they must come from the new answer. */
import type { ExchangeRecord, IdPlaceRecord } from '../../results/results.js';
import { type Piece, word } from './quote.js';

export interface TakenId {
  /** Number of the exchange whose answer names it. */
  from: number;
  /** JSON Pointer to what of that answer is its own, where it is the answer to a batch. */
  within: string;
  url: Piece[];
}

/** Finds the last part of the address, a path segment or a value, that an earlier answer gave as an id. */
export function takenId({ request }: ExchangeRecord, earlier: readonly ExchangeRecord[]): TakenId | null {
  const parts = request.url.split(/([/?&=#])/);
  const numbers = new Map(earlier.map(({ resource }, index) => [resource, index + 1] as const).toReversed());
  const at = parts.findLastIndex((part) => part !== '' && numbers.has(part));
  const from = numbers.get(parts[at] ?? null);
  if (at < 0 || from === undefined) return null;
  const url = [
    { text: parts.slice(0, at).join('') },
    { variable: `id_${from}` },
    { text: parts.slice(at + 1).join('') },
  ];
  return {
    from,
    within: earlier[from - 1]?.batch?.result ?? '',
    url: url.filter((piece) => piece.text !== '') as Piece[],
  };
}

/**
 * Shell function that prints the value at a JSON pointer of a file. `awk` is everywhere, `jq` is not. Of escapes in a
 * string only that of a slash is taken back.
 */
export const valueAt = `# value_at FILE POINTER: what stands there in the JSON of the file.
value_at() {
  want=$2 LC_ALL=C awk '
    function space() { while (pos <= size && index(" \\t\\r\\n", substr(json, pos, 1)) > 0) pos++ }
    function text(  from, c) {
      from = ++pos
      while (pos <= size && (c = substr(json, pos, 1)) != "\\"") pos += c == "\\\\" ? 2 : 1
      return substr(json, from, pos++ - from)
    }
    function show(path, found) { if (path == ENVIRON["want"]) { gsub(/\\\\\\//, "/", found); print found; exit } }
    function value(path,  c, from, name, n) {
      space()
      c = substr(json, pos, 1)
      if (c == "\\"") { show(path, text()); return }
      from = pos++
      if (c != "{" && c != "[") {
        while (pos <= size && index(",]} \\t\\r\\n", substr(json, pos, 1)) == 0) pos++
        show(path, substr(json, from, pos - from))
        return
      }
      for (n = 0; pos <= size; n++) {
        space()
        if (index("]}", substr(json, pos, 1)) > 0) { pos++; return }
        name = n
        if (c == "{") { name = text(); gsub(/~/, "~0", name); gsub("/", "~1", name); space(); pos++ }
        value(path "/" name)
        space()
        if (substr(json, pos, 1) == ",") pos++
      }
    }
    { json = json $0 "\\n" }
    END { size = length(json); pos = 1; value("") }
  ' "$1"
}`;

/** Shell function that prints the last segment of a URL's path in a header. */
export const segmentOf = `# segment_of FILE HEADER: the last segment of the path that the header names.
segment_of() {
  tr -d '\\r' < "$1" | awk -v want="$2:" '
    tolower($1) == tolower(want) {
      sub(/^[^:]*:[ \\t]*/, "")
      sub(/[?#].*$/, "")
      for (n = split($0, part, "/"); n > 1 && part[n] == ""; n--) { }
      found = part[n]
    }
    END { print found }
  '
}`;

/** The shell line that takes the id from an answer. */
export function takeLine({ from, within }: TakenId, place: NonNullable<IdPlaceRecord>): string {
  const taken =
    typeof place === 'string'
      ? `value_at "$dir/${from}.answer" ${word([{ text: within + place }])}`
      : `segment_of "$dir/${from}.head" ${word([{ text: place.header }])}`;
  return `id_${from}=$(${taken})`;
}
