/** A project that somebody else wrote. */
export interface Project {
  /** Of its folder, and of the service. */
  readonly name: string;
  readonly init: string;
  /** What a person changes in what `slipway init` wrote, and why. */
  readonly edits: readonly { readonly why: string; readonly command: string }[];
  /** A page that it answers when it is there. */
  readonly page: string;
}

const quick = {
  why: 'stages are watched for a second instead of thirty: to try it out',
  command: "sed -i 's/bake: 30s/bake: 1s/; s/^health:/health:\\n  interval: 250ms/' slipway.yaml",
};

export const projects: readonly Project[] = [
  {
    name: 'httpbin-go',
    init: 'slipway init --health /status/200',
    edits: [quick],
    page: '/uuid',
  },
  {
    name: 'http-server',
    init: 'slipway init',
    edits: [
      quick,
      {
        why: 'the published package holds no tests',
        command: "sed -i '/^checks:/,/^$/d' slipway.yaml",
      },
      {
        why: 'the tools of its authors are not needed to run it',
        command: "sed -i 's/npm install/npm install --omit=dev/' slipway.yaml",
      },
    ],
    page: '/package.json',
  },
  {
    name: 'datasette',
    init: `slipway init --run '.venv/bin/python -m datasette serve --host 127.0.0.1 --port "$PORT"' --health /-/versions.json`,
    edits: [quick],
    page: '/-/versions.json',
  },
];
