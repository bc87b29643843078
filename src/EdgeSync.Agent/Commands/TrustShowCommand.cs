using System.CommandLine;
using System.Text.Json;
using EdgeSync.Agent.LocalApi;
using EdgeSync.Agent.Trust;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust show</c>: shows what this site trusts now, or the content of a file.</summary>
internal static class TrustShowCommand
{
    public static Command Create()
    {
        var file = new Argument<string?>("file")
        {
            Description = "A trust root or a list of revocations, signed or not (default: what this site trusts).",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var config = ConfigurationOption.Create();
        var output = OutputOption.Create();
        var command = new Command("show", "Show what this site trusts now: version, expiry, keys, revocations. Works with and without a running agent.")
        {
            file, config, output,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var isJson = parsed.GetValue(output) == OutputFormat.Json;
            if (parsed.GetValue(file) is { } path)
            {
                var content = await TrustFileContent.ReadAsync(path, cancellationToken);
                if (isJson)
                {
                    Console.WriteLine(System.Text.Encoding.UTF8.GetString(content.Payload.Span).TrimEnd('\n'));
                }
                else
                {
                    TrustPrint.Write(content);
                    Console.WriteLine($"signatures {content.Envelope?.Signatures.Count ?? 0}");
                }

                return ExitCodes.Ok;
            }

            var view = await new TrustClient(ConfigurationOption.Load(parsed, config, checkFiles: false)).ShowAsync(cancellationToken);
            if (isJson)
            {
                Console.WriteLine(JsonSerializer.Serialize(view, LocalApiJsonContext.Default.TrustView));
            }
            else
            {
                TrustPrint.Write(view);
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
