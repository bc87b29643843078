#!/usr/bin/env pwsh
# ./build.ps1 VERB: see ./build.ps1 --help
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_GENERATE_ASPNET_CERTIFICATE = 'false'
dotnet run -v q --project "$PSScriptRoot/tools/build" -- @args
exit $LASTEXITCODE
