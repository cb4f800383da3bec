#!/bin/sh
# Print the path of a Chromium for the browser tests; install one where that is allowed. Everything else goes to stderr.
set -u
python="${1:-python3}"

found() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return 0
    done
    own=$("$python" -c 'from playwright.sync_api import sync_playwright as start
with start() as p: print(p.chromium.executable_path)' 2>/dev/null)
    [ -n "$own" ] && [ -x "$own" ] && echo "$own"
}

if [ -n "${CHROMIUM:-}" ]; then
    [ -x "$CHROMIUM" ] && echo "$CHROMIUM" && exit 0
    echo "CHROMIUM is set to $CHROMIUM, which can't be run. Set it to the path of a Chromium, or unset it." >&2
    exit 1
fi

found && exit 0

if command -v apt-get >/dev/null; then
    as_root=""
    [ "$(id -u)" -eq 0 ] || as_root="sudo -n"
    if $as_root true 2>/dev/null; then
        echo "No Chromium found: installing Debian's (apt-get install chromium)." >&2
        $as_root apt-get update >&2 && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium >&2
        found && exit 0
    fi
fi

echo "No Chromium found: trying Playwright's own download." >&2
"$python" -m playwright install chromium >&2
found && exit 0

echo "The browser tests need Chromium, and it could not be installed." >&2
echo "Install it by hand (Debian: apt-get install chromium; Ubuntu: snap install chromium; macOS: brew install --cask chromium)," >&2
echo "or set CHROMIUM to the path of one, then run make test again." >&2
exit 1
