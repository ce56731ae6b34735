/** No two logins differ only in case, so `Lin` is `lin`: else a person could approve their own change by shouting. */
export const samePerson = (person: string): string => person.trim().toLowerCase();
