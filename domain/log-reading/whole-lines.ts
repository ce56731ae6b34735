const newline = 0x0a;

/**
 * Bytes to pass on: whole lines. Of a line without an end nothing, unless there is no room to wait for it or nothing will
 * follow; then up to a whole character. @param full the bytes are all that one chunk holds @param last nothing follows for now
 */
export function wholeLines(
  bytes: Uint8Array,
  { full, last }: { readonly full: boolean; readonly last: boolean },
): number {
  const end = bytes.lastIndexOf(newline) + 1;
  if (last) return bytes.length;
  if (end > 0) return end;
  return full ? wholeCharacters(bytes) : 0;
}

/** Bytes up to which no character of UTF-8 is cut in two; all of what is no UTF-8. */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const needs = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
    return needs > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}
