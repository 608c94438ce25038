#!/bin/sh
# Installs node and npm on Debian when we may; elsewhere says what is missing.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing node to build the widget ..."
  apt-get update -qq && apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
else
  echo "No npm found: install node to build the widget." && exit 1
fi
