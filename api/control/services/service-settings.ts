import type { Holder } from '../../../domain/access/right.ts';
import type { ServiceName } from '../../../domain/names.ts';
import type { ServiceSettings } from '../../../protocol/api/service.ts';

/** Where services come from. */
export interface ServiceDirectory {
  /**
   * Adds the service or changes it; audited, once.
   * @param refuse asked, while nobody else can change them, when the owners of a service that is there would be others: why
   * they can't be, or `null`
   * @returns why nothing was changed; `null` when it was, or was so already
   */
  put(
    service: ServiceName,
    settings: ServiceSettings,
    actor: string,
    refuse: (before: readonly Holder[], after: readonly Holder[]) => string | null,
  ): Promise<string | null>;
}
