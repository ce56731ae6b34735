/** No two logins differ only in case, so `Lin` is `lin`: else a person could approve their own change by shouting. */
export const samePerson = (person: string): string => person.trim().toLowerCase();

/** `Lin Liu <lin@acme.example>`, as git writes who made a commit; what people sign in with is a login or an address. */
const withAddress = /^([^<>]*)<([^<>\s]+)>$/;

/** What is shown of who made a change: `Lin Liu`; the address where there is no name. */
export function personName(person: string): string {
  const [, name = '', address = ''] = withAddress.exec(person.trim()) ?? ['', person];
  return name.trim() || address;
}

/**
 * Whether who made a change may be who signed in. Any one of these is enough, in any case of letters:
 * the login or the name of the one is that of the other; both have the same address; the address of the one, up to its `@`
 * or `+`, is the login or the name of the other. Two different addresses are two persons.
 */
export function mayBeSamePerson(maker: string, person: string): boolean {
  const [a, b] = [marksOf(maker), marksOf(person)];
  if (a.address !== null && a.address === b.address) return true;
  return (
    [a.name, a.mailbox].some((mark) => mark !== null && mark === b.name) || (b.mailbox !== null && b.mailbox === a.name)
  );
}

interface Marks {
  readonly name: string | null;
  readonly address: string | null;
  /** Of the address, what stands before its `@` or `+`. */
  readonly mailbox: string | null;
}

function marksOf(person: string): Marks {
  const text = samePerson(person);
  const [, name, address] = withAddress.exec(text) ?? (isAddress(text) ? [null, '', text] : [null, text, null]);
  return {
    name: (name ?? '').trim() || null,
    address: address ?? null,
    mailbox: address?.split(/[@+]/, 1)[0] || null,
  };
}

const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text);
