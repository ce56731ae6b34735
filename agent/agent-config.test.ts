import { describe, expect, it } from '@jest/globals';
import { readAgentConfig } from './agent-config.ts';

const right = {
  SLIPWAY_HOST: 'eu-west-1',
  SLIPWAY_REGION: 'eu-west',
  SLIPWAY_GATEWAY_URL: 'https://127.0.0.1:1',
  SLIPWAY_ROOT_FILE: import.meta.filename,
  SLIPWAY_AGENT_DIRECTORY: '/nowhere',
  SLIPWAY_INSTANCE_PORTS: '20000-20009',
};

describe('the configuration of an agent', () => {
  it('is read from the environment', () => {
    expect(readAgentConfig({ ...right, SLIPWAY_RESERVE_BYTES: '1024', SLIPWAY_LOG_LEVEL: 'warn' })).toMatchObject({
      host: 'eu-west-1',
      region: 'eu-west',
      ports: { first: 20_000, last: 20_009 },
      reserveBytes: 1_024,
      logLevel: 'warn',
    });
    expect(readAgentConfig(right)).toMatchObject({
      reserveBytes: undefined,
      logLevel: 'info',
      enrolmentTokenFile: undefined,
      machineIdFile: '/etc/machine-id',
    });
  });

  it('names one gateway or several', () => {
    const gateways = (text: string) =>
      readAgentConfig({ ...right, SLIPWAY_GATEWAY_URL: text }).gateways.map(({ href }) => href);
    expect(gateways('https://127.0.0.1:1')).toEqual(['https://127.0.0.1:1/']);
    expect(gateways('https://a:8443,https://b:8443, https://c')).toEqual([
      'https://a:8443/',
      'https://b:8443/',
      'https://c/',
    ]);
  });

  it.each([
    ['SLIPWAY_HOST', undefined, 'is missing: it should be a lower-case host name'],
    ['SLIPWAY_HOST', 'Eu West', 'should be a lower-case host name'],
    ['SLIPWAY_REGION', 'eu_west', 'should be a region name'],
    ['SLIPWAY_GATEWAY_URL', 'http://x', 'should be an https URL'],
    ['SLIPWAY_GATEWAY_URL', 'https://x,http://y', 'should be an https URL, or several, separated by commas'],
    ['SLIPWAY_GATEWAY_URL', 'https://x,', 'should be an https URL, or several'],
    ['SLIPWAY_GATEWAY_URL', 'https://x,https://x:443/', 'each of another gateway'],
    ['SLIPWAY_ROOT_FILE', '/no/such', 'should be a file that can be read'],
    ['SLIPWAY_ENROLMENT_TOKEN_FILE', '', 'should be a file'],
    ['SLIPWAY_AGENT_DIRECTORY', '', 'should be a folder'],
    ['SLIPWAY_INSTANCE_PORTS', '20009-20000', 'should be two ports in order'],
    ['SLIPWAY_INSTANCE_PORTS', '1-70000', 'should be two ports in order'],
    ['SLIPWAY_RESERVE_BYTES', '1 GB', 'should be a number of bytes'],
    ['SLIPWAY_CGROUP', 'slipway', 'should be the folder of a cgroup v2'],
    ['SLIPWAY_LOG_LEVEL', 'loud', 'should be debug, info, warn, error'],
  ])('names %s when it is %j', (name, value, reason) => {
    const read = () => readAgentConfig({ ...right, [name]: value });
    expect(read).toThrow(name);
    expect(read).toThrow(reason);
  });
});
