import { remember, remembered } from './remembered.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const place = 'slipway-theme';

/** What the person chose in this browser; `system` until then. */
export function chosenTheme(): Theme {
  const stored = remembered(place);
  return themes.find((theme) => theme === stored) ?? 'system';
}

export function chooseTheme(theme: Theme): void {
  remember(place, theme);
  showTheme(theme);
}

/** Style sheets read it from the root; without it they follow the system. */
export function showTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}
