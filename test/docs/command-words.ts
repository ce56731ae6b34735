/** What a shell makes of a line, as far as documentation uses one. */

/** Commands of a shell block, each as its words: comments gone, lines joined, and split at `|`, `&&`, `||` and `;`. */
export const commandsIn = (script: string): readonly (readonly string[])[] =>
  script
    .replaceAll(/\\\n/g, ' ')
    .split('\n')
    .flatMap(commandsInLine)
    .filter((words) => words.length > 0);

const token = /\s*(?:(#.*$)|(&&|\|\||[|;])|((?:"[^"]*"|'[^']*'|\\.|[^\s"'|;&\\]|&(?!&))+))/gy;

function commandsInLine(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [, comment, separator, word] of line.matchAll(token)) {
    if (comment !== undefined) break;
    if (separator !== undefined) commands.push([]);
    else if (word !== undefined) commands.at(-1)!.push(unquoted(word));
  }
  return commands.map(withoutRedirects);
}

const unquoted = (word: string): string =>
  word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, double, single) => double ?? single);

/** `> file` and what follows is the shell's. */
function withoutRedirects(words: readonly string[]): readonly string[] {
  const end = words.findIndex((word) => /^\d?[<>]/.test(word));
  return end === -1 ? words : words.slice(0, end);
}
