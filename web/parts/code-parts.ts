export interface TextPart {
  readonly text: string;
  readonly isCode: boolean;
}

/** The api writes names of fields, headers and commands between backticks. One that is not closed is a backtick. */
export const codeParts = (text: string): TextPart[] =>
  text
    .split(/`([^`]+)`/)
    .map((part, index) => ({ text: part, isCode: index % 2 === 1 }))
    .filter((part) => part.text !== '');
