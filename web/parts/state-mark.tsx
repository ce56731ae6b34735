import type { MarkName, ShownState } from '../../domain/progress/shown-state.ts';

/** Paths in a field of 16 × 16. Drawn here, so that no font turns them into pictures. */
const shapes: Readonly<
  Record<MarkName, { readonly d: string; readonly isFilled?: boolean; readonly dashed?: string }>
> = {
  ok: { d: 'M3 8.5 6.5 12 13 4.5' },
  run: { d: 'M4 2.5v11l9-5.5z', isFilled: true },
  bake: { d: 'M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2zM8 8V2.5M8 8h5.5' },
  pause: { d: 'M4 3h3v10H4zM9 3h3v10H9z', isFilled: true },
  wait: { d: 'M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 4-6 4-6 6s6 2 6 6' },
  hold: { d: 'M5 1.5h6L15 5.5v5.5L11 14.5H5L1.5 11V5.5zM8 4.5v4.5M8 11v1' },
  fail: { d: 'M3.5 3.5l9 9M12.5 3.5l-9 9' },
  back: { d: 'M5.5 3 2.5 6l3 3M2.5 6h7a4 4 0 0 1 0 8H6' },
  unknown: { d: 'M6 6a2 2 0 1 1 2.7 1.9c-.5.2-.7.5-.7 1.1M8 11.2v.8', dashed: 'M1.5 1.5h13v13h-13z' },
  absent: { d: 'M3 8h10' },
  lock: { d: 'M3 7h10v7H3zM5 7V5a3 3 0 0 1 6 0v2' },
  todo: { d: 'M8 6.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3z', isFilled: true },
};

export function MarkShape({ name }: { readonly name: MarkName }) {
  const { d, isFilled = false, dashed } = shapes[name];
  return (
    <svg className="shape" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      <path d={d} fill={isFilled ? 'currentColor' : 'none'} />
      {dashed !== undefined && <path className="dashed" d={dashed} fill="none" />}
    </svg>
  );
}

/** A state: its shape and its word. With stale data it says what it was. */
export function StateMark({ mark, word, isStale = false }: ShownState & { readonly isStale?: boolean }) {
  return (
    <span className={`mark mark-${mark}`}>
      <MarkShape name={mark} />
      <span>{isStale ? `was ${word}` : word}</span>
    </span>
  );
}
