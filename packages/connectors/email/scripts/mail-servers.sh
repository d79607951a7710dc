#!/usr/bin/env bash
# Brings Dovecot (IMAP and submission) where Debian's packages can be installed, for dovecot.test.ts. No service is started: the test runs
# one of its own on loopback. Ends well where that cannot be; the test then says that it did not run.
set -uo pipefail
command -v dovecot >/dev/null && [ -x /usr/lib/dovecot/submission-login ] && exit 0
[ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || { echo "Dovecot is not here, and cannot be installed."; exit 0; }
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
{ apt-get update && apt-get install -y --no-install-recommends dovecot-imapd dovecot-submissiond; } >/dev/null 2>&1 ||
  echo "Dovecot could not be installed."
exit 0
