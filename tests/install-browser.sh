#!/bin/sh
# Installs Chromium on Debian when we may; elsewhere says what is missing.
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
  echo "Installing Chromium for the browser tests ..."
  apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core fonts-liberation >/dev/null
else
  echo "No Chromium found: the browser tests will be skipped. Install the package 'chromium' to run them."
fi
