import canonicalize from 'canonicalize';

/** RFC 8785: one text for one value, so that a digest or signature of it can be checked anywhere. @throws on what JSON can't hold. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no JSON form');
  return text;
}
