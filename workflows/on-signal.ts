import { rawValueTypeInfo, type RawValue } from '@temporalio/common';
import { defaultPayloadConverter, log, setHandler, type SignalDefinition } from '@temporalio/workflow';

/** However many come with a signal: Temporal looks the type of each up by its place. */
const allRaw = new Proxy([], { get: () => rawValueTypeInfo });

/**
 * Listens to a signal whatever comes with it. Temporal decodes what was sent before any handler hears of it, and tries a
 * workflow whose signal can't be decoded again for ever; so that is done here, and what is no value (broken JSON, an
 * encoding of somebody else's) counts as nothing: a handler takes it for no message, and refuses that if it needs one.
 */
export function onSignal<Arguments extends [unknown?]>(
  signal: SignalDefinition<Arguments>,
  handler: (message: Arguments[0]) => void | Promise<void>,
  options?: { readonly description: string },
): void {
  const raw: SignalDefinition<[RawValue?]> = {
    ...(signal as object as SignalDefinition),
    typeInfo: { inputTypes: allRaw },
  };
  setHandler(raw, (sent) => handler(decoded(signal.name, sent) as Arguments[0]), options);
}

function decoded(signal: string, sent: RawValue | undefined): unknown {
  if (sent === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(sent.payload);
  } catch (error) {
    log.warn('what came with a signal can not be decoded', { signal, why: String(error) });
    return undefined;
  }
}
