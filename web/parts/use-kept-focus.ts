import { useEffect, useRef, type FocusEvent, type RefObject } from 'react';

interface KeptFocus {
  readonly onFocus: () => void;
  readonly onBlur: (event: FocusEvent<HTMLElement, Element>) => void;
}

/**
 * Whoever stands on a button that goes away is left on the group that held it, not at the top of the page. `version`
 * changes whenever buttons or dialogs come or go.
 */
export function useKeptFocus(group: RefObject<HTMLElement | null>, version: string): KeptFocus {
  const hasFocus = useRef(false);
  useEffect(() => {
    if (hasFocus.current && document.activeElement === document.body) group.current?.focus();
  }, [group, version]);
  return {
    onFocus: () => void (hasFocus.current = true),
    // Without a next place its element went away; and who is in a dialog will come back.
    onBlur: ({ relatedTarget }) =>
      void (hasFocus.current = relatedTarget === null || relatedTarget.closest('dialog') !== null),
  };
}
