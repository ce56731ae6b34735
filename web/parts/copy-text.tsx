import { useState } from 'react';

/** A command or a token, with a button that copies it. */
export function CopyText({ text, label }: { readonly text: string; readonly label: string }) {
  const [isCopied, setCopied] = useState(false);
  // Without HTTPS browsers give no clipboard, and one may be refused: the text can be selected all the same.
  const copy = (): void =>
    void navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => undefined,
    );
  return (
    <span className="copy">
      <code>{text}</code>
      {navigator.clipboard !== undefined && (
        <button type="button" className="small" onClick={copy}>
          {isCopied ? 'Copied' : `Copy ${label}`}
        </button>
      )}
    </span>
  );
}
