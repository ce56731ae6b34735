const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The arguments of each call of a function in a source, as they are written; calls as a part of a name don't count. */
export function writtenCalls(source: string, name: string): readonly (readonly string[])[] {
  const begins = [...source.matchAll(new RegExp(`(?<!function )(?<![.\\w])${name}\\(`, 'g'))];
  return begins.map(({ 0: text, index }) => argumentsAt(source, index + text.length));
}

/** From behind the opening bracket to the one that closes it. */
function argumentsAt(source: string, from: number): readonly string[] {
  const found: string[] = [];
  const open = [')'];
  let begun = from;
  for (let at = from; open.length > 0; at += 1) {
    const char = source[at];
    if (char === undefined) throw new Error(`a bracket is not closed: ${source.slice(from, from + 80)}`);
    if (char === "'" || char === '"' || char === '`') at = endOfText(source, at);
    else if (closing[char] !== undefined) open.push(closing[char]);
    else if (char === open.at(-1)) open.pop();
    const isEnd = open.length === 0;
    if (!isEnd && !(char === ',' && open.length === 1)) continue;
    found.push(source.slice(begun, at).trim());
    begun = at + 1;
  }
  return found.filter((text) => text !== '');
}

/** Where a text in quotes ends; what is in a template doesn't matter here, but for quotes of the same kind. */
function endOfText(source: string, from: number): number {
  const quote = source[from]!;
  let at = from + 1;
  while (source[at] !== quote) at += source[at] === '\\' ? 2 : 1;
  return at;
}
