import { parseObjectReference, type ObjectReference } from '../protocol/api/object-reference.ts';
import { UsageError } from './usage-error.ts';

type Kind = ObjectReference['kind'];

const forms: Readonly<Record<Kind, string>> = {
  service: 'a service such as checkout',
  release: 'a release such as checkout@412',
  deployment: 'a deployment such as checkout/87',
};

/** What an argument names. @throws UsageError that says which forms the command takes */
export function objectArgument<Allowed extends Kind>(
  text: string,
  ...allowed: readonly Allowed[]
): Extract<ObjectReference, { kind: Allowed }> {
  const object = parseObjectReference(text);
  if (object !== null && (allowed as readonly Kind[]).includes(object.kind))
    return object as Extract<ObjectReference, { kind: Allowed }>;
  const wanted = allowed.map((kind) => forms[kind]).join(' or ');
  throw new UsageError(`${JSON.stringify(text.slice(0, 80))} should be ${wanted}`);
}
