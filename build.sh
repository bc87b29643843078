#!/bin/sh
# ./build.sh VERB: see ./build.sh --help
exec dotnet run -v q --project "$(dirname "$0")/tools/build" -- "$@"
