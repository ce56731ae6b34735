import { agentPage } from './agent-page.ts';
import { apiPage } from './api-page.ts';
import { configurationPage } from './configuration-page.ts';
import { problemsPage } from './problems-page.ts';
import { specPage } from './spec-page.ts';

export interface ReferencePage {
  /** Below `docs/reference`. */
  readonly file: string;
  readonly text: string;
}

/** Every page that is made out of schemas and tables, as it should be now. */
export const referencePages = (): readonly ReferencePage[] => [
  { file: 'spec.md', text: specPage() },
  { file: 'configuration.md', text: configurationPage() },
  { file: 'api.md', text: apiPage() },
  { file: 'problems.md', text: problemsPage() },
  { file: 'agent.md', text: agentPage() },
];
