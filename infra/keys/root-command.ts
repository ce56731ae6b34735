/** `npm run root -- COMMAND`: the root document, which binds each key to its role. Made where its keys are: offline. */
import { Command } from 'commander';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { envelopeSchema, type Envelope } from '../../protocol/dsse.ts';
import { digestField, regionField } from '../../protocol/fields.ts';
import { publicKeyDocument, rootDocumentSchema, type RootDocument } from '../../protocol/root-document.ts';
import { addSignature, nextRoot, revokedOf, rootKeysOf, type RootChange } from './next-root.ts';
import { KeyFileError, readPrivateKey, readPublicKey } from './read-keys.ts';
import { publishRoot, readRoot } from './root-files.ts';
import { writeWhole } from './write-whole.ts';

const program = new Command('npm run root --').description('Shows, proposes, signs and publishes root documents.');
const say = (line: string): void => void process.stdout.write(`${line}\n`);

program
  .command('make-key <file>')
  .description('makes a root key: the private one in <file>, the public one in <file>.pub')
  .action(async (file: string) => {
    if (existsSync(file)) throw new KeyFileError(`${file} is there already`);
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    await writeWhole(file, privateKey.export({ type: 'pkcs8', format: 'pem' }) as string, 0o600);
    await writeWhole(`${file}.pub`, publicKey.export({ type: 'spki', format: 'pem' }) as string, 0o644);
    say(`${publicKeyDocument(publicKey).keyid}  ${file}`);
  });

program
  .command('show <file>')
  .description('says what a root document or a proposal says, and who has signed it')
  .action(async (file: string) => {
    const envelope = await readEnvelope(file);
    for (const line of linesOf(documentIn(envelope))) say(line);
    say(`signed by ${envelope.signatures.map(({ keyid }) => keyid).join(', ') || 'nobody yet'}`);
  });

interface Proposal {
  readonly out: string;
  readonly key: string;
  readonly rootKey: readonly string[];
  readonly threshold?: string;
  readonly build?: string;
  readonly admission?: string;
  readonly director: readonly string[];
  readonly revoke: readonly string[];
  readonly allow: readonly string[];
}

const several = (value: string, before: readonly string[]): readonly string[] => [...before, value];

program
  .command('propose <root>')
  .description('makes the version after <root>, and signs it with one key')
  .requiredOption('--out <file>', 'the proposal')
  .requiredOption('--key <file>', 'private root key')
  .option('--root-key <file>', 'public key that signs from now on; all of them, once each', several, [])
  .option('--threshold <n>', 'so many of them')
  .option('--build <file>', 'public key that signs manifests')
  .option('--admission <file>', 'public key that signs admissions')
  .option('--director <region=file>', "public key of a region's director", several, [])
  .option('--revoke <digest>', 'a release that nobody installs any more', several, [])
  .option('--allow <digest>', 'takes that back', several, [])
  .action(async (rootFile: string, options: Proposal) => {
    const known = await readRoot(rootFile);
    if (known === null) throw new KeyFileError(`${rootFile} is not there`);
    const next = nextRoot(known.document, await changeOf(known.document, options), new Date());
    await writeProposal(options.out, addSignature(next, await readPrivateKey(options.key)));
  });

program
  .command('sign <proposal>')
  .description('adds the signature of one key more')
  .requiredOption('--key <file>', 'private root key')
  .action(async (file: string, { key }: { key: string }) =>
    writeProposal(file, addSignature(await readEnvelope(file), await readPrivateKey(key))),
  );

program
  .command('publish <proposal>')
  .description('puts a proposal in force that enough keys have signed; gateways then offer it to hosts')
  .requiredOption('--root <file>', 'root.json')
  .action(async (file: string, { root }: { root: string }) => {
    const { version } = await publishRoot(root, await readEnvelope(file));
    say(`version ${version} is in force: give ${root} and the folder roots beside it to every region`);
  });

async function changeOf(known: RootDocument, options: Proposal): Promise<RootChange> {
  const publicKey = async (file: string) => publicKeyDocument(await readPublicKey(file));
  const named = await Promise.all(
    options.director.map(async (text) => {
      const [region = '', ...file] = text.split('=');
      return [regionField.parse(region), await publicKey(file.join('='))] as const;
    }),
  );
  const keys = options.rootKey.length > 0 ? await Promise.all(options.rootKey.map(publicKey)) : rootKeysOf(known).keys;
  const allowed = new Set(options.allow);
  return {
    root: { threshold: Number(options.threshold ?? rootKeysOf(known).threshold), keys },
    ...(options.build !== undefined && { build: await publicKey(options.build) }),
    ...(options.admission !== undefined && { admission: await publicKey(options.admission) }),
    directors: { ...known.directors, ...Object.fromEntries(named) },
    revoked: [...new Set([...revokedOf(known), ...options.revoke.map((digest) => digestField.parse(digest))])].filter(
      (digest) => !allowed.has(digest),
    ),
  };
}

async function readEnvelope(file: string): Promise<Envelope> {
  try {
    return envelopeSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  } catch {
    throw new KeyFileError(`${file} holds no signed root document`);
  }
}

function documentIn({ payload }: Envelope): RootDocument {
  return rootDocumentSchema.parse(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')));
}

async function writeProposal(file: string, envelope: Envelope): Promise<void> {
  await writeWhole(file, `${JSON.stringify(envelope)}\n`, 0o644);
  const { threshold } = rootKeysOf(documentIn(envelope));
  say(
    `${file}: ${envelope.signatures.length} signatures; it takes ${threshold} of its own root keys, and as many as are in force of those before`,
  );
}

function linesOf(document: RootDocument): readonly string[] {
  const { threshold, keys } = rootKeysOf(document);
  return [
    `version ${document.version}, issued ${document.issuedAt}`,
    `root: ${threshold} of ${keys.map(({ keyid }) => keyid).join(', ')}`,
    `build: ${document.build.keyid}`,
    `admission: ${document.admission.keyid}`,
    ...Object.entries(document.directors).map(([region, { keyid }]) => `director of ${region}: ${keyid}`),
    ...revokedOf(document).map((digest) => `revoked: ${digest}`),
  ];
}

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
