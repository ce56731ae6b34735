import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { runTool, type Cost } from './run-tool.ts';
import type { SshHosts } from './ssh-hosts.ts';

/** A tool that brings a release over ssh. */
export interface SshTool {
  readonly name: string;
  /** `release`'s folder comes from `source`, but for what it shares with `base`; null: it is there. Then it is what runs. */
  deploy(release: string, source: string | null, base: string): Promise<Cost>;
}

const sshOptions = '-o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR';

/** @param bin of the Python environment in which it is installed */
export function ansible(folder: string, bin: string, { hosts, keyFile }: SshHosts): SshTool {
  const lines = hosts.map(({ name, sshPort, folder: own }) => `${name} ansible_port=${sshPort} folder=${own}`);
  const common = [
    'ansible_host=127.0.0.1',
    'ansible_user=root',
    `ansible_ssh_private_key_file=${keyFile}`,
    `ansible_ssh_common_args='${sshOptions}'`,
    'ansible_python_interpreter=/usr/bin/python3',
  ];
  writeFileSync(path.join(folder, 'inventory'), ['[all]', ...lines, '[all:vars]', ...common, ''].join('\n'));
  // What its own documentation says of speed: no facts, pipelining, all hosts at once.
  writeFileSync(
    path.join(folder, 'ansible.cfg'),
    `[defaults]\nforks = ${hosts.length}\ngathering = explicit\nstdout_callback = minimal\n[connection]\npipelining = True\n`,
  );
  writeFileSync(path.join(folder, 'deploy.yaml'), playbook(keyFile));
  return {
    name: 'Ansible',
    deploy: (release, source, base) =>
      runTool(
        folder,
        [
          path.join(bin, 'ansible-playbook'),
          '--inventory=inventory',
          `--extra-vars=${JSON.stringify({ release, source: source ?? '', base })}`,
          'deploy.yaml',
        ],
        { ANSIBLE_CONFIG: path.join(folder, 'ansible.cfg') },
      ),
  };
}

const playbook = (keyFile: string): string => `- hosts: all
  gather_facts: false
  tasks:
    - delegate_to: localhost
      ansible.builtin.command:
        argv:
          - rsync
          - -a
          - --delete
          - --link-dest=../{{ base }}
          - -e
          - ssh -p {{ ansible_port }} -i ${keyFile} ${sshOptions}
          - "{{ source }}/"
          - "root@127.0.0.1:{{ folder }}/releases/{{ release }}/"
      vars: { ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}" }
      when: source != ''
    - ansible.builtin.file: { src: "releases/{{ release }}", dest: "{{ folder }}/current", state: link, force: true }
    - ansible.builtin.command: { argv: [sh, "{{ folder }}/restart.sh"] }
`;

/** @param bin of the Python environment in which it is installed */
export function pyinfra(folder: string, bin: string, { hosts, keyFile }: SshHosts): SshTool {
  const known = hosts.map(({ name, sshPort, folder: own }) => {
    const data = { ssh_hostname: '127.0.0.1', ssh_port: sshPort, ssh_user: 'root', ssh_key: keyFile, folder: own };
    return `    (${JSON.stringify(name)}, ${JSON.stringify({ ...data, ssh_strict_host_key_checking: 'no' })}),`;
  });
  writeFileSync(path.join(folder, 'inventory.py'), ['hosts = [', ...known, ']', ''].join('\n'));
  writeFileSync(path.join(folder, 'deploy.py'), deployment);
  return {
    name: 'pyinfra',
    deploy: (release, source, base) =>
      runTool(folder, [
        path.join(bin, 'pyinfra'),
        '-y',
        `--data=release=${release}`,
        `--data=source=${source ?? ''}`,
        `--data=base=${base}`,
        'inventory.py',
        'deploy.py',
      ]),
  };
}

const deployment = `from pyinfra import host
from pyinfra.operations import files, server

release = host.data.release
folder = host.data.folder
if host.data.source:
    files.rsync(
        src=host.data.source + "/",
        dest=folder + "/releases/" + release + "/",
        flags=["-a", "--delete", "--link-dest=../" + host.data.base],
    )
files.link(path=folder + "/current", target="releases/" + release, force=True)
server.shell(commands=["sh " + folder + "/restart.sh"])
`;
