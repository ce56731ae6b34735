import type { ServiceName } from '../../../domain/names.ts';
import type { ServiceSettings } from '../../../protocol/api/service.ts';

/** Where services come from. */
export interface ServiceDirectory {
  /** Adds the service or changes it; audited, once. */
  put(service: ServiceName, settings: ServiceSettings, actor: string): Promise<void>;
}
