import type { HostId } from '../../domain/names.ts';
import type { TestAuthority } from '../../test/host-certificates.ts';
import type { GatewayAccess } from '../gateway/gateway-access.ts';

/** Access of a host with a certificate that stays as it is. */
export async function certifiedAccess(
  { authority, trusted, certify }: TestAuthority,
  host: HostId,
): Promise<GatewayAccess> {
  const shown = await certify(host);
  return {
    trust: { region: authority.region, authorities: trusted },
    identity: async () => shown,
    answered: () => undefined,
  };
}
