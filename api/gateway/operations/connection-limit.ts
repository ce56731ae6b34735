/** For what isn't a host's connection: the database's, files of releases. */
const otherDescriptors = 300;
/** Fewer is a mistake in how the program is started, and no region. */
const fewestConnections = 100;

/** `ulimit -n` is so small that hosts would be turned away without a word. */
export class TooFewOpenFilesError extends Error {
  override readonly name = 'TooFewOpenFilesError';
  readonly code = 'too-few-open-files';
}

/**
 * How many connections of hosts a gateway may take that may have so many files open. A host has one, and two around a switch.
 * @throws TooFewOpenFilesError
 */
export function connectionLimit(openFiles: number): number {
  const most = openFiles - otherDescriptors;
  if (most >= fewestConnections) return most;
  throw new TooFewOpenFilesError(
    `it may have ${openFiles} files open (ulimit -n): ${otherDescriptors} are its own, and each host takes one or two. ` +
      `Give it ${otherDescriptors + fewestConnections} at least; LimitNOFILE=65536 under systemd`,
  );
}
