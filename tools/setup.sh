# What ./run and ./test share: is what they need there, and if not, what to install from where.

need_dotnet() {
  if ! command -v dotnet >/dev/null 2>&1 || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.0\.'; then
    echo "Braid needs the .NET 10 SDK (any 10.0 version). Install it from https://dotnet.microsoft.com/download/dotnet/10.0 and run this again." >&2
    exit 1
  fi
}

need_node() {
  local version major minor
  version=$(node --version 2>/dev/null | tr -d v) || true
  major=${version%%.*}; minor=$(echo "$version" | cut -d. -f2)
  if [ -z "$version" ] || [ "$major" -lt 20 ] || { [ "$major" -eq 20 ] && [ "$minor" -lt 19 ]; }; then
    echo "Braid's web client is built with Node.js 20.19 or newer${version:+ (found $version)}. Install it from https://nodejs.org and run this again." >&2
    exit 1
  fi
}
