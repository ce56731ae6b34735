/** What this browser keeps for the person: conveniences only, as storage can be forbidden, and full. */

export function remembered(place: string): string | null {
  try {
    return window.localStorage.getItem(place);
  } catch {
    return null;
  }
}

export function remember(place: string, value: string): void {
  try {
    window.localStorage.setItem(place, value);
  } catch {
    // It holds until the page is left.
  }
}
