#!/bin/sh
# uv reads no configuration of pip: hand on a package index that pip was given. Asking takes
# half a second, so only what installs asks, not every `make`.
set -eu
index="${UV_DEFAULT_INDEX:-$("${PYTHON:-python3}" -m pip config get global.index-url 2>/dev/null || true)}"
if [ -n "$index" ]; then export UV_DEFAULT_INDEX="$index"; else unset UV_DEFAULT_INDEX; fi
exec .tools/bin/uv "$@"
