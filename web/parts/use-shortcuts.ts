import { useEffect } from 'react';
import { shortcutOf, type Shortcut } from './shortcuts.ts';

interface Actions {
  readonly goToOverview: () => void;
  readonly showHelp: () => void;
}

export function useShortcuts({ goToOverview, showHelp }: Actions): void {
  useEffect(() => {
    let before = '';
    const act: Readonly<Record<Shortcut, () => void>> = {
      find: () => document.querySelector<HTMLElement>('[data-find]')?.focus(),
      overview: goToOverview,
      'next-row': () => focusRow(1),
      'row-before': () => focusRow(-1),
      help: showHelp,
    };
    const onKey = (event: KeyboardEvent): void => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, textarea, select, dialog') !== null;
      const isModified = event.ctrlKey || event.altKey || event.metaKey;
      const shortcut = shortcutOf(before, { key: event.key, isTyping, isModified });
      before = event.key;
      if (shortcut === null) return;
      event.preventDefault();
      act[shortcut]();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [goToOverview, showHelp]);
}

/** Rows are links, marked as rows: Enter opens them by itself. */
function focusRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const wanted = at === -1 ? (step === 1 ? 0 : rows.length - 1) : at + step;
  rows[Math.min(Math.max(wanted, 0), rows.length - 1)]?.focus();
}
