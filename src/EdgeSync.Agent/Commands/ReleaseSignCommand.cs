using System.CommandLine;
using EdgeSync.Agent.Publishing;
using EdgeSync.Primitives;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync release sign</c>: adds the signature of the second person of a threshold.</summary>
internal static class ReleaseSignCommand
{
    public static Command Create()
    {
        var repository = ReferenceArgument.CreateRepository("The repository that holds the channels.");
        var channel = ReleaseCommand.Channel();
        var payload = new Option<Digest?>("--payload")
        {
            Description = "The payload digest of the release you mean, as 'release show' and 'release publish' print it.",
            HelpName = "DIGEST",
            Required = true,
            CustomParser = result =>
            {
                if (Digest.TryParse(result.Tokens[0].Value, out var digest))
                {
                    return digest;
                }

                result.AddError($"'{result.Tokens[0].Value}' is not a digest (sha256:…).");
                return null;
            },
        };
        var keys = new SigningKeyArguments();
        var registry = new RegistryArguments();
        var command = new Command("sign", "Add your signature to the current release of a channel.") { repository, channel, payload };
        keys.AddTo(command);
        registry.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(repository);
            var loaded = await keys.LoadAsync(parsed, cancellationToken);
            using var client = await registry.ConnectAsync(parsed, target.Registry, cancellationToken);
            var signed = await new ReleasePublisher(client, client, target, TimeProvider.System)
                .AddSignaturesAsync(parsed.GetRequiredValue(channel), parsed.GetValue(payload)!.Value, loaded, cancellationToken);
            ReleaseCommand.Print(signed, "signed");
            return ExitCodes.Ok;
        });
        return command;
    }
}
