/** An idempotency key for a request that no dialog gave one. Without HTTPS browsers make no UUIDs, but random bytes. */
export const randomKey = (): string =>
  `page-${[...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
