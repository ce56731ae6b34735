/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  readonly ok: boolean;
  readonly text: string;
  /** What to do; null when it is well. */
  readonly todo: string | null;
}

export const well = (name: string, text: string): Finding => ({ name, ok: true, text, todo: null });
export const ill = (name: string, text: string, todo: string): Finding => ({ name, ok: false, text, todo });
