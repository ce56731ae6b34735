/**
 * Until it is given back, what this process writes to stderr goes to `onLine`, line by line: warnings of Node and of
 * packages would be written into what is drawn. Answers what gives it back.
 */
export function takeOverStderr(onLine: (line: string) => void): () => void {
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  stderr.write = (chunk: string | Uint8Array, ...more: unknown[]): boolean => {
    const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    text.trimEnd().split('\n').forEach(onLine);
    const written = more.find((each): each is () => void => typeof each === 'function');
    if (written !== undefined) process.nextTick(written);
    return true;
  };
  return () => void (stderr.write = write);
}
