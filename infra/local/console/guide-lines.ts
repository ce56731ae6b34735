import { padTo, widthOf, type Line } from '../../../cli/live/styled-line.ts';

/** What a person needs once Slipway runs: where it is, how to get in, what to try. */
export interface Guide {
  readonly api: string;
  readonly temporalUi: string;
  /** A link that signs `person` in once; `null` when the api gives none. */
  readonly signIn: { readonly url: string; readonly expiresAt: string } | null;
  readonly person: string;
  readonly tokenFile: string;
  /** Everybody that there is: `ada (deployer), mo (release-owner)`. */
  readonly people: string;
  readonly dataDirectory: string;
  readonly logs: string;
  /** Where the commands are to be given. */
  readonly folder: string;
  /** What the command line has to be told when this isn't the stack that it looks for. */
  readonly settings: string | null;
  readonly tries: readonly { readonly command: string; readonly what: string }[];
}

export function guideLines(guide: Guide, hasUnicode: boolean): Line[] {
  const { signIn, person, tokenFile, people, api, temporalUi, dataDirectory, logs, folder, settings, tries } = guide;
  const commands = [...(settings === null ? [] : [{ command: settings, what: '' }]), ...tries];
  return [
    [{ text: 'Slipway runs on; Ctrl-C ends it.', tone: 'strong' }],
    [],
    ...(signIn === null
      ? [address('dashboard', api, `sign in with the token in ${tokenFile}`)]
      : [
          address('dashboard', signIn.url, ''),
          note(
            `signs ${person} in, once, until ${signIn.expiresAt.slice(11, 16)} UTC; later: the token in ${tokenFile}`,
          ),
        ]),
    address('API', api, `tokens of ${people} beside that one`),
    address('Temporal Web UI', temporalUi, ''),
    address('data, logs', dataDirectory, logs),
    [],
    [{ text: `To try next, in another terminal: cd ${folder}`, tone: 'strong' }],
    ...commands.flatMap(({ command, what }) => [
      ...(what === '' ? [] : [[{ text: `  ${hasUnicode ? '·' : '-'} ${what}`, tone: 'quiet' as const }]]),
      [{ text: `      ${command}` }],
    ]),
  ];
}

const labelWidth = widthOf('Temporal Web UI') + 2;
const address = (label: string, value: string, more: string): Line => [
  { text: `  ${padTo(label, labelWidth)}`, tone: 'quiet' },
  { text: value },
  ...(more === '' ? [] : [{ text: `  ${more}`, tone: 'quiet' as const }]),
];
const note = (text: string): Line => [{ text: `  ${padTo('', labelWidth)}${text}`, tone: 'quiet' }];
