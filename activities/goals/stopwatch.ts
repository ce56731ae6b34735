/** Milliseconds that go on from `atMs`, by a clock that nobody sets. */
export function stopwatch(atMs: number): () => number {
  const startedAt = performance.now();
  return () => atMs + performance.now() - startedAt;
}
