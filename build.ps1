#!/usr/bin/env pwsh
dotnet run -v q --project "$PSScriptRoot/tools/build" -- @args
exit $LASTEXITCODE
