/** Keys of what a form sends: what is the same is one request, however often it is pressed, until it is answered. */
export interface FormKeys {
  keyFor(body: object): string;
  /** Its answer has come: the same once more is another request. */
  forget(body: object): void;
}

/** Made anew whenever the form is opened. */
export function formKeys(newKey: () => string): FormKeys {
  const keys = new Map<string, string>();
  return {
    keyFor(body) {
      const what = JSON.stringify(body);
      // Also what was changed and changed back is what was sent before: that may have arrived.
      const key = keys.get(what) ?? newKey();
      keys.set(what, key);
      return key;
    },
    forget: (body) => void keys.delete(JSON.stringify(body)),
  };
}
