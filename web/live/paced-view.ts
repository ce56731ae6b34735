/** What is shown, which follows what is known at a pace that people can read. */
export interface PacedView<View> {
  /** What is shown: the same object until it changes. */
  shown(): View;
  /** What is known already, shown or not. */
  newest(): View;
  subscribe(onChange: () => void): () => void;
  update(parts: Partial<View>, urgency: 'at once' | 'in its turn'): void;
  /** A person did something: for a while, what comes is shown at once. */
  hurry(): void;
  close(): void;
}

const repaintMs = 1_000;
const hurryMs = 5_000;

export function pacedView<View extends object>(initial: View, now = () => performance.now()): PacedView<View> {
  let shown = initial;
  let newest = initial;
  let paintedAt = -Infinity;
  let hurryUntil = -Infinity;
  let waiting: ReturnType<typeof setTimeout> | null = null;
  const listeners = new Set<() => void>();
  let isClosed = false;

  const paint = (): void => {
    if (waiting !== null) clearTimeout(waiting);
    waiting = null;
    paintedAt = now();
    shown = newest;
    listeners.forEach((listener) => listener());
  };
  return {
    shown: () => shown,
    newest: () => newest,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    update(parts, urgency) {
      if (isClosed) return;
      newest = { ...newest, ...parts };
      const restMs = paintedAt + repaintMs - now();
      if (urgency === 'at once' || now() < hurryUntil || restMs <= 0) paint();
      else waiting ??= setTimeout(paint, restMs);
    },
    hurry() {
      hurryUntil = now() + hurryMs;
      if (newest !== shown) paint();
    },
    close() {
      isClosed = true;
      if (waiting !== null) clearTimeout(waiting);
      listeners.clear();
    },
  };
}
