import { ConfigError, readAgentConfig } from '../../agent/agent-config.ts';

/** Values with which an agent would start; a file that is certainly there. */
const valid: Readonly<Record<string, string>> = {
  SLIPWAY_HOST: 'eu-west-1',
  SLIPWAY_REGION: 'eu-west',
  SLIPWAY_GATEWAY_URL: 'https://127.0.0.1:8101',
  SLIPWAY_ROOT_FILE: import.meta.filename,
  SLIPWAY_AGENT_DIRECTORY: '/var/lib/slipway',
  SLIPWAY_INSTANCE_PORTS: '20000-20009',
};

export interface AgentVariable {
  readonly name: string;
  /** What it should be, in the agent's own words. */
  readonly should: string;
  readonly isRequired: boolean;
}

/** The agent reads its variables by hand, without a schema: so it is asked, and told nonsense. */
export function agentVariables(): readonly AgentVariable[] {
  const asked = new Set<string>();
  const listening = new Proxy(valid, {
    get(given, name) {
      if (typeof name === 'string') asked.add(name);
      return Reflect.get(given, name) as string | undefined;
    },
  });
  readAgentConfig(listening);
  return [...asked].map((name) => {
    const { [name]: _left, ...others } = valid;
    const missed = complaint(others);
    return { name, should: missed || complaint({ ...valid, [name]: '\n' }), isRequired: missed !== '' };
  });
}

/** `a lower-case host name`, of `SLIPWAY_HOST is "\n": it should be a lower-case host name`; empty: it starts. */
function complaint(environment: Readonly<Record<string, string>>): string {
  try {
    readAgentConfig(environment);
    return '';
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.message.replace(/^.*: it should be /s, '');
  }
}
