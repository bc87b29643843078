#!/bin/sh
# ./build.sh VERB: see ./build.sh --help
here=$(dirname "$0")
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_GENERATE_ASPNET_CERTIFICATE=false
command -v dotnet >/dev/null || { echo "error: the .NET 10 SDK is not installed, or 'dotnet' is not in PATH" >&2; exit 69; }
[ -d "$here/artifacts/bin/EdgeSync.Build" ] || echo "compiling the build program (once; about half a minute)" >&2
exec dotnet run -v q --project "$here/tools/build" -- "$@"
