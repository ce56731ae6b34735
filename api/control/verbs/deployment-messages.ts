import type { DeploymentNumber, ServiceName } from '../../../domain/names.ts';
import type {
  AbortMessage,
  DeploymentStatus,
  MessageAnswer,
  PersonMessage,
  PromoteMessage,
  SkipRegionMessage,
  TokenMessage,
} from '../../../workflows/messages/deployment.ts';

export interface DeploymentObject {
  readonly service: ServiceName;
  readonly number: DeploymentNumber;
}

export interface MessageArguments {
  readonly approve: TokenMessage;
  readonly breakGlass: TokenMessage;
  readonly resume: TokenMessage;
  readonly promote: PromoteMessage;
  readonly skipRegion: SkipRegionMessage;
  readonly endUndo: TokenMessage;
  readonly reject: PersonMessage;
  readonly pause: PersonMessage;
  readonly abort: AbortMessage;
}

/** Open deployments as people's requests see them. @throws ProblemError when it is over, or can't answer */
export interface DeploymentMessages {
  /** `key` makes a repeat the same message. */
  send<Verb extends keyof MessageArguments>(
    object: DeploymentObject,
    verb: Verb,
    message: MessageArguments[Verb],
    key: string,
  ): Promise<MessageAnswer>;
  /** What the message with this key got; `null` when none was taken, or only refused for that moment. Also asked of what is over. */
  answered(object: DeploymentObject, key: string): Promise<MessageAnswer | null>;
  status(object: DeploymentObject): Promise<DeploymentStatus>;
}
