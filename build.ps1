#!/usr/bin/env pwsh
# ./build.ps1 VERB: see ./build.ps1 --help
$env:DOTNET_NOLOGO = '1'
$env:DOTNET_CLI_TELEMETRY_OPTOUT = '1'
$env:DOTNET_GENERATE_ASPNET_CERTIFICATE = 'false'
$env:EDGESYNC_BUILD_NAME = 'build.ps1'
if (-not (Get-Command dotnet -ErrorAction SilentlyContinue)) {
    [Console]::Error.WriteLine("error: the .NET 10 SDK is not installed, or 'dotnet' is not in PATH")
    exit 69
}
dotnet run -v q --project "$PSScriptRoot/tools/build" -- @args
exit $LASTEXITCODE
