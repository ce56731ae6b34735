#!/bin/sh
# Installs the Slipway host agent, or upgrades it. Run again it changes only what differs; services run on throughout.
#
#   sh install.sh --host eu-west-1 --region eu-west --gateway https://gateway.eu-west.example:8443 \
#     --root root.json --token-file token
#
# Of an upgrade nothing but the files beside this script is needed: sh install.sh
# DESTDIR=<folder> puts everything below that folder and starts nothing, for images.
set -eu

usage() {
  cat <<'TEXT'
sh install.sh [--host <name> --region <name> --gateway <url>[,<url>…] --root <root.json>] [--token-file <file>]
              [--ports <first>-<last>] [--node <path>] [--no-start]

The first four are needed once; afterwards /etc/slipway/agent.env rules and is never written again.
TEXT
}
say() { printf '%s\n' "$*"; }
refuse() {
  printf 'install.sh: %s\n' "$*" >&2
  printf 'Nothing was changed.\n' >&2
  exit 2
}

here=$(cd "$(dirname "$0")" && pwd)
dest=${DESTDIR:-}
host='' region='' gateway='' root='' token='' ports='20000-20999' node='' start=yes
while [ $# -gt 0 ]; do
  case $1 in
  --host | --region | --gateway | --root | --token-file | --ports | --node)
    [ $# -ge 2 ] || refuse "$1 needs a value"
    case $1 in
    --host) host=$2 ;; --region) region=$2 ;; --gateway) gateway=$2 ;; --root) root=$2 ;;
    --token-file) token=$2 ;; --ports) ports=$2 ;; --node) node=$2 ;;
    esac
    shift 2
    ;;
  --no-start)
    start=no
    shift
    ;;
  --help)
    usage
    exit 0
    ;;
  *) usage >&2 && refuse "there is no option $1" ;;
  esac
done

# --- all that can be refused, before anything is written ---
[ "$(uname -s)" = Linux ] || refuse 'a host is a Linux machine'
[ -n "$dest" ] || [ "$(id -u)" -eq 0 ] || refuse 'run it as root: sudo sh install.sh …'
for file in slipway-agent launch-agent slipway-agent.service; do
  [ -f "$here/$file" ] || refuse "$here/$file is not there: unpack the whole release, or run npm run build:agent"
done
[ -n "$node" ] || node=$(command -v node) || refuse 'Node 24 or later is needed: install it, or name it with --node'
case $node in /*) ;; *) refuse "--node $node: give the whole path" ;; esac
[ -x "$node" ] || refuse "$node can't be run"
version=$("$node" --version 2>/dev/null) || refuse "$node is no Node"
major=${version#v}
[ "${major%%.*}" -ge 24 ] 2>/dev/null || refuse "$node is $version: Node 24 or later is needed"
"$node" "$here/slipway-agent" version >/dev/null 2>&1 || refuse "$here/slipway-agent does not start with $node"

env_file=$dest/etc/slipway/agent.env
if [ -f "$env_file" ]; then
  for pair in "SLIPWAY_HOST=$host" "SLIPWAY_REGION=$region" "SLIPWAY_GATEWAY_URL=$gateway"; do
    [ -z "${pair#*=}" ] || grep -qxF "$pair" "$env_file" || refuse "this machine is set up otherwise than by $pair: see $env_file"
  done
else
  [ -n "$host" ] && [ -n "$region" ] && [ -n "$gateway" ] && [ -n "$root" ] || {
    usage >&2
    refuse 'the first time --host, --region, --gateway and --root are needed'
  }
  case $host$region in *[!a-z0-9.-]*) refuse '--host and --region are lower-case names' ;; esac
  case ",$gateway," in *[[:space:]]* | *,,*) refuse "--gateway $gateway: it should be an https URL, or several with commas between them" ;; esac
  others=$gateway,
  while [ -n "$others" ]; do
    case $others in https://*) ;; *) refuse "--gateway ${others%%,*}: it should be an https URL" ;; esac
    others=${others#*,}
  done
  case $ports in *[!0-9-]* | -* | *-) refuse "--ports $ports: it should be two ports, as in 20000-20999" ;; *-*) ;; *) refuse "--ports $ports: it should be two ports, as in 20000-20999" ;; esac
fi
[ -z "$root" ] || [ -r "$root" ] || refuse "$root can't be read"
[ -z "$token" ] || [ -r "$token" ] || refuse "$token can't be read"

# --- install ---
as_owner() {
  # In an image the user may not exist yet: the unit's StateDirectory gives the folder to it.
  if [ -z "$dest" ]; then chown slipway:slipway "$1"; fi
}
# A whole file or the one before, never a part: what runs has the old one open.
put() {
  if cmp -s "$1" "$2"; then return 0; fi
  # Line by line: of a list that && joins, set -e lets all but the last fail.
  cp "$1" "$2.new"
  chmod "$3" "$2.new"
  mv "$2.new" "$2"
  say "installed $2"
}

if [ -z "$dest" ] && ! id -u slipway >/dev/null 2>&1; then
  useradd --system --user-group --home-dir /var/lib/slipway --no-create-home --shell /usr/sbin/nologin slipway
  say 'made the user slipway'
fi
mkdir -p "$dest/etc/slipway" "$dest/usr/local/bin" "$dest/usr/local/lib/slipway" "$dest/var/lib/slipway"
chmod 755 "$dest/etc/slipway"
chmod 700 "$dest/var/lib/slipway"
as_owner "$dest/var/lib/slipway"

programs() { cat "$dest/usr/local/bin/slipway-agent" "$dest/usr/local/lib/slipway/launch-agent" 2>/dev/null | cksum; }
before=$(programs)
put "$here/slipway-agent" "$dest/usr/local/bin/slipway-agent" 755
put "$here/launch-agent" "$dest/usr/local/lib/slipway/launch-agent" 755
[ -z "$root" ] || put "$root" "$dest/etc/slipway/root.json" 644
if [ -n "$token" ]; then
  put "$token" "$dest/etc/slipway/enrolment-token" 400
  as_owner "$dest/etc/slipway/enrolment-token"
fi
if [ ! -f "$env_file" ]; then
  cat >"$env_file.new" <<TEXT
# Read by the agent's unit and by slipway-agent. All variables: docs/reference/configuration.md#agent
SLIPWAY_HOST=$host
SLIPWAY_REGION=$region
SLIPWAY_GATEWAY_URL=$gateway
SLIPWAY_ROOT_FILE=/etc/slipway/root.json
SLIPWAY_ENROLMENT_TOKEN_FILE=/etc/slipway/enrolment-token
SLIPWAY_AGENT_DIRECTORY=/var/lib/slipway
SLIPWAY_INSTANCE_PORTS=$ports
TEXT
  chmod 644 "$env_file.new"
  mv "$env_file.new" "$env_file"
  say "wrote $env_file"
fi

unit=$dest/etc/systemd/system/slipway-agent.service
if [ -z "$dest" ] && ! command -v systemctl >/dev/null 2>&1; then
  say "There is no systemd here. Let your init run, as the user slipway and with the variables of $env_file:"
  say "  /bin/sh /usr/local/lib/slipway/launch-agent $node /usr/local/bin/slipway-agent"
  exit 0
fi
mkdir -p "$dest/etc/systemd/system"
unit_before=$(cksum 2>/dev/null <"$unit" || true)
rendered=$(mktemp)
trap 'rm -f "$rendered"' EXIT
sed "s|@NODE@|$node|" "$here/slipway-agent.service" >"$rendered"
put "$rendered" "$unit" 644
[ -z "$dest" ] || exit 0

changed=no
[ "$before" = "$(programs)" ] && [ "$unit_before" = "$(cksum <"$unit")" ] || changed=yes
systemctl daemon-reload
systemctl enable --quiet slipway-agent
if [ "$start" = no ]; then
  say 'Installed, not started: systemctl start slipway-agent'
elif [ "$changed" = yes ]; then
  # Keepers and instances run on: KillMode=process.
  systemctl restart slipway-agent
  if [ -L /var/lib/slipway/services/slipway-agent/current ]; then
    say 'The agent runs its release of slipway-agent; the new file is for where there is none, and for commands.'
  else
    say 'The agent runs the new file. Look: slipway-agent status; slipway-agent doctor'
  fi
else
  systemctl start slipway-agent
  say 'Nothing to change; the agent runs. Look: slipway-agent status'
fi
