#!/bin/sh
# The programs that the tests drive for real. Installs what is missing by apt where it
# may (root, or sudo without a password), else names the command; tests of a program that
# is not there skip with one clear line.
set -u

missing=""
need() { # need PROGRAM PACKAGE...
  program=$1; shift
  command -v "$program" >/dev/null 2>&1 || [ -x "/usr/sbin/$program" ] || missing="$missing $*"
}
need dovecot dovecot-imapd
need chromium chromium
need firefox-esr firefox-esr
need gnome-keyring-daemon gnome-keyring
need dbus-run-session dbus-daemon
need npm nodejs npm
[ -z "$missing" ] && exit 0

if ! command -v apt-get >/dev/null 2>&1; then
  echo "Not installed:$missing. Without apt-get here, install them yourself; tests that need them will skip."
  exit 0
fi
if [ "$(id -u)" = 0 ]; then as_root=""; elif sudo -n true 2>/dev/null; then as_root="sudo"; else
  echo "Not installed:$missing. To run every test: sudo apt-get install --no-install-recommends$missing"
  exit 0
fi
echo "Installing$missing …"
log=$(mktemp)
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # the list of packages is meant to be split
{ $as_root apt-get update && $as_root apt-get install -y --no-install-recommends $missing; } >"$log" 2>&1 || {
  tail -n 5 "$log"; echo "Could not install them; tests that need them will skip."; }
rm -f "$log"
