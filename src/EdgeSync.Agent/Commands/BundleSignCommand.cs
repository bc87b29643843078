using System.CommandLine;
using EdgeSync.Agent.Publishing;
using EdgeSync.Primitives.Failures;

namespace EdgeSync.Agent.Commands;

/// <summary><c>edgesync bundle sign</c>: makes the same signature as <c>cosign sign --key</c>.</summary>
internal static class BundleSignCommand
{
    public static Command Create()
    {
        var reference = ReferenceArgument.Create("The bundle, best by digest.");
        var keys = new SigningKeyArguments();
        var registry = new RegistryArguments();
        var command = new Command("sign", "Sign a bundle in a registry. Signatures of others stay; cosign can verify it.") { reference };
        keys.AddTo(command);
        registry.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var target = parsed.GetRequiredValue(reference);
            var loaded = await keys.LoadAsync(parsed, cancellationToken);
            using var client = await registry.ConnectAsync(parsed, target.Registry, cancellationToken);
            foreach (var key in loaded)
            {
                using (key)
                {
                    var (bundle, isNew) = await new BundleSigner(client).SignAsync(target, key, cancellationToken);
                    Console.WriteLine($"{target.Name}@{bundle.Digest} {(isNew ? "signed by" : "was signed already by")} {key.PublicKey}");
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }
}
