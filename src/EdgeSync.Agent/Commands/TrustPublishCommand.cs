using System.CommandLine;
using EdgeSync.Agent.Publishing;
using EdgeSync.Primitives.Failures;
using EdgeSync.Signing.Roots;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync trust publish</c>: publishes signed roots and revocations to the repository that the sites poll.</summary>
internal static class TrustPublishCommand
{
    public static Command Create()
    {
        var repository = ReferenceArgument.CreateRepository("The repository that the sites poll: that of their first channel, unless they name another.");
        var files = new Argument<string[]>("files")
        {
            Description = "Signed trust roots and lists of revocations, in any order.",
            HelpName = "FILE",
            Arity = ArgumentArity.OneOrMore,
        };
        var registry = new RegistryArguments();
        var command = new Command("publish", "Publish signed trust roots and revocations. Records that no site would accept are refused.") { repository, files };
        registry.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(repository);
            var envelopes = new List<TrustEnvelope>();
            foreach (var path in parsed.GetRequiredValue(files))
            {
                envelopes.Add(TrustEnvelope.Peek(await TrustCommand.ReadAsync(path, cancellationToken))
                    ?? throw TrustCommand.Invalid($"'{path}' has no signature", "Sign it first: 'edgesync trust sign'."));
            }

            using var client = await registry.ConnectAsync(parsed, target.Registry, cancellationToken);
            var (state, reference) = await new TrustPublisher(client, target).PublishAsync(envelopes, cancellationToken);
            TrustPrint.Write(state.Chain.Head);
            if (state.Revocations is { } list)
            {
                TrustPrint.Write(list.Record);
            }

            Console.WriteLine($"at         {reference}");
            return ExitCodes.Ok;
        });
        return command;
    }
}
