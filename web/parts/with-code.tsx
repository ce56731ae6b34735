import { codeParts } from './code-parts.ts';

/** A sentence of the api: what it writes between backticks is code. */
export const WithCode = ({ text }: { readonly text: string }) =>
  codeParts(text).map((part, index) => (part.isCode ? <code key={index}>{part.text}</code> : part.text));
