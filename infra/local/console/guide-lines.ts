import type { SignInUrl } from '../../../cli/api-client.ts';
import { padTo, widthOf, type Line } from '../../../cli/live/styled-line.ts';

/** Where a person finds it. */
export interface Addresses {
  readonly api: string;
  readonly temporalUi: string;
  /** A link that signs `person` in once; `null` when there is none. */
  readonly signIn: SignInUrl | null;
  readonly person: string;
}

/** What a person needs once Slipway runs: where it is, how to get in, what to try. */
export interface Guide extends Addresses {
  readonly tokenFile: string;
  /** Everybody's: `.slipway/run/token-ada (deployer)`. */
  readonly tokens: readonly string[];
  readonly dataDirectory: string;
  readonly logs: string;
  /** Where the commands are to be given. */
  readonly folder: string;
  /** What the command line has to be told when this isn't the stack that it looks for. */
  readonly settings: string | null;
  readonly tries: readonly { readonly command: string; readonly what: string }[];
  /** Lets a shell find `slipway`, which is what it is called wherever a command is named. */
  readonly searchPath: string;
  /** Shows the demonstration that an earlier start has shown; `null` where this one has, or none was wanted yet. */
  readonly demonstrationAgain: string | null;
  /** How one brings a service of one's own. */
  readonly ownService: string;
}

export function guideLines(guide: Guide, hasUnicode: boolean): Line[] {
  const { tokens, api, temporalUi, dataDirectory, logs, folder, ownService, demonstrationAgain } = guide;
  return [
    [{ text: 'Slipway runs on; Ctrl-C ends it.', tone: 'strong' }],
    [],
    ...dashboardLines(guide),
    address('API', api, ''),
    ...tokens.map((token, at) => note(`${at === 0 ? 'tokens:' : '       '} ${token}`)),
    address('Temporal Web UI', temporalUi, ''),
    address('data, logs', dataDirectory, logs),
    [],
    [{ text: `To try next, in another terminal: cd ${folder}`, tone: 'strong' }],
    ...commandsOf(guide).flatMap(({ command, what }) => [
      ...(what === '' ? [] : [[{ text: `  ${hasUnicode ? '·' : '-'} ${what}`, tone: 'quiet' as const }]]),
      [{ text: `      ${command}` }],
    ]),
    [{ text: `Then a service of your own: ${ownService}`, tone: 'strong' }],
    ...(demonstrationAgain === null
      ? []
      : [[{ text: `The demonstration was shown before; once more: ${demonstrationAgain}`, tone: 'quiet' as const }]]),
  ];
}

function dashboardLines({ api, signIn, person, tokenFile }: Guide): Line[] {
  if (signIn === null) return [address('dashboard', api, `sign in with the token in ${tokenFile}`)];
  return [
    address('dashboard', signIn.url, ''),
    note(`signs ${person} in, once, until ${signIn.expiresAt.slice(11, 16)} UTC`),
    note(`later: npx slipway open, or the token in ${tokenFile}`),
  ];
}

const commandsOf = ({ settings, tries, searchPath }: Guide): Guide['tries'] => [
  ...(settings === null ? [] : [{ command: settings, what: '' }]),
  ...tries,
  { command: searchPath, what: 'have slipway in any folder, without npx' },
];

const labelWidth = widthOf('Temporal Web UI') + 2;
const address = (label: string, value: string, more: string): Line => [
  { text: `  ${padTo(label, labelWidth)}`, tone: 'quiet' },
  { text: value },
  ...(more === '' ? [] : [{ text: `  ${more}`, tone: 'quiet' as const }]),
];
const note = (text: string): Line => [{ text: `  ${padTo('', labelWidth)}${text}`, tone: 'quiet' }];
